"""The reader held against real answers with what others read from them.

weppos/whois-parser has a pair for each state of each registry; richardpenman/whois's answers were kept aside while
the reader was written. Only suffixes that ``registries.toml`` claims are counted, and all of those are.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from phishlab.records import DomainRegistration, Outcome
from phishlab.sources import privacy
from phishlab.sources.whois import _text, answer, labels, layout, registries
from phishlab.sources.whois.registries import Registry

Expected: TypeAlias = dict[str, Any]
_HOURS = {"PDT": -7, "": 0, "UTC": 0, "GMT": 0, "Z": 0, "WAT": 1, "EAT": 3}
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(.*)")
# The suite's own words for a state, and what registries call it.
_STATES = {
    "redemption": ("redemption", "quarantine", "pending", "held", "out of service"),
    "inactive": ("inactive", "inactivo", "suspend", "blocked", "tech-pro"),
    "expired": ("expired", "deactivated", "hold"),
    "reserved": ("reserved", "restricted", "not_open", "not available"),
}


def test_at_least_95_of_100_fields_of_all_pairs_whose_suffix_is_claimed(shared_data: Path) -> None:
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    wrong: list[str] = []
    for file, suffix, expected in _weppos(shared_data / "whois/weppos"):
        registry = registries.everything()[suffix]
        text = _decoded(file)
        outcome, _, record = answer.read(text, _name(text, registry), registry)
        for field, good in _compared(expected, outcome, record):
            told[field] += 1
            right[field] += good
            wrong += [] if good else [f"{suffix}/{file.stem} {field}"]
    shares = {field: right[field] / told[field] for field in told}
    assert min(shares.values()) >= 0.98, (shares, wrong)
    # All that are claimed are counted: 1,730 fields of 543 answers.
    assert (told.total(), told["status"]) == (1730, 543)
    assert len(wrong) <= 14, "\n".join(wrong)


def test_nothing_that_the_suite_calls_registered_reads_as_free_and_the_other_way_round(
    shared_data: Path,
) -> None:
    for file, suffix, expected in _weppos(shared_data / "whois/weppos"):
        registry = registries.everything()[suffix]
        text = _decoded(file)
        outcome, _, _ = answer.read(text, _name(text, registry), registry)
        if expected.get("registered?"):
            assert outcome is not Outcome.NO_SUCH_NAME, file
        if expected.get("response_throttled?"):
            assert outcome not in {Outcome.NO_SUCH_NAME, Outcome.ANSWERED}, file


def test_registrants_and_registrars_have_the_names_that_the_suite_reads(shared_data: Path) -> None:
    right: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for file, suffix, _ in _weppos(shared_data / "whois/weppos"):
        blocks = _blocks(file.with_suffix(".expected").read_text("utf-8"))
        registry = registries.everything()[suffix]
        text = _decoded(file)
        record = answer.read(text, _name(text, registry), registry)[2]
        first = re.findall(r'\[0\]\.(?:name|organization)\s+== "(.+)"', blocks.get("registrant_contacts", ""))
        if first:
            told["registrant"] += 1
            right["registrant"] += record is not None and (
                record.registrant in first
                or (record.registrant is None and all(map(privacy.redacted, first)))
            )
        names = re.findall(r'\.(?:name|organization|id)\s+== "(.+)"', blocks.get("registrar", ""))
        if names:
            told["registrar"] += 1
            shown = (record and record.registrar) or ""
            right["registrar"] += bool(shown) and any(name in shown or shown in name for name in names)
    assert (told["registrant"], told["registrar"]) == (116, 126)
    assert right["registrant"] >= 109
    assert right["registrar"] >= 125


def test_answers_that_were_kept_aside(shared_data: Path) -> None:
    right, told, unread = 0, 0, []
    for file in sorted((shared_data / "whois/richardpenman/expected").iterdir()):
        registry = registries.of(file.name)
        answered = file.parents[1] / "whois" / file.name
        try:
            expected = json.loads(file.read_text("utf-8"))
        except ValueError:  # two of the suite's own files
            continue
        if registry is None:
            unread.append(file.name)
            continue
        record = answer.read(_decoded(answered), file.name.lower(), registry)[2]
        for key, field in (("creation_date", "created"), ("expiration_date", "expires")):
            values = expected.get(key)
            told += 1
            right += _day(getattr(record, field, None)) in {
                str(value)[:10] for value in (values if isinstance(values, list) else [values])
            }
    assert len(unread) <= 5, unread
    assert (told, right) == (122, 117)


def _day(time: datetime | None) -> str:
    return str(time)[:10] if time else "None"


def _decoded(file: Path) -> str:
    class Kept:
        data = file.read_bytes()

    return _text(Kept())  # type: ignore[arg-type] # only its bytes are looked at


def _name(text: str, registry: Registry) -> str:
    """The name that was asked for: the suite's invented one, else the one that the answer is about."""
    invented = re.search(r"u34jedzcq[a-z0-9.-]*[a-z0-9]", text.lower())
    values = [
        entry.value
        for entry in layout.entries(text)
        if labels.meaning(entry.label) == "domain" and entry.value
    ]
    return invented[0] if invented else answer._domain(values, "") or f"u34jedzcq.{registry.suffix}"


def _weppos(folder: Path) -> Iterator[tuple[Path, str, Expected]]:
    for file in sorted(folder.rglob("*.txt")):
        parts = file.relative_to(folder).parts
        suffix = "priv.at" if parts[0] == "whois.nic.priv.at" else parts[1]
        expected = file.with_suffix(".expected")
        if (
            parts[0] != "whois.jprs.jp"
            and suffix in registries.everything()
            and len(parts) >= 3
            and expected.is_file()
        ):
            yield file, suffix, _expected(expected.read_text("utf-8"))


def _expected(text: str) -> Expected:
    """``#created_on`` … ``%s %TIME{2003-09-11}``, ``#nameservers`` … ``%s[0].name == "ns1.x"``, ``#status``."""
    blocks = _blocks(text)
    found: Expected = {}
    for name, field in (("created_on", "created"), ("expires_on", "expires")):
        if name in blocks:
            stated = re.search(r"%TIME\{([^}]*)\}", blocks[name])
            found[field] = _stated(stated[1]) if stated else None
    if "nameservers" in blocks:
        names = re.findall(r'\.name\s+==\s+"([^"]*)"', blocks["nameservers"])
        found["name servers"] = tuple(name.rstrip(".").lower() for name in names)
    if status := re.search(r"== (.*)", blocks.get("status", "")):
        found["status"] = tuple(json.loads(status[1])) if status[1].startswith("[") else status[1].strip()
    for name, field in (
        ("available?", "available?"),
        ("registered?", "registered?"),
        ("response_throttled?", "throttled"),
    ):
        if name in blocks:
            found[field] = "true" in blocks[name]
    return found


def _blocks(text: str) -> dict[str, str]:
    found = dict(block.partition("\n")[::2] for block in re.split(r"\n(?=#)", text) if "%ERROR" not in block)
    return {name.strip(" #"): block for name, block in found.items()}


def _stated(text: str) -> datetime | str:
    match = _TIME.match(text)
    if match is None:  # "16/09/03": the suite does not know either
        return text
    *numbers, zone = match.groups()
    offset = re.fullmatch(r"([+-])(\d\d):?(\d\d)", zone)
    hours = float(f"{offset[1]}{int(offset[2]) + int(offset[3]) / 60}") if offset else _HOURS[zone]
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC) - timedelta(hours=hours)


def _compared(
    expected: Expected, outcome: Outcome, record: DomainRegistration | None
) -> Iterator[tuple[str, bool]]:
    for field in ("created", "expires"):
        if field in expected:
            yield field, getattr(record, field, None) == expected[field]
    if "name servers" in expected:
        yield "name servers", (record.name_servers if record else ()) == expected["name servers"]
    if "status" in expected:
        yield "status", _same_state(expected, outcome, record)


def _same_state(expected: Expected, outcome: Outcome, record: DomainRegistration | None) -> bool:
    """A list of states has to be that list; the suite's own words stand for those of the registry."""
    state = expected["status"]
    words = " ".join(record.status).lower() if record else ""
    if isinstance(state, tuple):
        free = expected.get("available?", False)
        return (record.status if record else ()) == state and (outcome is Outcome.NO_SUCH_NAME) == free
    if state == ":available":
        return outcome is Outcome.NO_SUCH_NAME
    if state == "nil":
        return not words
    if state in {":invalid", ":unavailable"}:  # neither registered nor to be had
        return outcome is not Outcome.NO_SUCH_NAME and not (record and (record.created or record.registrar))
    if state == ":registered":
        return record is not None and "reserved" not in words
    return any(word in words for word in _STATES[state[1:]])
