"""Received lines in the shapes that nearly all have, each read by one pattern that fits all of it or none.

``received.parse`` would read the same out of them, ten times slower: a test holds the two against each other.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from phishlab import patterns
from phishlab.mail import dates, peers
from phishlab.records import Hop

_LONGEST = 1_000
_GAP = dates.GAP
# Characters that mean nothing to the tokenizer, and of which no unfilled template can be made (no "%", no "{"). What
# stands behind such a run is none of them: it is taken whole, "++", and nothing of it is tried again.
_WORD = r"[!#-$&-'*+\-./0-9:=?A-Z\\^-z|~]{1,255}+"
_VALUE = r"[!#-$&-'*+\-./0-9:<-Z\\^-z|~]{1,320}+"
_BARE = r"[!#-$&-'*+\-./0-9:=?-Z\\^-z|~]{1,320}+"  # the same without angle brackets
_NAME = r"(?=[0-9._-]{0,254}+[A-Za-z])[A-Za-z0-9_.-]{1,255}+(?<!\.)"
"""It has a letter and no colon: no address has."""
_RDNS = r"(?=[0-9._-]{0,254}+[A-Za-z])[A-Za-z0-9_.-]{1,255}+(?<!\.\.)"
_IP = r"[0-9A-Fa-f:.]{2,45}+"
_CIPHER = (
    r"[A-PR-TV-Zv0-9_.-]{1,60}+"  # no Q, no U: neither AUTHENTICATED nor SQUIRRELMAIL, which mean something
)
_KEYS = rf"(?:{_GAP}(?:key-exchange|(?:server|client)-(?:signature|digest)){_GAP}[A-PR-TV-Za-pr-tv-z0-9_.-]{{1,30}}+"
_SECURED = (
    rf"(?:\(using{_GAP}TLSv[0-9.]{{1,3}}{_GAP}with{_GAP}cipher{_GAP}{_CIPHER}{_GAP}\([0-9/]{{1,9}}{_GAP}bits\)"
    rf"{_KEYS}(?:{_GAP}\([A-PR-TV-Za-pr-tv-z0-9_. -]{{1,20}}\))?){{0,5}}\){_GAP})?"
    rf"(?:\(No{_GAP}client{_GAP}certificate{_GAP}requested\){_GAP})?"
    rf"(?:\(Authenticated{_GAP}sender:{_GAP}([A-Za-z0-9@._+-]{{1,255}}+)\){_GAP})?"
)
"""Postfix on the connection and on who logged in, between the peer and itself."""
_FROM = (
    rf"from{_GAP}(?:({_NAME})|(\[{_IP}\]|{_IP})){_GAP}"
    rf"\((?:(?:({_RDNS}){_GAP})?\[(?:IPv6:)?({_IP})\]|({_IP}))\){_GAP}{_SECURED}"
)
_VERSION = r"[0-9.]{3,12}/[0-9.]{3,12}(?:/[A-Z]{1,6})?"
_OWN_IP = r"[0-9a-f.:]{2,45}+"  # in lower case: "[ABC]" is an unfilled template
_AMAVIS = rf"({_NAME}){_GAP}\[{_OWN_IP}\]\){_GAP}\(amavis(?:d-new)?,{_GAP}port{_GAP}[0-9]{{1,5}}"
_PROGRAM = (
    rf"(?:{_GAP}\((?:[A-PR-TV-Za-pr-tv-z]{{2,20}}|{_VERSION}|\[?{_OWN_IP}(?:%[0-9]{{1,3}})?\]?|{_AMAVIS})\))?"
)
_BITS = rf"(?:{_GAP}bits=[0-9/]{{1,9}}(?:{_GAP}verify=[A-Z]{{2,4}})?)?"
_TLS = rf"(?:{_GAP}\(version={_CIPHER},?{_GAP}cipher={_CIPHER}{_BITS}\))?"
_BY = rf"by{_GAP}((?!uid[ \t\r\n]){_WORD})"
_REST = (
    rf"(?:{_GAP}with{_GAP}(Microsoft{_GAP}SMTP{_GAP}Server|[A-Za-z0-9]{{1,12}}+){_TLS})?"
    rf"(?:{_GAP}id{_GAP}({_VALUE}))?{_TLS}(?:{_GAP}via{_GAP}Frontend{_GAP}Transport)?"
    rf"(?:{_GAP}for{_GAP}({_VALUE}))?(?:{_TLS}|{_GAP}\(Google{_GAP}Transport{_GAP}Security\));{_GAP}"
    rf"{dates.COMMON}(?:{_GAP}\((?:[A-Z]{{1,5}}|[+-][0-9]{{2,4}}|envelope-from <({_BARE})>)\))?"
)
_PASSED_ON = patterns.late(
    rf"from{_GAP}({_NAME}){_GAP}\(({_IP})\){_GAP}{_BY}(?:{_GAP}\({_OWN_IP}\))?"
    rf"{_GAP}with{_GAP}(Microsoft{_GAP}SMTP{_GAP}Server|[A-Za-z]{{1,12}}+){_TLS}"
    rf"(?:{_GAP}id{_GAP}({_VALUE}))?(?:{_GAP}via{_GAP}Frontend{_GAP}Transport)?;{_GAP}{dates.COMMON}"
)
"""What Exchange writes, four lines in a mail: all of it stands in ``_TAKEN`` too, which takes longer to say so."""
_TAKEN = patterns.late(_FROM + _BY + _PROGRAM + _REST)
_MADE = patterns.late(rf"{_BY}({_GAP}\(Postfix,{_GAP}from{_GAP}userid{_GAP}[0-9]{{1,10}}\))?{_REST}")
# SendGrid: its door, and what stands behind it
_DOOR = patterns.late(
    rf"from{_GAP}({_NAME}){_GAP}\(unknown\){_GAP}{_BY}{_GAP}\(SG\){_GAP}with{_GAP}(HTTP|ESMTP){_GAP}id{_GAP}({_VALUE})"
    rf"(?:{_GAP}for{_GAP}({_VALUE}))?(;?){_GAP}(?=[A-Z]){dates.COMMON}{_GAP}\(UTC\)"
)
_BEHIND_DOOR = patterns.late(
    rf"{_BY}{_GAP}with{_GAP}SMTP{_GAP}id{_GAP}({_VALUE}){_GAP}([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) {dates.CLOCK}"
    r" \+0000 UTC m=\+[0-9.]{1,40}"
)
_GROUP = "[1-9a-f][0-9a-f]{0,3}"
_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_SHORTEST = patterns.late(
    rf"[23][0-9a-f]{{3}}(?::{_GROUP}){{0,4}}+::{_GROUP}(?::{_GROUP}){{0,4}}+"
    rf"|(?!(?:10|100|127|169|172|192)\.)(?:{_OCTET}\.){{3}}{_OCTET}"
)
"""An address of the public internet in its one form: IPv4, and IPv6 (RFC 5952) as Exchange writes it in each line.

What begins like an address that networks use inside is left to be looked at."""
_NONSTANDARD = "date_nonstandard"
_UNNAMED = "no_ptr_or_fcrdns_failed"
_LOGGED_IN: dict[str | None, bool] = {
    None: False, "Microsoft SMTP Server": False, "SMTP": False, "ESMTP": False, "SMTPS": False, "ESMTPS": False,
    "HTTPS": False, "mapi": False, "LMTP": False, "smtp": False, "esmtp": False, "esmtps": False, "QMQP": False,
    "UTF8SMTP": False, "UTF8SMTPS": False,
    "SMTPA": True, "SMTPSA": True, "ESMTPA": True, "ESMTPSA": True, "esmtpa": True, "esmtpsa": True,
}  # fmt: skip
"""The protocols that are read here, and whether a login goes with them (RFC 3848)."""
_MADE_BY = {**_LOGGED_IN, "HTTP": False}
"""The same where no peer is named: there HTTP is how a program hands its mail over, and no login at a web page."""


def read(raw: str, index: int, older: datetime | None = None) -> Hop | None:
    """One line, the one below it written at *older*, or None where ``received.parse`` must look.

    ``from h.example.net (2001:db8::1) by mx.example.jp (2001:db8::2) with Microsoft SMTP Server (version=TLS1_2,
    cipher=…) id 15.20.1.2 via Frontend Transport; Tue, 16 Jan 2024 01:00:00 +0000`` · ``from HELO (rdns [ip]) by …
    (Postfix) with ESMTP id … for <…>; …`` · ``by 2001:db8::3 with SMTP id …; …``.
    """
    if len(raw) <= _LONGEST:
        for pattern, reader in _SHAPES:
            if found := pattern.fullmatch(raw):
                return reader(found, index, older)
    return None


def _passed_on(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    helo, ip, by, with_, id_, day, clock, fraction, zone = line.groups()
    moment = dates.common(day, clock, fraction, zone)
    address, (protocol, auth) = _address(ip), _protocol(with_, _LOGGED_IN)
    if moment is None or address is None or auth is None:
        return None
    names = _named(helo, None, address[1])
    if names is None:
        return None
    date_utc, offset_min = moment
    delay_s, travel = dates.step(date_utc, older)
    return Hop(
        index=index, raw=line.string, helo=helo, ip=address[0], by=by.rstrip("."), with_=protocol, auth=auth, id=id_,
        date_utc=date_utc, offset_min=offset_min, delay_s=delay_s, flags=_flags(names[2], offset_min) + travel,
    )  # fmt: skip


def _taken(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    helo, literal, rdns, boxed, bare, login, by, amavis, with_, id_, for_, *date, sender = line.groups()
    moment = dates.common(*date)
    address, (protocol, auth) = _address(boxed or bare), _protocol(with_, _LOGGED_IN)
    if moment is None or address is None or auth is None:
        return None
    if (rdns or amavis or login or sender) and _means_more(rdns or "", amavis or "", f"{login} {sender}"):
        return None
    names = _named(helo, rdns, address[1]) if helo else _greeted(literal, rdns, address[0])
    if names is None:
        return None
    helo, rdns, flags = names
    if login and _UNNAMED in flags:
        flags.remove(_UNNAMED)
    date_utc, offset_min = moment
    delay_s, travel = dates.step(date_utc, older)
    return Hop(
        index=index, raw=line.string, helo=helo, rdns=rdns, ip=address[0], by=by.rstrip("."), with_=protocol,
        auth=auth or login is not None, id=id_, for_=for_ and _recipient(for_), envelope_from=sender,
        date_utc=date_utc, offset_min=offset_min, delay_s=delay_s, flags=_flags(flags, offset_min) + travel,
    )  # fmt: skip


def _means_more(name: str, own: str, said: str) -> bool:
    """Whether what stands in a comment says something else to the reader of tokens, wherever it stands."""
    name, own = name.lower(), own.lower()
    if peers.NOT_NAMES.match(name) or (name[-1:] == "." and name[:-1] in peers.NO_NAME):
        return True
    if name.startswith("envelope-") or own.startswith(("account", "envelope-")):
        return True
    comments = f"{name} {own} {said.lower()}"
    return "squirrelmail" in comments or "authenticated" in comments or "userid" in comments


_Names: TypeAlias = tuple[str | None, str | None, list[str]]
"""What the peer called itself, the name that was looked up, and what is odd about them."""


def _named(helo: str, rdns: str | None, flag: str) -> _Names | None:
    flags = [flag] if flag else []
    if "." not in helo.strip("."):
        lower = helo.lower()
        if lower == "by":
            return None
        if lower != "localhost":
            flags.append("helo_not_fqdn")
    if rdns is None:
        return helo, None, flags
    rdns = rdns.removesuffix(".")
    name = rdns.lower()
    if name in peers.NO_NAME:
        return helo, None, [*flags, _UNNAMED]
    if helo.lower() != name:
        flags.append("helo_ne_rdns")
    return helo, rdns, flags


def _greeted(literal: str, rdns: str | None, ip: str) -> _Names | None:
    """The same where the peer greeted with an address, ``[192.0.2.1]`` or ``192.0.2.1``; its own says nothing."""
    said = peers.address(literal)
    if said is None:
        return None
    known = None if rdns is None or rdns.lower() in peers.NO_NAME else rdns.removesuffix(".")
    peer = peers.Peer(helo=None if str(said) == ip else literal, rdns=known, ip=ip)
    unnamed = known is None and peer.helo is None
    return peer.helo, known, [*peers.name_flags(peer), *([_UNNAMED] if unnamed else [])]


def _made(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    by, user, with_, id_, for_, *date, sender = line.groups()
    moment, (protocol, auth) = dates.common(*date), _protocol(with_, _MADE_BY)
    if moment is None or auth is None or (sender and _means_more("", "", sender)):
        return None
    date_utc, offset_min = moment
    delay_s, travel = dates.step(date_utc, older)
    return Hop(
        index=index, raw=line.string, by=by.rstrip("."), with_=protocol, auth=auth, id=id_,
        for_=for_ and _recipient(for_), envelope_from=sender, date_utc=date_utc, offset_min=offset_min,
        delay_s=delay_s, kind="local" if user else "internal", flags=_flags([], offset_min) + travel,
    )  # fmt: skip


def _at_door(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    """SendGrid's customer at its door: ``from MTMx (unknown) by geopod-ismtpd-0 (SG) with HTTP id USPP``.

    ``Fri, 28 Jul 2023 19:32:25.608 +0000 (UTC)`` comes after it, most often without a semicolon.
    """
    helo, by, with_, id_, for_, mark, *date = line.groups()
    moment, names = dates.common(*date), _named(helo, None, "")
    if moment is None or names is None:
        return None
    web = with_ == "HTTP"
    flags = [] if web else names[2]
    delay_s, travel = dates.step(moment[0], older)
    return Hop(
        index=index, raw=line.string, helo=None if web else helo, by=by.rstrip("."), with_=with_, auth=web, id=id_,
        for_=for_ and _recipient(for_), date_utc=moment[0], offset_min=moment[1], delay_s=delay_s,
        kind="webmail" if web else "relay" if peers.is_fqdn(helo) else "internal",
        flags=_flags(flags if mark else [*flags, _NONSTANDARD], moment[1]) + travel,
    )  # fmt: skip


def _behind_door(line: re.Match[str], index: int, older: datetime | None) -> Hop | None:
    """``by filterdrecv-7fd with SMTP id filterdrecv-7fd 2023-07-28 19:32:25.928333532 +0000 UTC m=+6810983.8190``."""
    by, id_, *date = line.groups()
    moment = dates.iso(*date)
    if moment is None:
        return None
    delay_s, travel = dates.step(moment, older)
    return Hop(
        index=index, raw=line.string, by=by.rstrip("."), with_="SMTP", id=id_, date_utc=moment, offset_min=0,
        delay_s=delay_s, kind="internal", flags=(_NONSTANDARD, *travel),
    )  # fmt: skip


def _protocol(with_: str | None, known: dict[str | None, bool]) -> tuple[str | None, bool | None]:
    """The protocol, and whether a login goes with it; None where that is not *known* here."""
    auth = known.get(with_)
    if auth is None and with_:
        with_ = " ".join(with_.split())  # "Microsoft SMTP Server" is folded where the line is long
        auth = known.get(with_)
    return with_, auth


def _recipient(for_: str) -> str | None:
    return for_.strip("<>") if "@" in for_ else None


def _flags(flags: list[str], offset_min: int) -> tuple[str, ...]:
    if abs(offset_min) > dates.FARTHEST:
        flags.append("offset_impossible")
    return tuple(sorted(flags)) if flags else ()


def _address(text: str) -> tuple[str, str] | None:
    """The address as it is written today, and its flag."""
    if _SHORTEST.fullmatch(text) and text.count(":") < 7:
        return text, ""  # "::" for two groups or more, and it is written so
    return _read_address(text)


@lru_cache(maxsize=256)
def _read_address(text: str) -> tuple[str, str] | None:
    """The same of any text: loopback and a receiver's own networks stand in mail after mail."""
    found = peers.address(text)
    return None if found is None else (str(found), next(iter(peers.address_flags(found)), ""))


_SHAPES = (
    (_PASSED_ON, _passed_on),
    (_TAKEN, _taken),
    (_MADE, _made),
    (_DOOR, _at_door),
    (_BEHIND_DOOR, _behind_door),
)
"""Each pattern with what reads a line that fits it, the most frequent first."""
