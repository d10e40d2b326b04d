"""The from clause of a Received field: three names of one peer, in the order of each mail program."""

from __future__ import annotations

import re

from phishlab import indicators, patterns
from phishlab.classes import dataclass, field
from phishlab.indicators import is_inside
from phishlab.indicators.addresses import Address
from phishlab.mail import dates
from phishlab.mail.tokens import Token

_HELO = patterns.late(r"(?i)(?:^|\s)(?:helo|ehlo|lhlo|hello)[ =]+(\S{1,255})")
_EXIM = patterns.late(r"(?:^|\s)helo=")
_PORT = patterns.late(r"\]:(\d{1,5})\b")
_DOTTED_PORT = patterns.late(r"^\[?((?:\d{1,3}\.){3}\d{1,3})\.(\d{1,5})\]?$")
_BRACKETED = patterns.late(r"\[(?:IPv6:)?([^\[\]]{0,64})\]", re.IGNORECASE)
_INNER_PORT = patterns.late(r"^((?:\d{1,3}\.){3}\d{1,3}):(\d{1,5})$")
_OCTETS = patterns.late(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_IDENT = patterns.late(r"(?i)^ident:[^@\s]{0,255}@")
_ENDPOINT = patterns.late(r"^\[?[0-9A-Fa-f.:]{2,45}\]?:\d{1,5}$")
_NAME = patterns.late(r"^[\w.-]{1,255}$")
_LONGEST = 128
NO_NAME = frozenset({"unknown", "softdnserr", "unverified", "<unknown>", "nxdomain"})
NOT_NAMES = patterns.late(
    r"(?i)^(?:using|version=|authenticated|no client|account|may be|helo|ehlo|lhlo|hello|tls)"
)


@dataclass(slots=True)
class Peer:
    """*helo*: what it called itself. *rdns*: the name the writer looked up. *unnamed*: it looked and found none."""

    helo: str | None = None
    rdns: str | None = None
    ip: str | None = None
    port: int | None = None
    unnamed: bool = False
    flags: set[str] = field(default_factory=set)


def read(items: list[Token]) -> Peer:
    """Tell the names apart by where they stand.

    Postfix ``HELO (rdns [ip])`` · Exim ``rdns ([ip] helo=HELO)`` · qmail ``rdns (HELO h) (ip)`` ·
    Exchange ``HELO (ip)`` · Exim without a name ``[ip] (helo=HELO)``.
    """
    peer = Peer()
    items, several = _servers_own(items)
    words = [token.text for token in items if token.kind != "comment"]
    comments = _comments(items)
    _find_address(words, comments, peer)
    peer.flags |= {"two_addresses"} if several else set()
    said = next((found[1] for found in map(_HELO.search, comments) if found), None)
    name = words[0] if words else None
    if name == "0" or (name and not _is_address(name)):
        _named(name, said, words, comments, peer)
    else:
        peer.helo = _clean(said) if said else _literal(name, peer)
        peer.rdns = _rdns_in(comments)
        peer.unnamed = peer.ip is not None and peer.rdns is None and (name is None or peer.helo != name)
    if any("may be forged" in comment for comment in comments):
        peer.flags.add("fcrdns_failed")
    if any("rdns failed" in comment.lower() for comment in comments):
        peer.unnamed = True
    return peer


def address(text: str) -> Address | None:
    """What ``indicators.address`` says, but nothing of what ends in no digit and has no colon: ``1.2.3.4[``."""
    return indicators.address(text[:_LONGEST]) if ":" in text or text.rstrip("] .")[-1:].isdigit() else None


def _comments(items: list[Token]) -> list[str]:
    """The comments; those glued to a word last: ``HELO a(bank.example[192.0.2.1])`` is the sender's own text."""
    apart: list[str] = []
    glued: list[str] = []
    end = -1
    for token in items:
        if token.kind == "comment":
            (glued if token.start == end else apart).append(token.text.strip())
        end = token.start + len(token.text) if token.kind == "word" else -1
    return apart + glued


def _servers_own(items: list[Token]) -> tuple[list[Token], bool]:
    """The tokens without the sender's own addresses, and whether there were any.

    The greeting stands first, and the last address before ``by`` is the writing server's:
    ``from x ([192.0.2.80]) (rdns [198.51.100.7]) by``. Exim writes the greeting last, ``([198.51.100.7] helo=x)
    ([192.0.2.80])``: in what looks like that no address is sure, and none is left.
    """
    stated = _stated(items) if len(items) > 1 else []
    if not _disagree(items, stated):
        return items, False
    *others, last = [token for token, _ in stated]
    name = items[0] if items[0].kind != "comment" else None
    claimed = {token.start for token in others}
    if _is_exims(items) or any(_is_exims([token]) for token in others):
        claimed |= {last.start} | ({items[0].start} if _is_address(items[0].text) else set())
    elif _rdns_in([last.text]) is not None:  # the server wrote no HELO of its own: "x (HELO y) (rdns [ip])"
        claimed = {token.start for token in items if token.start < last.start and token is not name}
    return [token for token in items if token.start not in claimed], True


def _stated(items: list[Token]) -> list[tuple[Token, str | None]]:
    """Comments that stand apart and words but the first, with the address that each states, in their order."""
    found: list[tuple[Token, str | None]] = []
    name = items[0] if items[0].kind != "comment" else None
    end = -1
    for token in items:
        if token is not name and token.start != end and not NOT_NAMES.match(token.text.strip()):
            one = Peer()
            found += [(token, one.ip)] if _address_in(token.text.strip(), one) else []
        end = token.start + len(token.text) if token.kind == "word" else -1
    return found


def _disagree(items: list[Token], stated: list[tuple[Token, str | None]]) -> bool:
    """Whether two addresses are stated, or one beside a literal and its greeting: ``[ip] (helo=x) ([ip])``."""
    if len({ip for _, ip in stated}) > 1:
        return True
    return bool(stated) and _is_exims(items) and str(address(items[0].text)) != stated[0][1]


def _is_exims(items: list[Token]) -> bool:
    """Whether ``[192.0.2.1] (helo=x)`` or ``([192.0.2.1] helo=x)`` begins here."""
    first = items[0]
    if first.kind == "comment":
        return _EXIM.search(first.text) is not None
    return first.text[:1] == "[" and any(
        token.kind == "comment" and _EXIM.search(token.text) for token in items
    )


def _is_address(name: str) -> bool:
    return address(name) is not None or _ENDPOINT.match(name) is not None


def name_flags(peer: Peer) -> set[str]:
    """What the names say beside the address."""
    flags = set()
    if peer.helo:
        claimed = address(peer.helo)
        inside = address(peer.helo.strip("?"))
        if claimed is None and not is_fqdn(peer.helo) and inside is None and peer.helo.lower() != "localhost":
            flags.add("helo_not_fqdn")
        if claimed is not None and peer.ip is not None and str(claimed) != peer.ip:
            flags.add("helo_ne_ip")
        if inside is not None and is_inside(inside):
            flags.add("helo_private_literal")
        if peer.rdns and inside is None and peer.helo.lower().rstrip(".") != peer.rdns.lower():
            flags.add("helo_ne_rdns")
    found = address(peer.ip) if peer.ip else None
    return flags | address_flags(found) if found else flags


def is_fqdn(name: str) -> bool:
    """Whether *name* has a dot inside, as a fully qualified name has."""
    return "." in name.strip(".")


def address_flags(found: Address) -> set[str]:
    """Whether the peer's address is one that networks use inside."""
    if not is_inside(found):
        return set()
    return {"cgnat_hop"} if str(found).startswith("100.") else {"private_hop"}


def _named(name: str, said: str | None, words: list[str], comments: list[str], peer: Peer) -> None:
    second = words[1] if len(words) > 1 else ""
    in_comment = _rdns_in(comments)
    if said:  # qmail, Zimbra, Exim: the first name is the looked-up one
        peer.helo = _clean(said)
        peer.rdns = _known(name)
        peer.unnamed = peer.rdns is None
    elif words[1:4] == ["claiming", "to", "be"]:  # 'h.example.net(192.0.2.1), claiming to be "x" via SMTP'
        peer.helo, peer.rdns = _clean("".join(words[4:5])), _known(name)
    elif "@" in name and peer.ip is None:  # qmail-scanner: "from a@b.example by alpha by uid 7791"
        peer.helo = None
    elif second and peer.ip and in_comment:  # "h.example.net (x.example.net) [10.0.8.6.13219]"
        peer.helo, peer.rdns = in_comment, _known(name)
    elif words[1:3] == ["named", "unknown"] or words[:3] == ["mail", "pickup", "service"]:
        peer.helo = None
    else:
        peer.helo = _clean(name)
        peer.rdns = in_comment
        peer.unnamed = in_comment is None and peer.ip is not None and (
            any(comment.split(maxsplit=1)[0].lower() in NO_NAME for comment in comments if comment)
            or bool(second)  # MDaemon: "s.example.de [(198.51.100.27)]"
        )  # fmt: skip


def _literal(name: str | None, peer: Peer) -> str | None:
    """An address literal in the first place is the HELO, unless it is all there is."""
    if name is None or (peer.ip is not None and str(address(name)) == peer.ip):
        return None
    return name


def _rdns_in(comments: list[str]) -> str | None:
    """The name before the address in ``(rdns [ip])``, or alone in ``(rdns)``."""
    for comment in comments:
        first = comment.split(maxsplit=1)[0] if comment else ""
        first = _IDENT.sub("", first).partition("[")[0] if comment[:1] != "[" else "["
        if not first or first[0] in "[<" or address(first) is not None or NOT_NAMES.match(comment):
            continue
        if "@" in first or first.lower() in NO_NAME or not _names_a_peer(first, comment):
            continue
        return _known(first)
    return None


def _names_a_peer(first: str, comment: str) -> bool:
    """Whether a name stands before an address or alone, not ``AVG SMTP 7.0.299 [265.6.8]``."""
    if "[" in comment:
        return comment[len(first) :].lstrip().startswith("[") or "@" in comment.partition("[")[0]
    return "." in first.strip(".")


def _known(name: str) -> str | None:
    """*name* where it can be a host's; ``unknown`` and its kin, addresses and odd strings are None."""
    bare = name.rstrip(".").strip()
    return bare if _NAME.match(bare) and bare.lower() not in NO_NAME and address(bare) is None else None


def _clean(name: str) -> str | None:
    return name.strip("()<>,") or None


def _find_address(words: list[str], comments: list[str], peer: Peer) -> None:
    """The address that the writer saw: in a comment or beside the name; a HELO literal only if alone."""
    for text in [*comments, *words[1:], *words[:1]]:
        if _address_in(text, peer):
            return
        if peer.flags:
            return


def _address_in(text: str, peer: Peer) -> bool:
    claimed = _before_greeting(text)
    if dotted := _DOTTED_PORT.match(claimed.strip()):
        return _set(dotted[1], dotted[2], peer)
    for inside in _BRACKETED.findall(claimed):
        if inner := _INNER_PORT.match(inside):  # ecelerity: "[198.51.100.25:53798]"
            return _set(inner[1], inner[2], peer)
        if _set(inside.strip("()"), None, peer):
            port = _PORT.search(claimed)
            peer.port = int(port[1]) if port else None
            return True
        _note_odd(inside, peer)
    if inner := _INNER_PORT.match(claimed.strip()):  # XMail: "(198.51.100.7:23198)"
        return _set(inner[1], inner[2], peer)
    bare = claimed.strip(" ,").strip("[]()").rpartition("@")[2]
    if _set(bare, None, peer):
        return True
    if _OCTETS.match(bare):
        peer.flags.add("invalid_ip")
    second = claimed.split(maxsplit=2)[1:]  # Thrift: "(RrlQsUbrnd 2001:db8::1)"
    return len(second) == 1 and not NOT_NAMES.match(claimed) and _set(second[0], None, peer)


def _before_greeting(text: str) -> str:
    """``[192.0.2.1] helo=x``: what follows the keyword is the sender's to its very end, brackets and all."""
    said = _HELO.search(text)
    return text[: said.start()] if said else text


def _set(text: str, port: str | None, peer: Peer) -> bool:
    found = address(text) if text else None
    if found is None:
        return False
    peer.ip = str(found)
    peer.port = int(port) if port else None
    return True


def _note_odd(inside: str, peer: Peer) -> None:
    if not inside.strip():
        peer.flags.add("empty_ip")
    elif _OCTETS.match(inside):
        peer.flags.add("invalid_ip")
    elif dates.find(inside):
        peer.flags.add("date_in_place_of_ip")
