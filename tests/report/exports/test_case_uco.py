"""The graph that is exported for CASE/UCO, validated without a network by the ontology's own validator."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from phishlab import case as cases
from phishlab import walkthrough
from phishlab.records import CaseFile, Provenance
from phishlab.report.exports import case_uco
from phishlab.views.safe import Lens
from tests import casefiles
from tests.conftest import KAGOYA

LENS = Lens(recipients=(casefiles.RECIPIENT,))
VALIDATE = Path(sys.executable).parent / "case_validate"
LOG = (KAGOYA / "data" / "custody.jsonl").read_bytes()


def _validated(text: str, folder: Path, version: str = "case-1.4.0", *more: str) -> tuple[int, str]:
    path = folder / "case.jsonld"
    path.write_text(text, encoding="ascii")
    command = [str(VALIDATE), "--built-version", version, *more, str(path)]
    # A proxy that nobody listens at: whatever would be fetched fails.
    none = {"http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=none)
    return done.returncode, done.stdout + done.stderr


def _graph(casefile: CaseFile, lens: Lens = LENS) -> dict[str, dict[str, Any]]:
    made = json.loads(case_uco.text(casefile, lens, lambda _: LOG))
    nodes = {node["@id"]: node for node in made["@graph"]}
    assert len(nodes) == len(made["@graph"])
    return nodes


def _of(nodes: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [node for node in nodes.values() if node["@type"] == kind]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == {"@id"}:
            yield value["@id"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


@pytest.mark.parametrize(
    ("version", "more"), [("case-1.4.0", ()), ("case-1.5.0", ()), ("case-1.3.0", ("--allow-info",))]
)
def test_the_articles_case_conforms(version: str, more: tuple[str, ...], tmp_path: Path) -> None:
    opened = cases.open_case(KAGOYA)
    text = case_uco.text(walkthrough.casefile(opened), Lens.of(opened), opened.attachment)
    code, said = _validated(text, tmp_path, version, *more)
    assert (code, "Conforms: True" in said) == (0, True), said


def test_the_validator_would_find_a_fault(tmp_path: Path) -> None:
    """Else the tests above prove nothing."""
    made = json.loads(case_uco.text(casefiles.kagoya(), LENS))
    action = next(node for node in made["@graph"] if node["@type"].endswith("InvestigativeAction"))
    action["uco-action:startTime"] = "yesterday"
    code, said = _validated(json.dumps(made), tmp_path)
    assert code != 0
    assert "startTime" in said


def test_a_hostile_case_conforms_and_nothing_refers_to_what_is_not_there(tmp_path: Path) -> None:
    odd = "\u202e<script>\x00 ${7*7} \\ \" ' {{x}} \ud800" + "あ" * 5_000
    message = casefiles.kagoya().message
    subject = dataclasses.replace(message.subject, text=odd)
    hostile = dataclasses.replace(
        casefiles.kagoya(), case=odd, message=dataclasses.replace(message, subject=subject, message_id=odd)
    )
    nodes = _graph(hostile)
    assert set(_references(list(nodes.values()))) <= set(nodes)
    code, said = _validated(case_uco.text(hostile, LENS, lambda _: LOG), tmp_path)
    assert code == 0, said


def test_every_action_has_its_times_its_instrument_and_a_performer_that_is_said_to_be_unknown() -> None:
    nodes = _graph(casefiles.kagoya())
    actions = _of(nodes, "case-investigation:InvestigativeAction")
    names = {action["uco-core:name"] for action in actions}
    assert {"questions put, run run-1", "opened", "sealed"} <= names
    for action in actions:
        (tool,) = action["uco-action:instrument"]
        assert nodes[tool["@id"]]["uco-core:name"] == "phishlab"
        assert "unknown" in nodes[action["uco-action:performer"]["@id"]]["uco-core:name"]
        assert action["uco-action:startTime"]["@value"].endswith("Z")
        for result in action["uco-action:result"]:
            assert nodes[result["@id"]]["@type"] == "case-investigation:ProvenanceRecord"


def test_custody_is_a_chain_of_actions_with_the_digests_of_the_log() -> None:
    nodes = _graph(casefiles.kagoya())
    lines = [json.loads(line) for line in LOG.splitlines()]
    records = [
        node
        for node in _of(nodes, "case-investigation:ProvenanceRecord")
        if node["case-investigation:exhibitNumber"].startswith("custody-")
    ]
    assert [record["case-investigation:exhibitNumber"] for record in records] == [
        f"custody-{line['id']}" for line in lines
    ]
    assert all(
        line["after"] in record["uco-core:description"] for line, record in zip(lines, records, strict=True)
    )
    chained = [node for node in nodes.values() if "case-investigation:wasInformedBy" in node]
    assert len(chained) == len(lines) - 1


def test_each_kept_answer_is_a_record_with_its_warc_id_digest_and_origin() -> None:
    case = casefiles.kagoya()
    nodes = _graph(case)
    told = {
        node["case-investigation:exhibitNumber"]: node["uco-core:description"]
        for node in _of(nodes, "case-investigation:ProvenanceRecord")
    }
    for exchange in case.exchanges:
        assert exchange.sha256 in told[exchange.id]
        assert exchange.origin in told[exchange.id]


def test_what_was_brought_in_is_no_action_of_a_run() -> None:
    case = casefiles.kagoya()
    first, *others = case.exchanges
    before = [one.origin for one in case.exchanges].count(Provenance.IMPORTED)
    assert first.origin is not Provenance.IMPORTED
    brought = dataclasses.replace(first, origin=Provenance.IMPORTED, run="imported")
    nodes = _graph(dataclasses.replace(case, exchanges=(brought, *others)))
    names = [node["uco-core:name"] for node in _of(nodes, "case-investigation:InvestigativeAction")]
    assert names.count("an answer got elsewhere, brought in") == before + 1
    assert "questions put, run imported" not in names


def test_the_observables_are_the_mail_its_file_and_the_rows_of_the_indicator_table() -> None:
    nodes = _graph(casefiles.kagoya())
    kinds = [node["@type"].removeprefix("uco-observable:") for node in nodes.values()]
    for kind in ("EmailMessage", "File", "URL", "DomainName", "IPv4Address", "EmailAddress"):
        assert kind in kinds
    digests = json.dumps(_of(nodes, "uco-observable:File"))
    assert casefiles.MESSAGE.sha256 in digests
    relation = _of(nodes, "uco-observable:ObservableRelationship")[0]
    assert relation["uco-core:kindOfRelationship"] == "Contained_Within"


def test_the_recipient_is_left_out_unless_it_is_asked_for() -> None:
    name, _, host = casefiles.RECIPIENT.partition("@")
    redacted = case_uco.text(casefiles.kagoya(), LENS)
    assert casefiles.RECIPIENT not in redacted
    assert f"{name}%40{host}" not in redacted
    shown = case_uco.text(casefiles.kagoya(), dataclasses.replace(LENS, redacted=False))
    assert casefiles.RECIPIENT in shown


def test_the_same_case_gives_the_same_bytes_and_another_mail_other_ids() -> None:
    first = case_uco.text(casefiles.kagoya(), LENS)
    assert case_uco.text(casefiles.kagoya(), LENS) == first
    message = dataclasses.replace(casefiles.MESSAGE, sha256="0" * 64)
    other = case_uco.text(dataclasses.replace(casefiles.kagoya(), message=message), LENS)
    ids = ({node["@id"] for node in json.loads(text)["@graph"]} for text in (first, other))
    assert set.intersection(*ids) == set()
