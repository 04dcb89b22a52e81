"""Answers on this machine what the examples send to services: shows chat messages, and classifies as a chat model would.

    python3 pipelines/samples/receiver.py [PORT]        8075 if left out; 0 for a free one
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = {
    "security": ("security", 9), "outage": ("security", 8), "recall": ("business", 8),
    "regulator": ("business", 7), "fusion": ("science", 7),
}


def verdict(text):
    """What a model would find, by the first word of `WORDS` in the text."""
    found = [value for word, value in WORDS.items() if word in text.lower()]
    topic, importance = found[0] if found else ("science", 3)
    return {"topic": topic, "importance": importance}


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            message = json.loads(body)
            if self.path.endswith("/chat/completions"):
                self.answer(200, self.completion(message))
            else:
                print(message["text"], end="\n\n", flush=True)
                self.answer(200, "ok")
        except (ValueError, KeyError, TypeError) as error:
            self.answer(400, {"error": f"{type(error).__name__}: {error}"})

    @staticmethod
    def completion(request):
        content = json.dumps(verdict(request["messages"][-1]["content"]))
        return {
            "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}],
            "usage": {"total_tokens": 100},
        }

    def answer(self, status, value):
        body = (value if isinstance(value, str) else json.dumps(value)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(value, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """What is received is shown; that it was is not."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8075), Receiver)
    print(f"listening on http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
