"""phishlab against every label of the corpus: origin, boundary, sender, results, links, and what it must not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.corpus import make
from tests.corpus.reading import HERE, Labelled, Reading, corpus, read

MAILS = list(corpus())
_Check = Callable[[Reading, dict[str, Any]], tuple[object, object]]


def _never(found: Reading, label: dict[str, Any]) -> tuple[object, object]:
    return sorted(set(label["never"]) & found.concluded), []


def _must(found: Reading, label: dict[str, Any]) -> tuple[object, object]:
    return sorted(set(label["must"]) - found.concluded), []


# What phishlab says, and what is true.
CHECKS: dict[str, _Check] = {
    "origin": lambda found, label: (found.route.origin.ip, label["origin"]),
    "boundary": lambda found, label: (found.route.origin.hop, label["boundary"]),
    "from": lambda found, label: (
        [found.message.from_.address, set(found.message.from_.candidates)],
        [(label["from"] or [None])[0], set(label["from"])],
    ),
    "ambiguous": lambda found, label: (found.message.from_.ambiguous, label["ambiguous"]),
    "subject": lambda found, label: (found.message.subject.text, label["subject"]),
    "authentication": lambda found, label: (
        found.authentication - set(label["doubtful"]),
        set(label["authentication"]),
    ),
    "links": lambda found, label: (found.links, set(label["links"])),
    "resources": lambda found, label: (found.resources, set(label["resources"])),
    "never": _never,
    "must": _must,
}


def _cases() -> list[object]:
    return [
        pytest.param(
            mail,
            fact,
            id=f"{mail.name}-{fact}",
        )
        for mail in MAILS
        for fact in CHECKS
    ]


def _read(mail: Labelled) -> Reading:
    return read(mail.data, mail.label["receiver"], mail.label["a_record"])


@pytest.mark.parametrize(("mail", "fact"), _cases())
def test_phishlab_says_what_is_true(mail: Labelled, fact: str) -> None:
    said, true = CHECKS[fact](_read(mail), mail.label)
    assert said == true, mail.label["why"]


@pytest.mark.parametrize(
    "mail", [mail for mail in MAILS if mail.label["a_record"]], ids=lambda mail: mail.name
)
def test_a_forged_line_with_the_domain_s_own_address_clears_nothing(mail: Labelled) -> None:
    assert _read(mail).comparison.result == "mismatch"


def test_the_corpus_is_what_its_table_makes() -> None:
    made = dict(make.files())
    kept = {path.name: path.read_bytes() for path in (HERE / "mails").iterdir()}
    assert set(kept) == set(made), "run: python -m tests.corpus.make"
    assert [name for name, data in made.items() if kept[name] != data] == [], (
        "run: python -m tests.corpus.make"
    )


def test_the_corpus_has_both_languages_twins_and_honest_mail() -> None:
    of = {name: [mail.label[name] for mail in MAILS] for name in ("lang", "kind", "twin_of")}
    assert len(MAILS) >= 40
    assert min(of["lang"].count("ja"), of["lang"].count("en")) >= 20
    assert of["kind"].count("honest") >= 10
    assert {twin for twin in of["twin_of"] if twin} <= {mail.name for mail in MAILS}
