from __future__ import annotations

import dataclasses
import json
import sys

import pytest

from phishlab.errors import MissingExtraError
from phishlab.records import Assessment, Confidence, Exhibit, Indicator, Step
from phishlab.report.exports import stix
from phishlab.views.safe import Lens
from tests import casefiles

stix2 = pytest.importorskip("stix2", reason="the extra 'share' is not installed")
LENS = Lens(recipients=(casefiles.RECIPIENT,))


def indicators(lens: Lens = LENS) -> dict[str, dict[str, object]]:
    made = json.loads(stix.text(casefiles.kagoya(), lens))
    return {one["description"]: one for one in made["objects"] if one["type"] == "indicator"}


def test_each_row_of_the_table_is_an_indicator_of_its_kind() -> None:
    made = indicators()
    assert [one["pattern"] for one in made.values()] == [
        "[url:value LIKE 'http://sgogoj.com/kagoya/activemail.kagoya?login=%']",
        "[domain-name:value = 'sgogoj.com']",
        "[ipv4-addr:value = '74.226.196.215']",
        "[email-addr:value = 'postmaster@aica-interior.co.jp']",
        f"[file:hashes.'SHA-256' = '{'ab' * 32}']",
    ]


def test_only_the_attacker_s_own_is_called_malicious() -> None:
    types = {role: one["indicator_types"] for role, one in indicators().items()}
    assert types["registrable domain of the link"] == ["malicious-activity"]
    assert types["address that handed the mail over"] == ["unknown"]
    assert types["From address (a claim, possibly a bystander's)"] == ["unknown"]


def test_nothing_is_called_malicious_where_the_case_is_undetermined() -> None:
    unsure = Assessment(question="deceptive", answer="undetermined", confidence=Confidence.LOW)
    case = dataclasses.replace(casefiles.kagoya(), assessments=(unsure,))
    made = json.loads(stix.text(case, LENS))
    assert {str(one.get("indicator_types", ["unknown"])) for one in made["objects"]} == {"['unknown']"}


def test_the_same_case_gives_the_same_bytes_and_another_mail_other_ids() -> None:
    first = stix.text(casefiles.kagoya(), LENS)
    assert stix.text(casefiles.kagoya(), LENS) == first
    message = dataclasses.replace(casefiles.MESSAGE, sha256="0" * 64)
    other = json.loads(stix.text(dataclasses.replace(casefiles.kagoya(), message=message), LENS))
    assert json.loads(first)["id"] != other["id"]


def test_it_reads_back_as_a_bundle() -> None:
    parsed = stix2.parse(stix.text(casefiles.kagoya(), LENS))
    report = next(one for one in parsed.objects if one.type == "report")
    assert len(report.object_refs) == 5


def test_the_recipient_leaves_only_when_asked() -> None:
    assert "taro" not in stix.text(casefiles.kagoya(), LENS)
    open_ = Lens(recipients=(casefiles.RECIPIENT,), redacted=False)
    assert "login=taro@recipient.example" in stix.text(casefiles.kagoya(), open_)


@pytest.mark.parametrize("value", ["' OR 1=1 '", "back\\slash", "line\nfeed\x00", "] AND [url:value = 'x"])
def test_a_hostile_value_stays_inside_its_quotes(value: str) -> None:
    exhibit = Exhibit(kind="indicators", items=(Indicator(kind="url", value=value, role="link"),))
    case = dataclasses.replace(casefiles.kagoya(), steps=(Step(id="conclusion", exhibits=(exhibit,)),))
    made = stix2.parse(stix.text(case, LENS))
    found = next(one for one in made.objects if one.type == "indicator")
    assert found.pattern.count("[url:value") - value.count("[url:value") == 1
    assert found.pattern.endswith("']")


def test_a_case_without_indicators_is_a_bundle_without_a_report() -> None:
    made = json.loads(stix.text(casefiles.bare(), LENS))
    assert [one["type"] for one in made["objects"]] == ["identity"]


def test_without_stix2_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "stix2", None)
    with pytest.raises(MissingExtraError, match=r"phishlab\[share\]"):
        stix.text(casefiles.kagoya(), LENS)
