"""What servers say about SPF, DKIM, DMARC and ARC (RFC 8601, RFC 7208 9.1, RFC 8617): claims until trusted."""

from __future__ import annotations

from collections.abc import Iterable

from phishlab import patterns
from phishlab.mail import exchange, headers, plain, tokens
from phishlab.mail.exchange import Written
from phishlab.mail.plain import Result
from phishlab.mail.tokens import Token
from phishlab.records import Authentication, Header

MAX_RESULTS = 500
_METHOD = patterns.late(r"^([A-Za-z][A-Za-z0-9-]{0,40})(?:/\d{1,3})?=(.{0,200})$")
_FIELDS = {
    "authentication-results": "Authentication-Results",
    "arc-authentication-results": "ARC-Authentication-Results",
    "received-spf": "Received-SPF",
}
_DOMAIN_KEYS = {
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.mfrom", "smtp.helo", "smtp.pra", "policy.mailfrom"),
    "dkim": ("header.d", "header.i", "d"),
    "domainkeys": ("header.d", "header.from", "header.sender"),
    "dmarc": ("header.from", "header.d", "d"),
    "dkim-adsp": ("header.from",),
    "dkim-atps": ("header.from",),
    "sender-id": ("header.from", "header.sender"),
}
_NO_METHODS = frozenset({"i", "action", "reason", "from"})
_DOMAIN_OF = patterns.late(r"(?i)domain of (?:transitioning )?(\S{1,320})(?=\s+(?:designates|does|uses)\b|$)")
_WRITER = patterns.late(r"^([A-Za-z0-9.-]{3,255}): ")
_HOST = patterns.late(r"^\w[\w.-]{0,252}$")
_OPENING = frozenset('<"')
_SEPARATORS = frozenset("=/.")
_EDGES = frozenset({*_SEPARATORS, ""})

# Exchange Online's field, unfolded, as nine in ten real ones are; only characters that stand for themselves.
_EXCHANGE_SPF = patterns.late(
    r"([A-Za-z]{4,9}) \(([A-Za-z0-9_.:@=+/ -]{1,400})\)"
    rf"(?: receiver={exchange.HOST}; ?client-ip=([0-9A-Fa-f.:]{{2,45}}); ?helo={exchange.HOST};(?: pr=([A-Z]))?)?"
)
_many = patterns.after(20)


def parse(fields: Iterable[Header]) -> tuple[Authentication, ...]:
    """Every result of every such field, top first; *trusted* is False throughout: assess.route decides."""
    named = headers.by_name(fields)
    places = sorted((place, name) for lower, name in _FIELDS.items() for place in named.places(lower))
    found: list[Authentication] = []
    for place, name in places:
        if len(found) < MAX_RESULTS:
            written = Written(named.raw(place), place, name)
            found += _received_spf(written) if name == "Received-SPF" else _results(written)
    return tuple(found[:MAX_RESULTS])


def _results(written: Written) -> list[Authentication]:
    """Read ``mx1.example.jp; spf=softfail (…) smtp.mailfrom=a@example.com; dkim=none``.

    Exchange Online writes no id: ``spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dkim=none``; a
    domain further on (``…; example.jp; dkim=none``) is the recipient's there, and no id. ARC begins ``i=1; id;``.
    """
    line = headers.unfold(written.raw)
    by_pattern = _many()
    usual = exchange.results(line, written) if by_pattern else None
    if usual is not None:
        return usual
    authserv_id, extra, found = (by_pattern and plain.read(line)) or _any(line)
    return [_record(result, written, authserv_id, extra) for result in found]


def _any(line: str) -> plain.Read:
    """Any such field, token by token."""
    items, broken = _tokens(line)
    authserv_id, extra, groups = _opened(_groups(items))
    found: list[Result] = []
    for group in groups:
        found += _split(group, found, several=len(groups) <= 1)
    for result in found:
        result.odd |= broken and result.result.endswith("pass")
    return authserv_id, extra, found


def _tokens(line: str) -> tuple[tuple[Token, ...], bool]:
    """The field's tokens, and whether a quote has no end."""
    items = tokens.mended(line).items
    quotes = '"' in line and any(token.kind == "word" and token.text.count('"') % 2 for token in items)
    return items, quotes


def _groups(items: tuple[Token, ...]) -> list[list[Token]]:
    groups: list[list[Token]] = [[]]
    for token in items:
        if token.kind == "mark":
            groups.append([])
        else:
            groups[-1].append(token)
    return [group for group in groups if group]


def _opened(groups: list[list[Token]]) -> tuple[str | None, tuple[tuple[str, str], ...], list[list[Token]]]:
    """The id that the field begins with, ARC's instance as a property, and the groups with results."""
    extra: tuple[tuple[str, str], ...] = ()
    if groups and (instance := _text(_joined(groups[0])[:1])).lower().startswith("i="):
        extra = (("i", instance[2:]),)
        groups = groups[1:]
    words = [token for token in groups[0] if token.kind != "comment"] if groups else []
    if not words or "=" in words[0].text or _text(words[1:2]) in {"=", "/"} or _text(words[1:2])[:1] == "=":
        return None, extra, groups
    rest = [token for token in groups[0] if token.start > words[0].start]
    return words[0].text, extra, [rest, *groups[1:]]


def _text(items: list[Token]) -> str:
    return items[0].text if items and items[0].kind != "comment" else ""


def _split(group: list[Token], before: list[Result], *, several: bool) -> list[Result]:
    """The result that a group begins with, with its properties; a field without semicolons gives one each.

    A group that begins with a property (``dkim=pass (ok); header.i=@example.jp``) belongs to the result *before*.
    """
    found: list[Result] = []
    current = before[-1] if before else None
    end = -1
    for kind, text, start in _joined(group):
        key, equals, value = text.partition("=")
        if kind == "comment":
            if found and current:
                current.comments.append(text)
                current.odd |= start == end and bool(current.properties)
            end = start + len(text) + 2
            continue
        lower = key.lower()
        begins = kind == "word" and "." not in key and lower not in _NO_METHODS
        method = _METHOD.match(text) if begins and _begins(lower, found, several=several) else None
        if method:
            current = Result(method[1].lower(), method[2].strip().lower())
            found.append(current)
        elif current and (found or "." in key) and equals:
            current.properties.append((lower, _unquoted(value)))
            current.odd |= start == end or _misplaced(current.method, lower, value)
        elif current and found:
            current.odd |= start == end or text[0] in ".@'\")\x1a"
        end = start + len(text)
    return found


def _misplaced(method: str, key: str, value: str) -> bool:
    """Whether a property cannot belong here: it came out of another one's value."""
    return (method == "dkim" and key.startswith("smtp.")) or (
        key == "smtp.helo" and "@" in value[1:] and not value.lower().startswith("postmaster@")
    )


def _begins(key: str, found: list[Result], *, several: bool) -> bool:
    return not found or (several and key in _DOMAIN_KEYS)


def _joined(group: list[Token]) -> list[Token]:
    """Tokens with ``spf = pass``, ``dkim / 1 (why) = fail`` and ``header.d="x"`` put together again."""
    if not any(text[:1] in _EDGES or text[-1:] in _EDGES for _, text, _ in group):
        return group  # no token begins or ends with a separator: none belongs to its neighbour
    out: list[Token] = []
    last: int | None = None
    for token in group:
        if token.kind == "comment":
            out.append(token)
        elif last is not None and _joins(out[last].text, token.text):
            out[last] = out[last]._replace(text=out[last].text + token.text)
        else:
            last = len(out)
            out.append(token)
    return out


def _joins(left: str, right: str) -> bool:
    """Whether a separator stands alone between or beside them; ``header.b=Jx0=`` ends with its own."""
    if right in _SEPARATORS or right.startswith("="):
        return True
    return left.find("=") == len(left) - 1 or (left[-1:] in {"/", "."} and "=" not in left)


def _record(
    result: Result, written: Written, authserv_id: str | None, extra: tuple[tuple[str, str], ...]
) -> Authentication:
    domain = None if result.odd else _domain(result)
    clear = not result.odd and (domain is not None or not _names_one(result))
    return _said(result, written, authserv_id, domain, extra, clear=clear)


def _said(
    result: Result,
    written: Written,
    authserv_id: str | None,
    domain: str | None,
    extra: tuple[tuple[str, str], ...] = (),
    *,
    clear: bool,
) -> Authentication:
    """*clear*: whether the value that it is about, if any, has one reading."""
    canonical = result.result.removeprefix(result.method + "_")  # "dkim=dkim_pass"
    canonical = exchange.SAME.get(canonical, canonical)
    properties = [*result.properties, *[("comment", comment) for comment in result.comments]]
    if canonical != result.result:
        properties.append(("said", result.result))
    if not clear:
        properties.append(("ambiguous", "value"))
    return Authentication(
        method=result.method,
        result=canonical,
        domain=domain,
        authserv_id=authserv_id,
        field=written.name,
        position=written.position,
        raw=written.raw,
        properties=(*properties, *extra),
    )


def _names_one(result: Result) -> bool:
    """Whether the property that the result is about is there, readable or not."""
    keys = _DOMAIN_KEYS.get(result.method, ())
    named = [value.lower() for name, value in result.properties if name in keys]
    return any(value not in {"", "none"} for value in named)


def _domain(result: Result) -> str | None:
    """The domain that the result is about; None where the property is missing or said twice, differently."""
    known = dict(result.properties)
    for key in _DOMAIN_KEYS.get(result.method, ()):
        if key not in known:
            continue
        said = {value for name, value in result.properties if name == key and value.lower() != "none"}
        if said:
            hosts = {_host(value, bare=key in {"header.d", "d"}) for value in said}
            return hosts.pop() if len(hosts) == 1 else None
    return None


def _host(mailbox: str, *, bare: bool = False) -> str | None:
    """The domain of ``a@b.example`` or of ``b.example``; None where it is no host name or has two readings."""
    if mailbox.isascii() and _HOST.match(mailbox):
        return mailbox.rstrip(".").lower()
    local, at, domain = _unquoted(mailbox.strip()).rpartition("@")
    quoted = len(local) > 1 and local[0] == local[-1] == '"'
    if (at and bare) or (not quoted and any(char in local for char in "@'()\";\\\x1a")):
        return None
    host = _utf8(domain).rstrip(".").lower()
    return host if _HOST.match(host) else None


def _unquoted(mailbox: str) -> str:
    if mailbox[:1] not in _OPENING:
        return mailbox
    for left, right in ("<>", '""'):
        if mailbox[:1] == left and mailbox[-1:] == right:
            mailbox = mailbox[1:-1]
    return mailbox


def _utf8(domain: str) -> str:
    """A name with letters outside ASCII, which RFC 8616 allows as UTF-8."""
    try:
        return domain.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return domain


def _received_spf(written: Written) -> list[Authentication]:
    """Read ``Pass (mx.example: domain of a@b.example designates …) client-ip=192.0.2.1; envelope-from=…``."""
    line = headers.unfold(written.raw)
    result = (_many() and _exchange_spf(line)) or _any_spf(line)
    return [_spf_record(result, written)] if result else []


def _exchange_spf(line: str) -> Result | None:
    """The field in Exchange Online's shape, read by one pattern; None for any other."""
    found = _EXCHANGE_SPF.fullmatch(line)
    if found is None:
        return None
    said, comment, *values = found.groups()
    names = ("receiver", "client-ip", "helo", "pr")
    given = [(name, value) for name, value in zip(names, values, strict=True) if value]
    return Result("spf", said.lower(), [comment], given)


def _any_spf(line: str) -> Result | None:
    """Any such field, token by token."""
    items, broken = _tokens(line)
    if not items or items[0].kind != "word":
        return None
    result = Result("spf", items[0].text.strip(":").lower(), odd=broken)
    end = -1
    for token in _joined([item for item in items[1:] if item.kind != "mark"]):
        key, equals, value = token.text.partition("=")
        if token.kind == "comment":
            result.comments.append(token.text)
            result.odd |= token.start == end and bool(result.properties)
        elif equals:
            result.properties.append((key.lower(), _unquoted(value.rstrip(","))))
            result.odd |= token.start == end or "." in key
        else:
            result.odd |= bool(result.comments or result.properties)
        end = token.start + len(token.text) + 2 * (token.kind == "comment")
    return result


def _spf_record(result: Result, written: Written) -> Authentication:
    known = dict(reversed(result.properties))
    receiver = known.get("receiver") or _writer(result.comments)
    asked = None if result.odd else _host(_spf_identity(known, result.comments))
    clear = not result.odd and (not _names_one(result) or _domain(result) is not None)
    return _said(result, written, receiver, asked, clear=clear)


def _writer(comments: list[str]) -> str | None:
    return next((found[1] for found in map(_WRITER.match, comments) if found), None)


def _spf_identity(known: dict[str, str], comments: list[str]) -> str:
    """Whose policy was asked: the envelope sender's, else the one that the comment names, else the HELO's."""
    if sender := known.get("envelope-from"):
        return sender
    for comment in comments:
        if named := _DOMAIN_OF.search(comment):
            return named[1]
    if any("domain of" in comment for comment in comments):
        return ""  # named, but not so that it can be read
    return known.get("helo", "")
