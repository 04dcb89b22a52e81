"""A mail server on this machine that delivers nothing: it shows mails, and keeps their HTML in a file to look at.

    python3 pipelines/samples/mailbox.py [PORT] [FOLDER]     8025 if left out, 0 for a free one; files in FOLDER, else none
"""

import email.policy
import pathlib
import socketserver
import sys


class Mailbox(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 mailbox")
        while line := self.rfile.readline(1000):
            command = line.decode("utf-8", "replace").strip()
            word = command[:4].upper()
            if word == "EHLO":
                self.say("250-mailbox\r\n250 SMTPUTF8")
            elif word == "DATA":
                self.say("354 go on")
                show(self.mail(), self.server.folder)
                self.say("250 shown")
            elif word == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 fine")

    def mail(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


def show(mail, folder):
    print(f"To: {mail['to']}\nSubject: {mail['subject']}\n\n{mail.get_body(('plain',)).get_content()}", flush=True)
    html = mail.get_body(("html",))
    if folder and html:
        name = "".join(letter for letter in mail["message-id"] if letter.isalnum() or letter == "-")
        (folder / f"{name}.html").write_text(html.get_content())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    folder = None


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8025), Mailbox)
    if len(sys.argv) > 2:
        server.folder = pathlib.Path(sys.argv[2])
    print(f"listening on smtp://127.0.0.1:{server.server_address[1]}", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
