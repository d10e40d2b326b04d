"""What is refused before anything is asked: a level that was not allowed, a recipient in a question."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from phishlab.records import Answer, Level, Outcome, Question

NOT_KEPT = "no answer to this is kept in the case"
NOT_PUT = "the wire cannot put this question: its answer is looked up on this machine or brought in"
WANTS_KEY = "asked with a key only"
_LAYERS = 3
"""How often a URI may be percent-encoded over and over and still be seen through."""


def refusal(question: Question, level: Level, recipients: Iterable[str] = ()) -> Answer | None:
    """Why *question* may not be put, as a NOT_ASKED answer; None where it may. Nothing is kept of it."""
    if question.level > level:
        return not_asked(f"needs level {question.level.word}")
    if any(char <= " " or char == "\x7f" for char in question.uri) or ":" not in question.uri:
        return not_asked("this is no URI")
    if names_recipient(question, recipients):
        return not_asked("the question would tell who received the mail")
    return None


def unkept(question: Question) -> Answer:
    """Why there is no answer to *question* where none may be asked for: the same words live and in replay."""
    wanted = question.credential
    if wanted is not None and wanted.required:
        return not_asked(f"{WANTS_KEY}: {wanted.variable}")
    return not_asked(NOT_KEPT)


def not_asked(note: str) -> Answer:
    """An answer that says that nothing was asked, and why."""
    return Answer(outcome=Outcome.NOT_ASKED, note=note)


def scheme(uri: str) -> str:
    """``dns`` of ``dns:sgogoj.com?type=A``, in lower case."""
    return uri.partition(":")[0].lower()


def names_recipient(question: Question, recipients: Iterable[str]) -> bool:
    """Whether a recipient's address stands in the question: clear, percent-encoded, as base64 or as hex."""
    forms = tuple(_forms(recipients))
    return bool(forms) and any(_stands_in(text, forms) for text in _texts(question))


def names(text: str, words: Iterable[str]) -> bool:
    """Whether one of *words* stands in *text*, in any form that a recipient would be found in, or escaped."""
    forms = tuple(_forms(words))
    return any(_stands_in(written, forms) for written in {text, _unescaped(text), html.unescape(text)})


def _stands_in(text: str, forms: tuple[str, ...]) -> bool:
    return any(form in reading for reading in _readings(text) for form in forms)


def _texts(question: Question) -> Iterator[str]:
    yield question.uri
    yield from (value for _, value in question.headers)
    if question.body:
        body = question.body.decode("utf-8", "replace")
        yield body
        yield _unescaped(body)


def _readings(text: str) -> Iterator[str]:
    for _ in range(_LAYERS + 1):
        # base64 tells upper from lower case; addresses do not.
        yield text
        yield text.lower()
        text = unquote_plus(text)


def _unescaped(text: str) -> str:
    r"""*text* with the escapes of JSON undone: ``victim\u0040a.example``, ``http:\/\/a.example``."""
    plain = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return plain.replace("\\/", "/")


def _forms(recipients: Iterable[str]) -> Iterator[str]:
    for recipient in recipients:
        for written in {recipient, recipient.lower()} - {""}:
            yield written.lower()
            yield written.encode().hex()
            yield from _base64(written.encode())


def _base64(written: bytes) -> Iterator[str]:
    """The characters of base64 that depend on *written* alone, wherever it stands in what is encoded."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + written).decode().rstrip("=")
        whole = encoded[(0, 2, 3)[offset] : -1 if (offset + len(written)) % 3 else None]
        yield whole
        yield whole.replace("+", "-").replace("/", "_")
