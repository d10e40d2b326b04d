"""The Received fields: who says that they took the mail from whom, and when (RFC 5321 4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from phishlab import patterns
from phishlab.classes import dataclass, field, replace
from phishlab.mail import dates, headers, peers, tokens, usual
from phishlab.mail.tokens import Token
from phishlab.records import Header, Hop

MAX_HOPS = 1_000
_many = patterns.after(10)
_KEYWORDS = frozenset(["from", "by", "via", "with", "id", "for", "envelope-from", "envelope-sender"])
_LAST_MARKS = 3
"""How many semicolons from the end may stand before the date."""
_JUNK = patterns.late(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SUBMISSION = patterns.late(r"(?i)^(?:e?smtps?a|utf8smtps?a|lmtps?a|asmtp)$")  # RFC 3848, RFC 6531, MDaemon
_LOGGED_IN = patterns.late(r"(?i)\bauthenticated\b|^account\b|^auth=")
_ENVELOPE = patterns.late(r"(?i)^envelope-(?:from|sender)[ =]*<?([^<>\s]{0,320})>?")
_SPAMWARE = frozenset({"NNFMP", "LOCAL"})
"""Protocol words that spam programs write, and no mail server but Yahoo's of old."""
_MACRO = patterns.late(
    r"%[A-Z]{3,}[A-Z0-9_]*|\{\{|\}\}|\{%|%\}|<%|%>|[$%]\{|\[%|\{[A-Za-z_]{2,}\d*\}|\[[A-Z_]{3,}\]"
)
"""What a mass-mailing program should have filled in: ``%RND_IP``, ``{{host}}``. In none of 2,100 real mails."""
_WEB = frozenset({"http", "httprest"})
_LOCAL = patterns.late(r"(?i)^local(?:-|$)")
"""Exim's word for what a program of its own machine handed over: ``local``, ``local-bsmtp``."""
_ALL_IN_COMMENT = patterns.late(r"^from (\S{1,255} \[[^\[\]]{1,64}\])$")
_NOTHING = Token("mark", "", 0)
_FORGERY = frozenset({"date_in_place_of_ip", "email_in_by", "invalid_ip", "template_macro"})


@dataclass(slots=True)
class _Clauses:
    """The tokens after each keyword, comments included; *before* stands for what precedes the first."""

    parts: dict[str, list[Token]] = field(default_factory=dict)
    before: list[Token] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)

    def words(self, name: str) -> list[str]:
        return [token.text for token in self.parts.get(name, []) if token.kind != "comment"]


def parse(raw: str, index: int = 0) -> Hop:
    """Read one field's value, folds allowed.

    ``from Praisemmm (ioooo.example [192.0.2.15]) by mx1.example.jp (Postfix) with ESMTP id 4T8abc
    for <v@example.jp>; Tue, 16 Jan 2024 10:00:00 +0900 (JST)``: *helo* is what the peer called itself
    (Praisemmm), *rdns* the name that the writing server looked up and confirmed, *ip* the address it saw.
    """
    return _after(raw, index, None)


def _after(raw: str, index: int, older: datetime | None) -> Hop:
    """One line, and the seconds since the one below it."""
    if _many() and (hop := usual.read(raw, index, older)):
        return hop
    hop = _parse(raw, index)
    delay, flags = dates.step(hop.date_utc, older)
    return hop if delay is None else replace(hop, delay_s=delay, flags=hop.flags + flags)


def _parse(raw: str, index: int) -> Hop:
    """Any line, token by token."""
    line = _JUNK.sub("", raw)
    words = tokens.split(line, marks=";,")
    text, date, comments = _cut_date(words.items)
    clauses = _clauses(text)
    if (
        words.unterminated and "by" not in clauses.parts
    ):  # a HELO such as "a(" took the rest of the line with it
        text, date, comments = _cut_date(tokens.mended(line, marks=";,").items)
        clauses = _clauses(text)
    clauses.comments += comments
    flags = {"control_chars"} if line != raw else set()
    flags |= {"unterminated_comment"} if words.unterminated else set()
    flags |= _date_flags(date)
    flags |= {"template_macro"} if _MACRO.search(line, 0, tokens.MAX_CHARS) else set()
    return _hop(raw, index, date, clauses, flags)


def chain(fields: Iterable[Header], most: int = MAX_HOPS) -> tuple[Hop, ...]:
    """The hops of a mail, newest first, with the seconds that each took; at most *most*."""
    raws = headers.by_name(fields).raws("received")[:most]
    hops: list[Hop] = []
    older: datetime | None = None
    for index in range(len(raws) - 1, -1, -1):
        hops.append(_after(raws[index], index, older))
        older = hops[-1].date_utc
    return tuple(reversed(hops))


def _cut_date(items: tuple[Token, ...]) -> tuple[list[Token], dates.Date | None, list[str]]:
    """The tokens before the date, the date, and the comments that stand around or after it."""
    ends = [at for at, token in enumerate(items) if token.kind == "mark" and token.text == ";"]
    for at in ends[: -_LAST_MARKS - 1 : -1]:
        start = items[at].start + 1
        if date := dates.find(_without_comments(items[at + 1 :], start)):
            return list(items[:at]), date, _comment_texts(items[at + 1 :])
    date = dates.find(_without_comments(items, 0))
    if date is None:
        return list(items), None, []
    # SendGrid: "… id recvd-1 2024-01-16 01:00:00.883703859 +0000 UTC m=+1765517.985912430"
    return [token for token in items if token.start < date.start], replace(date, standard=False), []


def _without_comments(items: tuple[Token, ...], start: int) -> str:
    """The line from *start* with everything blanked that is not a word or a mark, so that offsets hold."""
    out: list[str] = []
    at = start
    for token in items:
        if token.kind in {"word", "mark"}:
            out += [" " * (token.start - at), token.text]
            at = token.start + len(token.text)
    return "".join(out)


def _comment_texts(items: Iterable[Token]) -> list[str]:
    return [token.text for token in items if token.kind == "comment"]


def _date_flags(date: dates.Date | None) -> set[str]:
    if date is None:
        return {"no_date"}
    flags = set() if date.standard else {"date_nonstandard"}
    if date.utc is None:
        flags.add("date_unusable")
    if date.offset_min is not None and abs(date.offset_min) > dates.FARTHEST:
        flags.add("offset_impossible")
    return flags


def _clauses(items: list[Token]) -> _Clauses:
    """Sort tokens under their keywords; a word right after a keyword is always its value, never a keyword."""
    found = _Clauses()
    current = found.before
    fresh = False
    for token, follows in zip(items, [*items[1:], _NOTHING], strict=False):
        found.comments += [token.text] if token.kind == "comment" else []
        word = token.text.lower() if token.kind == "word" else ""
        if word == "by" and follows.text.lower() == "uid":
            word = ""  # qmail-scanner: "by alpha by uid 7791" names one server
        taken = fresh and not (_ends_from(word, found, current) and follows.kind != "comment")
        if word in _KEYWORDS and not taken:
            if word == "from" and "from" in found.parts:
                word = "envelope-from"  # IBM: "for <v@example.it> from <s@it.example.com>"
            if word in found.parts:
                found.doubled.add(word)
                current = []
            else:
                current = found.parts.setdefault(word, [])
            fresh = True
        else:
            if token.kind != "mark":
                current.append(token)
            fresh = fresh and token.kind == "comment"
    if "from" not in found.parts and (inner := _from_in_comment(found.before)):
        found.parts["from"] = inner
    return found


def _ends_from(word: str, found: _Clauses, current: list[Token]) -> bool:
    """Whether this keyword follows a ``from`` that names nobody: ``from by``, ``from ([192.0.2.1]) with``."""
    return current is found.parts.get("from") and (word == "by" or bool(current))


def _from_in_comment(before: list[Token]) -> list[Token] | None:
    """NAVGW writes ``(from localhost [192.0.2.1]) by mx.example``: the clause is inside the comment."""
    inside = _ALL_IN_COMMENT.match(before[0].text) if len(before) == 1 else None
    return list(tokens.split(inside[1]).items) if inside else None


def _hop(raw: str, index: int, date: dates.Date | None, clauses: _Clauses, flags: set[str]) -> Hop:
    peer = peers.read(clauses.parts.get("from", []))
    flags |= peer.flags
    by, with_, for_ = _by(clauses, flags), _with(clauses), _for(clauses)
    id_ = next(iter(clauses.words("id")), None)
    if clauses.doubled:
        flags.add("duplicate_clause")
    if with_ in _SPAMWARE and not (by or "").lower().endswith(".yahoo.com"):
        flags.add("unregistered_with_protocol")  # Yahoo's inner servers did write NNFMP
    if "by" in clauses.doubled or "email_in_by" in flags:
        by = with_ = for_ = id_ = None  # where one clause ends and the next begins is anyone's guess
    if flags & _FORGERY:
        flags.add("likely_forged")
    kind = _kind(clauses, peer, with_, flags)
    if kind in {"local", "fetch"} or (kind == "webmail" and peer.ip is None):
        peer = peers.Peer()
    auth = _is_authenticated(clauses, kind, with_)
    flags |= _peer_flags(peer, flags, known=kind == "webmail" or _logged_in(clauses))
    return Hop(
        index=index, raw=raw, helo=peer.helo, rdns=peer.rdns, ip=peer.ip, port=peer.port, by=by, with_=with_,
        auth=auth, id=id_, for_=for_, envelope_from=_envelope_from(clauses), date_utc=date.utc if date else None,
        offset_min=date.offset_min if date else None, kind=kind, flags=tuple(sorted(flags)),
    )  # fmt: skip


def _by(clauses: _Clauses, flags: set[str]) -> str | None:
    name = next(iter(clauses.words("by")), None)
    if name and "@" in name:
        flags.add("email_in_by")
    return name.strip("[]").rstrip(".") if name else None


def _with(clauses: _Clauses) -> str | None:
    words = clauses.words("with")
    if not words and [word.lower() for word in clauses.words("via")] == ["http"]:
        words = clauses.words("via")  # Yahoo's web interface: "via HTTP"
    return " ".join(words) or None


def _for(clauses: _Clauses) -> str | None:
    words = [word.strip("<>") for word in clauses.words("for")]
    return next((word for word in words if "@" in word), None)


def _envelope_from(clauses: _Clauses) -> str | None:
    for name in ("envelope-from", "envelope-sender"):
        if words := clauses.words(name):
            return words[0].strip("<>") or None
    found = (_ENVELOPE.match(comment.strip()) for comment in clauses.comments)
    return next((match[1] for match in found if match and match[1]), None)


def _kind(clauses: _Clauses, peer: peers.Peer, with_: str | None, flags: set[str]) -> str:
    """``relay``, ``internal``, ``local`` (made on that machine), ``webmail``, ``fetch`` or ``unparseable``."""
    if not clauses.parts.get("from"):
        return _kind_without_peer(clauses, flags)
    protocol = (with_ or "").lower()
    if protocol.startswith(("pop3", "imap")):
        return "fetch"
    if _LOCAL.match(protocol) or clauses.words("from")[:3] == ["mail", "pickup", "service"]:
        return "local"
    if protocol in _WEB or _web_login(clauses):
        return "webmail"
    if peer.ip is None and peer.helo and not peers.is_fqdn(peer.helo) and not flags & _FORGERY:
        return "internal"
    return "relay"


def _kind_without_peer(clauses: _Clauses, flags: set[str]) -> str:
    if "from" in clauses.parts:
        flags.add("empty_from")
    if clauses.parts.get("by"):
        return "local" if _made_here(clauses) else "internal"
    return "local" if clauses.before else "unparseable"


def _made_here(clauses: _Clauses) -> bool:
    return bool(clauses.before) or any("userid" in comment for comment in clauses.comments)


def _web_login(clauses: _Clauses) -> bool:
    return any("squirrelmail" in comment.lower() for comment in clauses.comments)


def _is_authenticated(clauses: _Clauses, kind: str, with_: str | None) -> bool:
    if kind == "webmail":
        return (with_ or "").lower() == "http"
    return bool(_SUBMISSION.match(with_ or "")) or _logged_in(clauses)


def _logged_in(clauses: _Clauses) -> bool:
    return any(map(_LOGGED_IN.search, clauses.comments))


def _peer_flags(peer: peers.Peer, flags: set[str], *, known: bool) -> set[str]:
    found = peers.name_flags(peer)
    if peer.unnamed and not known and "likely_forged" not in flags:
        found.add("no_ptr_or_fcrdns_failed")
    return found
