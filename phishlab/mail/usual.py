"""Received lines in the shapes that nine in ten have, each read by one pattern that fits all of it or none.

``received.parse`` would read the same out of them, ten times slower: a test holds the two against each other.
"""

from __future__ import annotations

import re
from datetime import datetime

from phishlab import patterns
from phishlab.mail import dates, peers
from phishlab.records import Hop

_LONGEST = 1_000
_GAP = dates.GAP
# Characters that mean nothing to the tokenizer, and of which no unfilled template can be made (no "%", no "{").
_WORD = r"[!#-$&-'*+\-./0-9:=?A-Z\\^-z|~]{1,255}"
_VALUE = r"[!#-$&-'*+\-./0-9:<-Z\\^-z|~]{1,320}"
_NAME = r"(?=[0-9._-]{0,254}[A-Za-z])[A-Za-z0-9_.-]{0,254}[A-Za-z0-9_-]"
"""It has a letter and no colon: no address has."""
_IP = r"[0-9A-Fa-f:.]{2,45}"
_CIPHER = r"[A-PR-TV-Zv0-9_.-]{1,60}"  # without Q and U: neither AUTHENTICATED nor SQUIRRELMAIL, which mean something
_KEYS = rf"(?:{_GAP}(?:key-exchange|(?:server|client)-(?:signature|digest)){_GAP}[A-PR-TV-Za-pr-tv-z0-9_.-]{{1,30}}"
_SECURED = (
    rf"(?:\(using{_GAP}TLSv[0-9.]{{1,3}}{_GAP}with{_GAP}cipher{_GAP}{_CIPHER}{_GAP}\([0-9/]{{1,9}}{_GAP}bits\)"
    rf"{_KEYS}(?:{_GAP}\([A-PR-TV-Za-pr-tv-z0-9_. -]{{1,20}}\))?){{0,5}}\){_GAP})?"
    rf"(?:\(No{_GAP}client{_GAP}certificate{_GAP}requested\){_GAP})?"
)
"""Postfix on the connection, between the peer and itself."""
_FROM = (
    rf"from{_GAP}({_NAME}){_GAP}\((?:(?:({_NAME}\.?){_GAP})?\[(?:IPv6:)?({_IP})\]|({_IP}))\){_GAP}{_SECURED}"
)
_VERSION = r"[0-9.]{3,12}/[0-9.]{3,12}(?:/[A-Z]{1,6})?"
_OWN_IP = r"[0-9a-f.:]{2,45}"  # in lower case: "[ABC]" is an unfilled template
_AMAVIS = rf"({_NAME}){_GAP}\[{_OWN_IP}\]\){_GAP}\(amavis(?:d-new)?,{_GAP}port{_GAP}[0-9]{{1,5}}"
_PROGRAM = (
    rf"(?:{_GAP}\((?:[A-PR-TV-Za-pr-tv-z]{{2,20}}|{_VERSION}|\[?{_OWN_IP}(?:%[0-9]{{1,3}})?\]?|{_AMAVIS})\))?"
)
_BITS = rf"(?:{_GAP}bits=[0-9/]{{1,9}}(?:{_GAP}verify=[A-Z]{{2,4}})?)?"
_TLS = rf"(?:{_GAP}\(version={_CIPHER},?{_GAP}cipher={_CIPHER}{_BITS}\))?"
_BY = rf"by{_GAP}((?!uid[ \t\r\n]){_WORD})"
_REST = (
    rf"(?:{_GAP}with{_GAP}(Microsoft{_GAP}SMTP{_GAP}Server|[A-Za-z0-9]{{1,12}}){_TLS})?"
    rf"(?:{_GAP}id{_GAP}({_VALUE}))?{_TLS}(?:{_GAP}via{_GAP}Frontend{_GAP}Transport)?"
    rf"(?:{_GAP}for{_GAP}({_VALUE}))?(?:{_TLS}|{_GAP}\(Google{_GAP}Transport{_GAP}Security\));{_GAP}"
    rf"{dates.COMMON}(?:{_GAP}\((?:[A-Z]{{1,5}}|[+-][0-9]{{2,4}})\))?"
)
_TAKEN = patterns.late(_FROM + _BY + _PROGRAM + _REST)
_MADE = patterns.late(rf"{_BY}({_GAP}\(Postfix,{_GAP}from{_GAP}userid{_GAP}[0-9]{{1,10}}\))?{_REST}")
_GROUP = "[1-9a-f][0-9a-f]{0,3}"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_SHORTEST = patterns.late(
    rf"(?!(?:10|100|127|169|172|192)\.)(?:{_OCTET}\.){{3}}{_OCTET}"
    rf"|[23][0-9a-f]{{3}}(?::{_GROUP}){{0,4}}::{_GROUP}(?::{_GROUP}){{0,4}}"
)
"""An address of the public internet in its one form: IPv4, and IPv6 (RFC 5952) as Exchange writes it in each line.

What begins like an address that networks use inside is left to be looked at."""
_LOGGED_IN = {
    None: False, "Microsoft SMTP Server": False, "SMTP": False, "ESMTP": False, "SMTPS": False, "ESMTPS": False,
    "HTTPS": False, "mapi": False, "LMTP": False, "smtp": False, "esmtp": False, "esmtps": False,
    "ESMTPA": True, "ESMTPSA": True, "esmtpa": True, "esmtpsa": True,
}  # fmt: skip
"""The protocols that are read here, and whether a login goes with them (RFC 3848)."""


def read(raw: str, index: int, older: datetime | None = None) -> Hop | None:
    """One line, the one below it written at *older*, or None where ``received.parse`` must look.

    ``from h.example.net (2001:db8::1) by mx.example.jp (2001:db8::2) with Microsoft SMTP Server (version=TLS1_2,
    cipher=…) id 15.20.1.2 via Frontend Transport; Tue, 16 Jan 2024 01:00:00 +0000`` · ``from HELO (rdns [ip]) by …
    (Postfix) with ESMTP id … for <…>; …`` · ``by 2001:db8::3 with SMTP id …; …``.
    """
    if len(raw) > _LONGEST:
        return None
    if found := _TAKEN.fullmatch(raw):
        return _taken(found, index, older)
    found = _MADE.fullmatch(raw)
    return _made(found, index, older) if found else None


def _taken(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    helo, rdns, inside, bare, by, amavis, with_, id_, for_, *date = line.groups()
    moment, protocol, ip = dates.common(date), _protocol(with_), _address(inside or bare or "")
    if moment is None or protocol not in _LOGGED_IN or ip is None or helo.lower() == "by":
        return None
    rdns, name = (rdns.removesuffix("."), rdns.lower()) if rdns else (None, "")
    unnamed = name in peers.NO_NAME
    if (name or amavis) and _means_more(name, amavis):
        return None
    name = name.removesuffix(".")
    rdns = None if unnamed else rdns
    flags = [ip[1]] if ip[1] else []
    if "." not in helo.strip(".") and helo.lower() != "localhost":
        flags.append("helo_not_fqdn")
    if rdns and helo.lower() != name:
        flags.append("helo_ne_rdns")
    if unnamed:
        flags.append("no_ptr_or_fcrdns_failed")
    delay, travel = dates.step(moment[0], older)
    return Hop(
        index=index, raw=line.string, helo=helo, rdns=rdns, ip=ip[0], by=by.rstrip("."), with_=protocol,
        auth=_LOGGED_IN[protocol], id=id_, for_=_recipient(for_), date_utc=moment[0], offset_min=moment[1],
        delay_s=delay, kind="relay", flags=_flags(flags, moment) + travel,
    )  # fmt: skip


def _means_more(name: str, amavis: str | None) -> bool:
    """Whether a name in a comment says something else to the reader of tokens, wherever it stands."""
    if peers.NOT_NAMES.match(name) or (name[-1:] == "." and name[:-1] in peers.NO_NAME):
        return True
    own = amavis.lower() if amavis else ""
    if name.startswith("envelope-") or own.startswith(("account", "envelope-")):
        return True
    return any(word in name or word in own for word in ("squirrelmail", "authenticated"))


def _made(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    by, user, with_, id_, for_, *date = line.groups()
    moment, protocol = dates.common(date), _protocol(with_)
    if moment is None or protocol not in _LOGGED_IN:
        return None
    delay, travel = dates.step(moment[0], older)
    return Hop(
        index=index, raw=line.string, by=by.rstrip("."), with_=protocol, auth=_LOGGED_IN[protocol], id=id_,
        for_=_recipient(for_), date_utc=moment[0], offset_min=moment[1], kind="local" if user else "internal",
        delay_s=delay, flags=_flags([], moment) + travel,
    )  # fmt: skip


def _protocol(with_: str | None) -> str | None:
    return " ".join(with_.split()) if with_ and with_.startswith("Microsoft") else with_


def _recipient(for_: str | None) -> str | None:
    return for_.strip("<>") if for_ and "@" in for_ else None


def _flags(flags: list[str], moment: tuple[datetime, int]) -> tuple[str, ...]:
    return tuple(sorted([*flags, "offset_impossible"] if abs(moment[1]) > dates.FARTHEST else flags))


def _address(text: str) -> tuple[str, str] | None:
    """The address as it is written today, and its flag."""
    if _SHORTEST.fullmatch(text) and text.count(":") < 7:
        return text, ""  # "::" for two groups or more, and it is written so
    found = peers.address(text)
    return None if found is None else (str(found), next(iter(peers.address_flags(found)), ""))
