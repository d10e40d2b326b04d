"""Small mails for tests: header fields and a body, as bytes."""

from __future__ import annotations

from phishlab.mail import message
from phishlab.records import Message


def raw(body: str = "text", **fields: str) -> bytes:
    """A mail with these fields; ``reply_to`` stands for Reply-To."""
    given = {"from_": "A <a@one.example>", "to": "me@mine.example", "subject": "s", **fields}
    lines = [
        f"{name.rstrip('_').replace('_', '-').title()}: {value}" for name, value in given.items() if value
    ]
    return ("\r\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", body]) + "\r\n").encode()


def parsed(body: str = "text", **fields: str) -> Message:
    """The same, parsed."""
    return message.parse(raw(body, **fields))
