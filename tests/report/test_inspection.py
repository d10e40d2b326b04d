"""The machine-readable contract: real output against docs/inspect.schema.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from phishlab.assess import receivers, route
from phishlab.mail import message
from phishlab.report import inspection

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "inspect.schema.json").read_text(encoding="utf-8"))
HOSTILE = json.loads((ROOT / "tests" / "mail" / "data" / "hostile.json").read_text(encoding="utf-8"))
CHECK = jsonschema.Draft202012Validator(SCHEMA)
KAGOYA = (
    "Authentication-Results: mx.receiver.example; spf=softfail smtp.mailfrom=aica-interior.co.jp\r\n"
    "Received: from Praisemmm (ioooo.japaneast.cloudapp.azure.com [74.226.196.215])\r\n"
    " by mx.receiver.example (Postfix)"
    " with ESMTP id 4T8abc for <victim@receiver.example>; Tue, 16 Jan 2024 10:00:00 +0900 (JST)\r\n"
    'From: "Kagoya Active! Mail" <postmaster@aica-interior.co.jp>\r\nTo: victim@receiver.example\r\n'
    "Subject: =?iso-2022-jp?B?GyRCJSslNCVkGyhC?=\r\nDate: Tue, 16 Jan 2024 09:59:58 +0900\r\n\r\n"
    "こちら http://sgogoj.com/kagoya/activemail.kagoya?login=victim@receiver.example です\r\n"
).encode()


def _document(data: bytes, **options: Any) -> dict[str, Any]:
    parsed = message.parse(data)
    traced = route.trace(parsed, receivers.infer(parsed), named=False)
    document = inspection.document(parsed, traced, **options)
    again: dict[str, Any] = json.loads(json.dumps(document, ensure_ascii=False))
    CHECK.validate(again)
    return again


def test_the_schema_is_a_schema_and_lets_nothing_else_in() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert '"additionalProperties": true' not in json.dumps(SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        CHECK.validate({**_document(KAGOYA), "more": 1})


def test_the_article_s_mail_as_a_document() -> None:
    document = _document(KAGOYA)
    assert document["from"] == {
        "candidates": ["postmaster@aica-interior.co.jp"], "ambiguous": False, "display_name": "Kagoya Active! Mail",
    }  # fmt: skip
    assert document["subject"] == "カゴヤ"
    assert document["date_utc"] == "2024-01-16T00:59:58Z"
    assert document["origin"]["ip"] == "74.226.196.215"
    assert document["origin"]["confidence"] == "low"
    (hop,) = document["hops"]
    assert (hop["helo"], hop["trust"], hop["date_utc"]) == ("Praisemmm", "boundary", "2024-01-16T01:00:00Z")
    assert [result["trusted"] for result in document["authentication"]] == [True]
    (link,) = document["links"]
    assert (link["host"], link["where"]) == ("sgogoj.com", "text")


def test_the_recipient_stands_nowhere_unless_asked_for() -> None:
    assert "victim" not in json.dumps(_document(KAGOYA))
    shown = _document(KAGOYA, redact=False)
    assert shown["hops"][0]["for"] == "victim@receiver.example"
    assert shown["links"][0]["url"].endswith("login=victim@receiver.example")


@pytest.mark.parametrize("name", HOSTILE["from_shapes"]["cases"])
def test_hostile_senders_keep_the_contract(name: str) -> None:
    _document(HOSTILE["from_shapes"]["cases"][name].encode("latin-1") + b"\r\nx")


def test_hostile_texts_and_an_empty_mail_keep_the_contract() -> None:
    everything = " ".join(HOSTILE["texts"].values()) + " ".join(text for _, text in HOSTILE["urls"])
    _document(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + everything.encode())
    _document(b"")


@pytest.mark.parametrize("folder", ["phishing", "torture"])
def test_real_mails_keep_the_contract(folder: str, shared_data: Path) -> None:
    paths = [path for path in sorted((shared_data / "mail" / folder).rglob("*")) if path.is_file()]
    assert len(paths) > 500
    for path in paths:
        _document(path.read_bytes())


def test_a_file_named_after_the_recipient_is_not_told_by_its_safe_name() -> None:
    raw = (
        b"From: a@b.example\r\nTo: office@studio.example\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="office@studio.example.pdf"\r\n\r\nx\r\n'
    )
    (attachment,) = _document(raw)["attachments"]
    assert "studio" not in str(attachment)
    assert attachment["safe_name"].endswith(".pdf")
    (shown,) = _document(raw, redact=False)["attachments"]
    assert shown["safe_name"] == "office_studio.example.pdf"


def test_without_a_route_nobody_has_judged_the_way() -> None:
    judged, said = _document(KAGOYA), inspection.document(message.parse(KAGOYA))
    assert judged.keys() - said.keys() == {"origin", "authentication"}
    assert [hop["trust"] for hop in said["hops"]] == ["unverified"]  # type: ignore[attr-defined]
    assert {**said, "hops": []} == {key: judged[key] for key in said} | {"hops": []}
    assert "victim" not in json.dumps(said)
