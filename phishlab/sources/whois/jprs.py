"""Who registered a .jp domain, by WHOIS at JPRS (RFC 3912; the registry has no public RDAP for .jp).

The name is asked without ``/e``: then the answer has Japanese and English values side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import dns.exception

from phishlab.records import Answer, DomainRegistration, Level, Lookup, Outcome, Question
from phishlab.sources import dns as names
from phishlab.sources import privacy
from phishlab.sources.whois import silence
from phishlab.wire import Wire

JPRS = "whois.jprs.jp"

_JST = timezone(timedelta(hours=9))
# "f. [組織名]  アイカ…", "[Name Server]  ns1.example", "  [割り振り]  1.0.16.0/20"; not "[ JPRS database … ]"
_FIELD = re.compile(r"^\s*(?:[a-z]\. )?\[([^\]\s][^\]]*)\][ \t\u3000]*(.*?)\s*$")
_SECTION = re.compile(r"^([A-Z][A-Za-z ]+):\s*(?:\[[^\]]*\])?\s*$")
_DATE = re.compile(r"(\d{4})/(\d\d)/(\d\d)(?: (\d\d):(\d\d):(\d\d) \(JST\))?")

_DOMAIN = ("Domain Name", "ドメイン名")
_REGISTRANT = (
    "登録者名",
    "組織名",
    "ネットワークサービス名",
    "Registrant",
    "Organization",
    "Network Service Name",
)
_CREATED = ("登録年月日", "Created on", "Registered Date")
_EXPIRES = ("有効期限", "Expires on")
_UPDATED = ("最終更新", "Last Updated", "Last Update")
_STATUS = ("状態", "Status", "State")
_LOCK = ("ロック状態", "Lock Status")
_SERVERS = ("Name Server", "ネームサーバ")
_PLACEHOLDER = "Suspended Domain Name"
"""What the registry itself writes as the organisation of a suspended domain."""


def domain(wire: Wire, name: str) -> Lookup[DomainRegistration]:
    """The registration of the .jp domain *name*; NO_SUCH_NAME where JPRS says that there is none."""
    try:
        queried = names.name(name).to_text(omit_final_dot=True)
    except (dns.exception.DNSException, ValueError) as error:
        note = f"not a name that can be asked for: {error}"
        return Lookup(source=JPRS, subject=name, outcome=Outcome.FAILED, note=note)
    answer = wire.ask(Question(uri=f"whois://{JPRS}/{queried}", level=Level.PASSIVE))
    outcome, note, record = _read(answer, queried)
    return Lookup(
        source=JPRS,
        subject=queried,
        outcome=outcome,
        record=record,
        evidence=(answer.exchange,) if answer.exchange else (),
        note=note,
    )


def _read(answer: Answer, queried: str) -> tuple[Outcome, str, DomainRegistration | None]:
    if not answer.data:
        return (*silence.told(answer), None)
    text = decoded(answer.data)
    if re.search(r"^No match!!", text, re.MULTILINE):
        return Outcome.NO_SUCH_NAME, "JPRS has no such domain", None
    record = parse(text)
    if record is None:
        return Outcome.FAILED, "the answer names no domain", None
    if record.domain != queried:
        return Outcome.FAILED, f"the answer is about {record.domain}", None
    return Outcome.ANSWERED, "", record


def decoded(data: bytes) -> str:
    """The text of an answer: UTF-8 as JPRS sends it since 2015, or the ISO-2022-JP of JPNIC and of before."""
    return data.decode("iso2022_jp" if b"\x1b$" in data else "utf-8", "replace")


def parse(text: str) -> DomainRegistration | None:
    """A JPRS answer as a record; None where it names no domain.

    Reads both layouts, in Japanese and English::

        [Domain Name]                   GOOGLE.JP            general use: [有効期限] 2026/05/31
        a. [ドメイン名]                 EXAMPLE.CO.JP        attribute type: [状態] Connected (2025/09/30)

    The attribute type has no line for the expiry: it is the date in its state. A date without a time is
    kept as that date, 00:00 UTC; a time is converted from JST. Unknown labels stay in ``fields``.
    """
    found = fields(text)
    about = _first(_until_contact(found), _DOMAIN)
    if not about:
        return None
    state = _first(found, _STATUS) or ""
    registrant = _first(_until_contact(found), _REGISTRANT)
    return DomainRegistration(
        domain=about.lower(),
        registrant=None if registrant == _PLACEHOLDER else registrant,
        registrar=None,
        created=when(_first(found, _CREATED)),
        updated=when(_first(found, _UPDATED)),
        expires=when(_first(found, _EXPIRES) or state),
        status=tuple(filter(None, (_DATE.sub("", state).replace("()", "").strip(), *_all(found, _LOCK)))),
        name_servers=tuple(value.split()[0].lower() for value in _all(found, _SERVERS)),
        privacy=privacy.service(registrant),
        fields=found,
    )


def fields(text: str) -> tuple[tuple[str, str], ...]:
    """Every label and value in order; an indented line without a label continues the value above it.

    A section's heading stands among them with no value, so that equal labels can be told apart.
    """
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        if match := _FIELD.match(line):
            found.append((match[1], match[2]))
        elif match := _SECTION.match(line):
            found.append((match[1], ""))
        elif line[:1].isspace() and line.strip() and found:
            label, value = found[-1]
            found[-1] = (label, f"{value}\n{line.strip()}".strip())
    return tuple(found)


def when(text: str | None) -> datetime | None:
    """``2013/06/01 01:05:07 (JST)`` or ``2005/05/30``, also inside ``Connected (2025/09/30)``, in UTC."""
    match = _DATE.search(text or "")
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=_JST if match[4] else UTC).astimezone(
            UTC
        )
    except ValueError:
        return None


def _until_contact(found: tuple[tuple[str, str], ...]) -> Iterable[tuple[str, str]]:
    for label, value in found:
        if label == "Contact Information":
            return
        yield label, value


def _all(found: Iterable[tuple[str, str]], labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for label, value in found if label in labels and value)


def _first(found: Iterable[tuple[str, str]], labels: tuple[str, ...]) -> str | None:
    """The first value under the first of *labels* that has one: Japanese before English."""
    known = tuple(found)
    return next((value for label in labels for value in _all(known, (label,))), None)
