"""What a person typed to be looked up: an address, a name or a URL, however it was written down.

Defanged, in brackets, with a dot at its end, in any script, an address in one of the forms that browsers take,
a mail address (its domain is meant): what was understood is shown, and what was not is said in one line.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote

from phishlab.classes import dataclass
from phishlab.indicators.addresses import address, is_network
from phishlab.indicators.defanging import refang
from phishlab.indicators.redaction import token_free
from phishlab.indicators.urls import Url, registrable, url
from phishlab.records import Subject

_MOST = 2_048
"""Characters: no browser shows a longer address."""
_NAME = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]{0,20}:(?=//)|(?:mailto|javascript|data|about|tel|file|blob):", re.IGNORECASE
)
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^\s@/?#<>\"']{1,255})")
_IN_A_URL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_WITH_MORE = re.compile(r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[^/?#:\[\]]+)(?::\d{1,5}$|(?::\d{1,5})?[/?#])")
"""A host with a port, a path or a query behind it."""
_TOKEN = re.compile(r"[A-Za-z0-9+_-]{8,512}={0,2}")
_TOKENS = 32
_AROUND = "<>\"'`“”‘’「」『』〈〉（）()"
_DOTS = str.maketrans("。．｡", "...")
_WEB = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """Why nothing can be looked up; *kind* is an id in wording/ (``subject.misread.<id>``)."""

    kind: str
    given: str


def read(text: str) -> Subject | Misread:
    """The subject that *text* writes.

    ``hxxps://user:pw@evil[.]example/a?to=me@mine.example`` is the URL ``https://evil.example/a?to=…``, its
    credentials left out and the mail address taken for that of whoever received it.
    """
    bare = refang(text.strip().strip(_AROUND).strip())
    bare = re.sub(r"(?i)[\[({]\s*(?:dot|\.)\s*[\])}]", ".", bare).translate(_DOTS)
    trouble = _unreadable(bare)
    if trouble:
        return Misread(kind=trouble, given=text[:_MOST])
    found = _address(text, bare) or _mail(text, bare) or _url(text, bare)
    if found is not None:
        return found
    trouble = "network" if is_network(bare) else "words" if any(map(str.isspace, bare)) else ""
    return Misread(kind=trouble, given=text) if trouble else _named(text, bare)


def _unreadable(bare: str) -> str:
    if not bare:
        return "empty"
    if len(bare) > _MOST:
        return "too-long"
    return "" if bare.isprintable() else "unprintable"


def _address(given: str, bare: str) -> Subject | None:
    found = address(bare.rstrip(".")) if "%" not in bare or ":" in bare else None
    if found is None:
        return None
    return Subject(given=given, kind="address", host=str(found), registrable=None, url="")


def _mail(given: str, bare: str) -> Subject | Misread | None:
    """The domain of ``Taro <taro@victim.example>`` or ``mailto:taro@victim.example?subject=x``."""
    written = bare.removeprefix("mailto:").partition("?")[0]
    found = re.search(r"<([^<>]+)>?$", written)
    match = _MAIL.fullmatch(unquote(found[1] if found else written).strip())
    if match is None:
        return None
    read = _named(given, match[1])
    if isinstance(read, Misread):
        return read
    return Subject(
        given=given,
        kind=read.kind,
        host=read.host,
        registrable=read.registrable,
        url=read.url,
        recipients=(match[0].lower(),),
    )


def _url(given: str, bare: str) -> Subject | Misread | None:
    """A text with a scheme; None where it has none."""
    if not _SCHEME.match(bare):
        return None
    found = url(bare)
    if found is None:
        return Misread(kind="broken-url", given=given)
    if not found.host:
        return Misread(kind="no-host", given=given)
    if found.scheme not in _WEB:
        return _of_host(given, found.host)
    return _page(given, found)


def _page(given: str, found: Url) -> Subject | Misread:
    """The URL *found*, without its credentials, and with a stand-in for each mail address in it."""
    host = _of_host(given, found.host)
    if isinstance(host, Misread):
        return host
    named = dict.fromkeys(match.lower() for text in _readings(found) for match in _IN_A_URL.findall(text))
    plain = found.href
    if found.username or "@" in found.href.partition("://")[2].partition("/")[0]:
        scheme, _, rest = found.href.partition("://")
        authority, slash, path = rest.partition("/")
        plain = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    return Subject(
        given=given,
        kind="url",
        host=host.host,
        registrable=host.registrable,
        url=token_free(plain, tuple(named)),
        recipients=tuple(named),
    )


def _readings(found: Url) -> Iterator[str]:
    """Where a mail address may stand in a URL: clear, encoded once or twice, as base64 or as hex."""
    text = f"{found.username} {found.path}?{found.query}#{found.fragment}"
    for _ in range(3):
        yield text
        text = unquote(text)
    for token in _TOKEN.findall(text)[:_TOKENS]:
        yield from _decoded(token)


def _decoded(token: str) -> Iterator[str]:
    padded = token.rstrip("=").replace("-", "+").replace("_", "/")
    with suppress(ValueError):
        yield base64.b64decode(padded + "=" * (-len(padded) % 4)).decode("ascii")
    with suppress(ValueError):
        yield bytes.fromhex(token).decode("ascii")


def _named(given: str, bare: str) -> Subject | Misread:
    """``evil.example``, ``evil.example.``, ``evil.example:8080/login``, ``日本.example``, ``0x7f.1``."""
    if _WITH_MORE.match(bare):
        found = url(f"http://{bare}")
        return _page(given, found) if found and found.host else Misread(kind="no-name", given=given)
    return _of_host(given, bare)


def _of_host(given: str, host: str) -> Subject | Misread:
    """The name or address that a browser would go to for *host*."""
    found = url(f"http://{f'[{host}]' if ':' in host else host}/")
    if found is None or not found.host or found.username:
        return Misread(kind="no-name", given=given)
    if asked := _address(given, found.host):
        return asked
    name = found.host.rstrip(".")
    if len(name) > _NAME or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return Misread(kind="no-name", given=given)
    domain = registrable(name)
    if domain is None:
        return Misread(kind="no-domain", given=given)
    return Subject(given=given, kind="name", host=name, registrable=domain, url=f"http://{name}/")
