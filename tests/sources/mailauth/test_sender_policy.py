"""SPF: the suite of RFC 7208 whole, through real DNS messages, and what the suite does not ask about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
import yaml  # type: ignore[import-untyped] # comes with JupyterLab; its types are not worth a package

from phishlab.errors import NotRecordedError
from phishlab.records import Answer, Level, Outcome
from phishlab.sources import mailauth
from phishlab.sources.mailauth import sender_policy

IP = "74.226.196.215"


def test_the_walkthroughs_sender_is_not_allowed_by_minus_all(scripted: Any, dns_says: Any) -> None:
    name = "aica-interior.co.jp"
    wire = scripted(
        {
            f"dns:{name}?type=TXT": dns_says(
                name, "TXT", f'{name}. 60 IN TXT "v=spf1 ip4:153.123.7.53 -all"'
            ),
        }
    )
    found = mailauth.spf(wire, IP, f"postmaster@{name}", "Praisemmm")
    assert found.record is not None
    assert (found.outcome, found.record.result, found.record.domain) == (Outcome.ANSWERED, "fail", name)
    assert found.note == "by today's DNS, not that of the day of receipt"
    assert dict(found.record.properties)["policy.record"] == "v=spf1 ip4:153.123.7.53 -all"
    assert dict(found.record.properties)["policy.mechanism"] == "-all"
    assert (found.record.trusted, len(found.evidence)) == (False, 1)
    assert {question.level for question in wire.asked} == {Level.ACTIVE}


@pytest.mark.parametrize("null", ["", "<>", None, " "])
def test_a_bounce_is_judged_by_its_helo(scripted: Any, dns_says: Any, null: str | None) -> None:
    name = "mx.example.jp"
    wire = scripted(
        {f"dns:{name}?type=TXT": dns_says(name, "TXT", f'{name}. 60 IN TXT "v=spf1 ip4:{IP} -all"')}
    )
    found = mailauth.spf(wire, IP, null, name)
    assert found.record is not None
    assert (found.record.result, found.record.domain) == ("pass", name)


def test_no_policy_is_none_and_no_answer_is_temperror(scripted: Any, dns_says: Any) -> None:
    nothing = scripted({"dns:a.jp?type=TXT": dns_says("a.jp", "TXT", rcode="NXDOMAIN")})
    silent = scripted({})
    refused = scripted({"dns:a.jp?type=TXT": dns_says("a.jp", "TXT", rcode="REFUSED")})
    for wire, outcome, result in (
        (nothing, Outcome.ANSWERED, "none"),
        (silent, Outcome.FAILED, "temperror"),
        (refused, Outcome.REFUSED, "temperror"),
    ):
        found = mailauth.spf(wire, IP, "x@a.jp", "a.jp")
        assert found.record is not None
        assert (found.outcome, found.record.result) == (outcome, result)


def test_a_level_that_forbids_the_question_leaves_no_result(scripted: Any) -> None:
    found = mailauth.spf(scripted({}, Level.THIRD_PARTY), IP, "x@a.jp", "a.jp")
    assert (found.outcome, found.record, found.note) == (Outcome.NOT_ASKED, None, "needs level active")


@pytest.mark.parametrize(
    ("ip", "sender", "helo"), [("nonsense", "a@b.jp", ""), (IP, "", ""), (IP, None, None)]
)
def test_nobody_to_ask_about_is_not_asked(
    scripted: Any, ip: str, sender: str | None, helo: str | None
) -> None:
    wire = scripted({})
    assert mailauth.spf(wire, ip, sender, helo).outcome is Outcome.NOT_ASKED
    assert wire.asked == []


@pytest.mark.parametrize(
    "sender", ["a@b@c.jp", "@", "x" * 300 + "@" + "y." * 200 + "jp", "a@日本語.jp", "a@\x00.jp", "a@b..jp"]
)
def test_hostile_senders_end_in_an_outcome(scripted: Any, sender: str) -> None:
    assert mailauth.spf(scripted({}), IP, sender, "h.jp").outcome in set(Outcome)


def test_two_evaluations_do_not_see_each_others_wire(scripted: Any, dns_says: Any) -> None:
    def wire(policy: str) -> Any:
        return scripted({"dns:a.jp?type=TXT": dns_says("a.jp", "TXT", f'a.jp. 60 IN TXT "{policy}"')})

    results = [
        mailauth.spf(wire(policy), IP, "x@a.jp", "").record for policy in ("v=spf1 +all", "v=spf1 -all")
    ]
    assert [result.result for result in results if result] == ["pass", "fail"]
    with pytest.raises(LookupError):
        sender_policy._on_the_wire("a.jp", "TXT")


def test_phishlabs_own_trouble_is_not_swallowed(scripted: Any) -> None:
    def broken(uri: str) -> None:
        raise NotRecordedError(uri)

    with pytest.raises(NotRecordedError):
        mailauth.spf(scripted(broken), IP, "x@a.jp", "a.jp")


def test_the_suite_of_rfc_7208_whole(scripted: Any, shared_data: Path) -> None:
    text = (shared_data / "auth/spf/rfc7208-tests.yml").read_text("utf-8")
    wrong, passed = [], 0
    for scenario in yaml.safe_load_all(text):
        wire = scripted(_zone(scenario["zonedata"]))
        for name, case in scenario["tests"].items():
            found = mailauth.spf(wire, str(case["host"]), case["mailfrom"], case["helo"])
            said = found.record.result if found.record else found.outcome.value
            why = dict(found.record.properties).get("reason", "") if found.record else ""
            expected = case["result"] if isinstance(case["result"], list) else [case["result"]]
            if said in expected and _explained(case.get("explanation"), said, why):
                passed += 1
            else:
                wrong.append((name, said, expected, why, case.get("explanation"), found.note))
    assert wrong == []
    assert passed == 203


def _explained(expected: str | None, result: str, why: str) -> bool:
    """``DEFAULT`` in the suite stands for whatever the implementation says by itself."""
    return result != "fail" or expected is None or why == (_DEFAULT if expected == "DEFAULT" else expected)


_DEFAULT = "SPF fail - not authorized"


def _zone(data: dict[str, Any]) -> Callable[[str], Answer | bytes]:
    """The suite's zone as a name server: SPF records double as TXT where there is no TXT (its own rule)."""
    records: dict[dns.name.Name, list[tuple[str, Any]]] = {}
    for name, rows in data.items():
        pairs = [(row, None) if isinstance(row, str) else next(iter(row.items())) for row in rows]
        has_txt = any(kind == "TXT" for kind, _ in pairs)
        twins = [] if has_txt else [("TXT", value) for kind, value in pairs if kind == "SPF"]
        ends = [pair for pair in pairs if pair[0] == "TIMEOUT"]
        labels = [label.encode() for label in name.lower().split(".")]
        records[dns.name.Name([*labels, b""])] = [
            *(pair for pair in pairs if pair not in ends),
            *twins,
            *ends,
        ]

    def answer(uri: str) -> Answer | bytes:
        path, _, rdtype = uri.removeprefix("dns:").partition("?type=")
        name = dns.name.from_text(unquote(path))
        rows = [(kind, value) for kind, value in records.get(name, []) if value != "NONE"]
        response = dns.message.make_response(dns.message.make_query(name, rdtype, id=0))
        if name not in records:
            response.set_rcode(dns.rcode.NXDOMAIN)
        found = [value for kind, value in rows if kind == rdtype]
        if not found and any(kind == "TIMEOUT" for kind, _ in rows):
            return Answer(outcome=Outcome.FAILED, note="timed out")
        if "TIMEOUT" in found:
            return Answer(outcome=Outcome.FAILED, note="timed out")
        alias = next((value for kind, value in rows if kind == "CNAME"), None)
        owner = name
        if alias and not found:
            response.answer.append(_rrset(owner, "CNAME", [alias]))
            owner = dns.name.from_text(alias).canonicalize()
            found = [value for kind, value in records.get(owner, []) if kind == rdtype]
        if found:
            response.answer.append(_rrset(owner, rdtype, found))
        return response.to_wire()

    return answer


def _rrset(owner: dns.name.Name, rdtype: str, values: list[Any]) -> dns.rrset.RRset:
    texts = [_WRITTEN.get(rdtype, _name)(value) for value in values]
    return dns.rrset.from_text_list(owner, 60, "IN", rdtype, texts, idna_codec=None)


def _name(value: str) -> str:
    return value.rstrip(".") + "."


def _txt(value: Any) -> str:
    strings = [value] if isinstance(value, str) else value or [""]
    return " ".join('"' + "".join(f"\\{byte:03d}" for byte in string.encode()) + '"' for string in strings)


_WRITTEN: dict[str, Callable[[Any], str]] = {
    "A": str,
    "AAAA": str,
    "TXT": _txt,
    "MX": lambda value: f"{value[0]} {_name(value[1])}",
}
