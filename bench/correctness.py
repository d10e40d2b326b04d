"""Origin, results and links on the project's own labelled mails, for phishlab and its peers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import tools
from bench.environment import Environment
from bench.tables import Table
from bench.tools import Running, StoppedError, Tool
from phishlab import indicators
from phishlab.assess import receivers
from tests.corpus.reading import HERE as CORPUS
from tests.corpus.reading import Labelled, corpus

TOOLS = (
    tools.PHISHLAB,
    tools.PHISHLAB_AUTO,
    tools.MAIL_PARSER,
    tools.EML_PARSER,
    tools.PEFA,
    tools.EMAIL_HEADER_INTEL,
    tools.PHISHSAGE,
)
METHODS = ("spf", "dkim", "dmarc")
# Some peers take documentation addresses for private ones and pass them over, so that for this run public ones stand
# in their place, in the header, the profile and the label alike.
_STAND_INS = (
    ("198.51.100.", "193.51.100."),
    ("192.0.2.", "192.1.2."),
    ("203.0.113.", "203.1.113."),
    ("2001:db8:", "2001:da8:"),
)
_FAILURES_NAMED = 3


@dataclass
class Score:
    """What a tool got right, and the names of the mails that it got wrong."""

    origin: int = 0
    misled: list[str] = field(default_factory=list)
    """Mails for which it names an address that is not the origin."""
    authentication: int = 0
    believed: list[str] = field(default_factory=list)
    """Mails for which it reports a pass that the receiver never recorded."""
    exact: int = 0
    found: int = 0
    others: int = 0
    raised: list[str] = field(default_factory=list)
    does: set[str] = field(default_factory=set)
    """``origin``, ``authentication``, ``links``: what it does at all."""
    wrong: dict[str, list[str]] = field(
        default_factory=lambda: {"origin": [], "authentication": [], "links": []}
    )


def table(peers: Environment) -> tuple[Table, dict[str, Score]]:
    """The table, and each tool's score with the mails that it got wrong."""
    mails = list(corpus())
    scores: dict[str, Score] = {}
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        written = _written(mails, Path(folder))
        for tool in TOOLS:
            title = tool.shown(peers)
            if tool.package in peers.trouble:
                rows.append([title, f"not installed: {peers.trouble[tool.package]}", *[""] * 5])
                continue
            try:
                scores[title] = _score(tool, peers, written)
            except StoppedError as trouble:
                rows.append([title, f"does not run: {trouble}", *[""] * 5])
                continue
            rows.append([title, *_row(scores[title], mails)])
    columns = ("tool", "origin right", "names another address", "results right", "believes a forged pass",
               "all links, no other", "links found / others", "raised")  # fmt: skip
    return Table("Correctness", columns, rows, _before(mails)), scores


def _before(mails: list[Labelled]) -> str:
    links = sum(len(mail.label["links"]) for mail in mails)
    japanese = sum(mail.label["lang"] == "ja" for mail in mails)
    honest = sum(mail.label["kind"] == "honest" for mail in mails)
    twins = sum(bool(mail.label["twin_of"]) for mail in mails)
    return (
        f"{len(mails)} labelled mails of tests/corpus, {japanese} in Japanese, {honest} honest, "
        f"{twins} twins of another; {links} links. A dash: the tool does not do that."
    )


def _written(mails: Iterable[Labelled], folder: Path) -> list[tuple[Labelled, Path, str | None]]:
    """Each mail as a file with the stand-in addresses, and its receiver's profile as a file, None for ``auto``."""
    made = []
    for mail in mails:
        head, gap, body = mail.data.partition(b"\r\n\r\n")
        path = folder / f"{mail.name}.eml"
        path.write_bytes(_public(head.decode("latin-1")).encode("latin-1") + gap + body)
        made.append((mail, path, _profile(mail.label["receiver"], folder)))
    return made


def _profile(receiver: str, folder: Path) -> str | None:
    own = CORPUS / "receivers" / f"{receiver}.toml"
    if not own.exists():
        return None if receiver == "auto" else receiver
    copy = folder / own.name
    copy.write_text(_public(own.read_text(encoding="utf-8")), encoding="utf-8")
    return str(copy)


def _public(text: str) -> str:
    for documentation, public in _STAND_INS:
        text = text.replace(documentation, public)
    return text


def _score(tool: Tool, peers: Environment, mails: list[tuple[Labelled, Path, str | None]]) -> Score:
    score = Score()
    with Running(tool, peers) as running:
        for mail, path, profile in mails:
            told = _told(tool, profile)
            answer = running.ask(do="facts", path=str(path), receiver=told)
            if "raised" in answer:
                score.raised.append(mail.name)
            else:
                score.does |= set(answer)
            _add(score, mail, answer)
    return score


def _told(tool: Tool, profile: str | None) -> str:
    """What the tool is told of the receiver: phishlab its profile, mail-parser a name that its servers share."""
    if tool is not tools.MAIL_PARSER:
        return profile or "auto"
    return receivers.load(profile).by_suffixes[0] if profile else "mx.receiver.example"


def _add(score: Score, mail: Labelled, answer: dict[str, Any]) -> None:
    _origin(score, mail, answer)
    _authentication(score, mail, answer)
    _links(score, mail, answer)


def _origin(score: Score, mail: Labelled, answer: dict[str, Any]) -> None:
    truth = mail.label["origin"] and _public(mail.label["origin"])
    said = answer.get("origin")
    if "origin" in answer and said == truth:
        score.origin += 1
        return
    score.wrong["origin"].append(mail.name)
    if said:
        score.misled.append(mail.name)


def _authentication(score: Score, mail: Labelled, answer: dict[str, Any]) -> None:
    if "authentication" not in answer:
        score.wrong["authentication"].append(mail.name)
        return
    truth, doubtful = set(mail.label["authentication"]), set(mail.label["doubtful"])
    right = True
    for method in METHODS:
        said = {f"{method}={value.lower()}" for value in answer["authentication"].get(method, [])} - doubtful
        true = {result for result in truth if result.startswith(f"{method}=")}
        right &= said <= true and bool(said) == bool(true)
        if f"{method}=pass" in said - true and mail.name not in score.believed:
            score.believed.append(mail.name)
    score.authentication += right
    if not right:
        score.wrong["authentication"].append(mail.name)


def _links(score: Score, mail: Labelled, answer: dict[str, Any]) -> None:
    truth = {_key(url) for url in mail.label["links"]}
    loaded = {_key(url) for url in mail.label["resources"]}
    said = {_key(url) for url in answer.get("links", ())} - {("", "")}
    score.found += len(truth & said)
    score.others += len(said - truth - loaded)
    exact = "links" in answer and said - loaded == truth
    score.exact += exact and bool(truth)
    if not exact:
        score.wrong["links"].append(mail.name)


def _key(text: str) -> tuple[str, str]:
    """Host and the rest, as a browser reads them; the scheme does not count, since some tools make one up."""
    found = (
        indicators.url(text if "://" in text else f"http://{text}")
        if ":" not in text[:7] or "//" in text
        else None
    )
    if found is None or not found.host or found.scheme not in {"http", "https", "ftp"}:
        return ("", "") if found is None or not found.host else (found.host, found.href)
    return found.host, f"{found.username}@{found.port or ''}{found.path}?{found.query}#{found.fragment}"


def _row(score: Score, mails: list[Labelled]) -> list[object]:
    count, links = len(mails), sum(len(mail.label["links"]) for mail in mails)
    dash = "—"
    origin = [f"{score.origin} of {count}", len(score.misled)] if "origin" in score.does else [dash, dash]
    results = (
        [f"{score.authentication} of {count}", len(score.believed)]
        if "authentication" in score.does
        else [dash, dash]
    )
    linking = sum(bool(mail.label["links"]) for mail in mails)
    found = (
        [f"{score.exact} of {linking}", f"{score.found} of {links} / {score.others}"]
        if "links" in score.does
        else [dash, dash]
    )
    return [*origin, *results, *found, len(score.raised)]


def details(scores: dict[str, Score]) -> str:
    """Which mails each tool got wrong, as JSON."""
    named = {
        title: {
            **score.wrong,
            "believed": score.believed,
            "misled": score.misled,
            "raised": score.raised,
        }
        for title, score in scores.items()
    }
    return json.dumps(named, indent=1)
