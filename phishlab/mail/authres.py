"""What servers say about SPF, DKIM, DMARC and ARC (RFC 8601, RFC 7208 9.1, RFC 8617): claims until trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from phishlab.mail import headers, tokens
from phishlab.mail.tokens import Token
from phishlab.records import Authentication, Header

MAX_RESULTS = 500
_METHOD = re.compile(r"^([A-Za-z][A-Za-z0-9-]{0,40})(?:/\d{1,3})?=(.{0,200})$")
_FIELDS = {
    "authentication-results": "Authentication-Results",
    "arc-authentication-results": "ARC-Authentication-Results",
    "received-spf": "Received-SPF",
}
_DOMAIN_KEYS = {
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo", "policy.mailfrom"),
    "dkim": ("header.d", "header.i", "header.from"),
    "dmarc": ("header.from", "header.d"),
    "dkim-adsp": ("header.from",),
    "dkim-atps": ("header.from",),
    "sender-id": ("header.from", "header.sender"),
}
_DOMAIN_OF = re.compile(r"(?i)domain of (?:transitioning )?(\S{1,320})")


@dataclass(slots=True)
class _Result:
    method: str
    result: str
    comments: list[str] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)


def parse(fields: Iterable[Header]) -> tuple[Authentication, ...]:
    """Every result of every such field, top first; *trusted* is False throughout: assess.route decides."""
    found: list[Authentication] = []
    for position, header in enumerate(fields):
        name = _FIELDS.get(header.name.lower())
        if name is not None and len(found) < MAX_RESULTS:
            found += (
                _received_spf(header, position)
                if name == "Received-SPF"
                else _results(header, position, name)
            )
    return tuple(found[:MAX_RESULTS])


def _results(header: Header, position: int, name: str) -> list[Authentication]:
    """Read ``mx1.example.jp; spf=softfail (…) smtp.mailfrom=a@example.com; dkim=none``.

    Exchange Online writes no id: ``spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=none``.
    """
    groups = _groups(tokens.split(headers.unfold(header.raw)).items)
    authserv_id = None
    found: list[Authentication] = []
    for number, group in enumerate(groups):
        words = [token.text for token in group if token.kind != "comment"]
        if words and "=" not in words[0] and number <= 1 and authserv_id is None:
            authserv_id = words[0]  # a version may follow
            group = group[1:]
        found += [_record(result, header, position, name, authserv_id) for result in _split(group)]
    return [each for each in found if each.method not in {"i", "action"}]


def _groups(items: tuple[Token, ...]) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in items:
        if token.kind == "mark":
            groups.append([])
        else:
            groups[-1].append(token)
    return [group for group in groups if group]


def _split(group: list[Token]) -> list[_Result]:
    """The result that a group begins with, with its properties; a field without semicolons gives one each."""
    found: list[_Result] = []
    for token in _joined(group):
        if token.kind == "comment":
            if found:
                found[-1].comments.append(token.text)
            continue
        method = _METHOD.match(token.text)
        key, equals, value = token.text.partition("=")
        if method and "." not in key and (not found or key.lower() in _DOMAIN_KEYS):
            found.append(_Result(method[1].lower(), method[2].strip().lower()))
        elif found and equals:
            found[-1].properties.append((key.lower(), value.strip('"')))
    return found


def _joined(group: list[Token]) -> list[Token]:
    """Tokens with ``spf = pass`` and ``header.d="x"`` put together again."""
    out: list[Token] = []
    for token in group:
        previous = out[-1] if out else None
        joins = previous is not None and previous.kind == "word" and token.kind != "comment"
        if joins and previous is not None and (previous.text.endswith("=") or token.text.startswith("=")):
            out[-1] = Token("word", previous.text + token.text, previous.start)
        else:
            out.append(token)
    return out


def _record(
    result: _Result, header: Header, position: int, name: str, authserv_id: str | None
) -> Authentication:
    properties = [*result.properties, *(("comment", comment) for comment in result.comments)]
    return Authentication(
        method=result.method,
        result=result.result,
        domain=_domain(result),
        authserv_id=authserv_id,
        field=name,
        position=position,
        raw=header.raw,
        properties=tuple(properties),
    )


def _domain(result: _Result) -> str | None:
    known = dict(reversed(result.properties))
    for key in _DOMAIN_KEYS.get(result.method, ()):
        if known.get(key) and known[key].lower() != "none":
            return _host(known[key])
    return None


def _host(mailbox: str) -> str | None:
    return mailbox.rpartition("@")[2].strip("<>\"'").rstrip(".;").lower() or None


def _received_spf(header: Header, position: int) -> list[Authentication]:
    """Read ``Pass (mx.example: domain of a@b.example designates …) client-ip=192.0.2.1; envelope-from=…``."""
    items = tokens.split(headers.unfold(header.raw)).items
    if not items or items[0].kind != "word":
        return []
    result = _Result("spf", items[0].text.strip(":").lower())
    for token in _joined(list(items[1:])):
        key, equals, value = token.text.partition("=")
        if token.kind == "comment":
            result.comments.append(token.text)
        elif equals:
            result.properties.append((key.lower(), value.strip('"')))
    known = dict(reversed(result.properties))
    said = known.get("envelope-from") or next(
        (found[1] for found in map(_DOMAIN_OF.search, result.comments) if found), known.get("helo", "")
    )
    record = _record(result, header, position, "Received-SPF", known.get("receiver"))
    return [replace(record, domain=_host(said))]
