"""A mail server for tests, by aiosmtpd: mail_server.py LOG [--starttls CERT KEY] [--user NAME PASSWORD]

Listens on a free port of 127.0.0.1, and says which on standard output. Each mail that it takes is a line of JSON in LOG, as
Python's own parser reads it. A recipient that begins with `gone` is refused, the first three mails to one that begins with
`busy` are put off.
"""
import argparse
import asyncio
import email.policy
import json
import os
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("log")
arguments.add_argument("--starttls", nargs=2)
arguments.add_argument("--user", nargs=2)
options = arguments.parse_args()
put_off = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        global put_off
        if address.startswith("gone"):
            return "550 5.1.1 no such user"
        if address.startswith("busy") and put_off < 3:
            put_off += 1
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        defects = [str(defect) for part in mail.walk() for defect in part.defects]
        defects += [str(defect) for field in mail.values() for defect in getattr(field, "defects", [])]
        line = {
            "sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "is_secure": session.ssl is not None,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "names": list(mail.keys()), "text": parts.get("text/plain"), "html": parts.get("text/html"),
            "from_name": mail["from"].addresses[0].display_name, "defects": defects,
            "longest": max(len(line) for line in envelope.original_content.split(b"\r\n")),
        }
        with open(options.log, "a") as log:
            log.write(json.dumps(line) + "\n")
            log.flush()
            os.fsync(log.fileno())
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    # What is not "handled" the server answers itself.
    return AuthResult(success=[data.login.decode(), data.password.decode()] == options.user, handled=False)


class Server(Controller):
    def factory(self):
        settings = {"enable_SMTPUTF8": True, "data_size_limit": 30_000_000}
        if options.starttls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*options.starttls)
            settings |= {"tls_context": context, "require_starttls": True}
        if options.user:
            settings |= {"authenticator": authenticate, "auth_required": True}
        return SMTP(self.handler, **settings)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server(Handler()).factory, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
