"""Hiding who was written to, in every form that a phishing link carries them in."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

REDACTED = "[redacted:recipient]"
STAND_IN = "example@example.or.jp"
"""Goes to a server in the recipient's place."""

_ALL_FORMS = 64
"""How many recipients are looked for in encoded forms; any further ones in clear only."""
_MAILBOX = re.compile(
    r"[A-Za-z0-9._+-]{1,64}(?:@|%(?:25)?40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,20}"
)


def redact(text: str, recipients: tuple[str, ...]) -> str:
    """*text* with each recipient's address replaced: in clear, percent, base64 or hexadecimal, in any case."""
    lowered = text.lower()
    for form, _ in _forms(recipients[:_ALL_FORMS]):
        if form.lower() in lowered:
            text = re.sub(re.escape(form), REDACTED, text, flags=re.IGNORECASE)
    return _others(text, recipients) if len(recipients) > _ALL_FORMS else text


def token_free(url: str, recipients: tuple[str, ...]) -> str:
    """*url* with ``example@example.or.jp`` where the recipient stood, encoded as the recipient was.

    What a server is asked must not tell it whose mail is being looked at.
    """
    lowered = url.lower()
    for form, stand_in in _forms(recipients):
        if form.lower() in lowered:
            url = re.sub(re.escape(form), stand_in, url, flags=re.IGNORECASE)
    return url


def _others(text: str, recipients: tuple[str, ...]) -> str:
    known = frozenset(recipients)

    def hide(found: re.Match[str]) -> str:
        plain = re.sub("%(?:25)?40", "@", found[0]).lower()
        return REDACTED if plain in known else found[0]

    return _MAILBOX.sub(hide, text)


@lru_cache(maxsize=256)
def _forms(recipients: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each way to write each recipient, with the stand-in written the same way; longest first."""
    pairs = {form: new for mailbox in recipients if "@" in mailbox for form, new in _pairs(mailbox)}
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


def _pairs(mailbox: str) -> list[tuple[str, str]]:
    return [*zip(_written(mailbox), _written(STAND_IN), strict=True), *_inside_base64(mailbox)]


def _written(mailbox: str) -> list[str]:
    data = mailbox.encode()
    base64 = b64encode(data).decode()
    percent = quote(mailbox, safe="")
    return [
        mailbox,
        mailbox.replace("@", "%40"),
        percent,
        mailbox.replace("@", "%2540"),
        quote(percent, safe=""),
        base64,
        base64.rstrip("="),
        quote(base64, safe=""),
        urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
        "".join(f"%{byte:02x}" for byte in data),
    ]


def _inside_base64(mailbox: str) -> list[tuple[str, str]]:
    """The letters that *mailbox* always gives inside a longer base64 text, for each way to be aligned."""
    pairs = []
    for before in (1, 2):
        for encode in (b64encode, urlsafe_b64encode):
            core = _core(mailbox, before, encode)
            if len(core) >= 12:  # shorter could be chance
                pairs.append((core, _core(STAND_IN, before, encode)))
    core = _core(mailbox, 0, b64encode)
    return [*pairs, (core, _core(STAND_IN, 0, b64encode))] if len(core) >= 12 else pairs


def _core(mailbox: str, before: int, encode: Callable[[bytes], bytes]) -> str:
    data = b"\0" * before + mailbox.encode()
    whole = encode(data[: len(data) - len(data) % 3]).decode()
    return whole[-(-before * 4 // 3) :]
