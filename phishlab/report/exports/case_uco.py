"""A case in the CASE ontology (1.4, with UCO 1.4), as JSON-LD: who did what with which evidence, and what was seen.

caseontology.org. It holds the investigative actions (one for each run, one for each line of the custody log), the
provenance records of what they left, and the observables: the mail, its addresses, URLs, names and files. Ids are
UUIDs made of the case alone, so that the same case has the same ones.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeAlias

from phishlab import indicators
from phishlab.evidence import custody, runs
from phishlab.records import CaseFile, Exchange, Indicator, Provenance
from phishlab.views.blocks import ReadFile
from phishlab.views.cells import brief
from phishlab.views.safe import Lens

Node: TypeAlias = "dict[str, Any]"

_NAMESPACE = uuid.UUID("b1a5b3a4-2f1e-5d0c-9c3a-6f0d6f6f6f02")
_UCO = "https://ontology.unifiedcyberontology.org/uco"
CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": f"{_UCO}/action/",
    "uco-core": f"{_UCO}/core/",
    "uco-identity": f"{_UCO}/identity/",
    "uco-observable": f"{_UCO}/observable/",
    "uco-tool": f"{_UCO}/tool/",
    "uco-types": f"{_UCO}/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_ORIGINAL, _TYPED = "data/evidence/original.eml", "data/evidence/subject.txt"
_CUSTODY = "data/custody.jsonl"
_LONGEST = 2_000
"""Characters of a text that is anybody's."""
_KINDS = {
    "url": ("URL", "URLFacet", "fullValue"),
    "domain": ("DomainName", "DomainNameFacet", "value"),
    "ipv4": ("IPv4Address", "IPv4AddressFacet", "addressValue"),
    "ipv6": ("IPv6Address", "IPv6AddressFacet", "addressValue"),
    "email": ("EmailAddress", "EmailAddressFacet", "addressValue"),
}
"""Kind of indicator: class, facet, property."""
_UNKNOWN = "unknown: the case does not say who"


def text(casefile: CaseFile, lens: Lens, read: ReadFile | None = None) -> str:
    """The graph as JSON text, in ASCII. *read* reads the custody log; without it, it is left out.

    The recipient is left out where the lens redacts.
    """
    graph = Graph(casefile, lens)
    nodes = list(graph.nodes(custody.entries(read(_CUSTODY)) if read else []))
    return json.dumps({"@context": CONTEXT, "@graph": nodes}, indent=1) + "\n"


class Graph:
    """The nodes of one case."""

    def __init__(self, casefile: CaseFile, lens: Lens) -> None:
        self._case = casefile
        self._lens = lens
        self._item = _ORIGINAL if casefile.subject is None else _TYPED

    def nodes(self, log: Iterable[custody.Entry]) -> Iterator[Node]:
        """Every node, those that others refer to first."""
        mail = self._mail() if self._case.subject is None else ()
        observables = [self._file(), *mail, *self._seen(), *self._attached()]
        told = [*self._runs(), *self._custody(log)]
        yield from (self._tool(), self._performer(), *observables, *self._contained(observables), *told)
        yield self._investigation([node["@id"] for node in (*observables, *told)])

    def _id(self, kind: str, *parts: str) -> str:
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, chr(0).join((self._case.message.sha256, kind, *parts)))}"

    def _ref(self, kind: str, *parts: str) -> Node:
        return {"@id": self._id(kind, *parts)}

    def _said(self, value: str) -> str:
        redacted = indicators.redact(value, self._lens.recipients) if self._lens.redacted else value
        return brief(" ".join(redacted.split()), _LONGEST)

    def _investigation(self, members: list[str]) -> Node:
        return {
            "@id": self._id("investigation"),
            "@type": "case-investigation:Investigation",
            "uco-core:name": self._said(self._case.case),
            "case-investigation:focus": "a mail that may be phishing"
            if self._case.subject is None
            else "one address, name or URL",
            "uco-core:object": [{"@id": member} for member in members],
        }

    def _tool(self) -> Node:
        return {
            "@id": self._id("tool"),
            "@type": "uco-tool:Tool",
            "uco-core:name": "phishlab",
            "uco-tool:version": self._case.phishlab,
        }

    def _performer(self) -> Node:
        return {
            "@id": self._id("performer"),
            "@type": "uco-identity:Identity",
            "uco-core:name": _UNKNOWN,
        }

    # --- observables ------------------------------------------------------------------------------------

    def _file(self) -> Node:
        """The file that the case is about: the mail as received, or what was typed."""
        message = self._case.message
        return {
            "@id": self._id("file", self._item),
            "@type": "uco-observable:File",
            "uco-core:hasFacet": [
                self._facet(
                    "FileFacet",
                    ("file", self._item),
                    {
                        "uco-observable:fileName": self._item.rpartition("/")[2],
                        "uco-observable:filePath": self._item,
                        "uco-observable:sizeInBytes": message.size,
                    },
                ),
                self._content(self._item, {"SHA256": message.sha256, "SHA512": message.sha512}),
            ],
        }

    def _mail(self) -> Iterator[Node]:
        message, sender = self._case.message, self._from()
        claims = {
            "uco-observable:subject": self._said(message.subject.text),
            "uco-observable:messageID": self._said(message.message_id or ""),
            "uco-observable:sentTime": _time(message.date_utc) if message.date_utc else "",
            "uco-observable:from": self._ref("email", sender) if sender else "",
        }
        yield {
            "@id": self._id("mail"),
            "@type": "uco-observable:EmailMessage",
            "uco-core:description": "Subject, sender, id and time as the mail states them: claims of its sender.",
            "uco-core:hasFacet": [
                self._facet("EmailMessageFacet", ("mail",), {k: v for k, v in claims.items() if v})
            ],
        }
        if sender:
            yield self._observable(Indicator(kind="email", value=sender, role="from-address"))

    def _from(self) -> str:
        """The sender's address, which is a claim; empty where there is none, or it is the recipient's own."""
        address = self._case.message.from_.address or ""
        return address if self._said(address) == address else ""

    def _seen(self) -> Iterator[Node]:
        """The rows of the indicator table, each once, without the recipient's own address."""
        exhibits = (exhibit for step in self._case.steps for exhibit in step.exhibits)
        rows = [item for exhibit in exhibits if exhibit.kind == "indicators" for item in exhibit.items]
        told = {("email", self._from())}
        for row in rows:
            if isinstance(row, Indicator) and row.kind in _KINDS and (row.kind, row.value) not in told:
                told.add((row.kind, row.value))
                if row.kind == "url" or self._said(row.value) == row.value:
                    yield self._observable(row)

    def _observable(self, row: Indicator) -> Node:
        kind, facet, name = _KINDS[row.kind]
        value = self._said(row.value)
        return {
            "@id": self._id(row.kind, row.value),
            "@type": f"uco-observable:{kind}",
            "uco-core:description": self._lens.say(f"role.{row.role}"),
            "uco-core:hasFacet": [
                self._facet(facet, (row.kind, row.value), {f"uco-observable:{name}": value})
            ],
        }

    def _attached(self) -> Iterator[Node]:
        for number, one in enumerate(self._case.message.attachments):
            path = f"attachment {number}"
            yield {
                "@id": self._id("file", path),
                "@type": "uco-observable:File",
                "uco-core:hasFacet": [
                    self._facet(
                        "FileFacet",
                        ("file", path),
                        {
                            "uco-observable:fileName": self._said(one.name or "") or "unnamed",
                            "uco-observable:sizeInBytes": one.size,
                        },
                    ),
                    self._content(path, {"SHA256": one.sha256}),
                ],
            }

    def _contained(self, observables: Iterable[Node]) -> Iterator[Node]:
        """That the mail is in its file, and the attached files are in the mail."""
        mail = ("mail", self._ref("mail"), self._ref("file", self._item))
        pairs = [mail] if self._case.subject is None else []
        attached = {self._id("file", f"attachment {at}") for at in range(len(self._case.message.attachments))}
        pairs += [
            (node["@id"], {"@id": node["@id"]}, self._ref("mail"))
            for node in observables
            if node["@id"] in attached
        ]
        for name, source, target in pairs:
            yield {
                "@id": self._id("contained", name),
                "@type": "uco-observable:ObservableRelationship",
                "uco-core:source": source,
                "uco-core:target": target,
                "uco-core:kindOfRelationship": "Contained_Within",
                "uco-core:isDirectional": True,
            }

    def _facet(self, kind: str, of: tuple[str, ...], values: Node) -> Node:
        return {"@id": self._id(kind, *of), "@type": f"uco-observable:{kind}", **values}

    def _content(self, path: str, digests: dict[str, str]) -> Node:
        hashes = [
            {
                "@id": self._id("hash", path, method),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": method,
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": digest},
            }
            for method, digest in digests.items()
            if digest
        ]
        return self._facet("ContentDataFacet", ("content", path), {"uco-observable:hash": hashes})

    # --- actions and custody ------------------------------------------------------------------------------

    def _runs(self) -> Iterator[Node]:
        """One action for each run, from its first to its last answer, and the records of what it left."""
        for span in runs.spans(self._case.exchanges):
            kept = [
                one
                for one in self._case.exchanges
                if one.run == span.run and one.origin is not Provenance.IMPORTED
            ]
            records = [self._answer(one) for one in kept]
            yield from records
            yield self._action(
                ("run", span.run),
                name=f"questions put, run {span.run}",
                start=span.first,
                end=span.last,
                results=[record["@id"] for record in records],
            )
        for one in self._case.exchanges:
            if one.origin is Provenance.IMPORTED:
                record = self._answer(one)
                yield record
                yield self._action(
                    ("imported", one.id),
                    name="an answer got elsewhere, brought in",
                    start=one.asked_at,
                    end=None,
                    results=[record["@id"]],
                )

    def _answer(self, one: Exchange) -> Node:
        """The record of one kept answer; what it is a record of is the WARC record of that id."""
        told = f"{one.outcome}; {one.origin}; level {one.level.word}; SHA-256 {one.sha256}"
        return {
            "@id": self._id("answer", one.id),
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:name": self._said(one.question),
            "uco-core:description": self._said(f"{told}; {one.source}" if one.source else told),
            "case-investigation:exhibitNumber": one.id,
            "uco-core:object": [self._ref("file", self._item)],
        }

    def _custody(self, log: Iterable[custody.Entry]) -> Iterator[Node]:
        """One action and one record for each line of the custody log, each informed by the one before."""
        before: Node | None = None
        for entry in log:
            record: Node = {
                "@id": self._id("custody", str(entry.id)),
                "@type": "case-investigation:ProvenanceRecord",
                "uco-core:name": f"custody line {entry.id}",
                "uco-core:description": self._said(
                    f"{entry.item}: SHA-256 before {entry.before or 'none'}, after {entry.after or 'none'}"
                ),
                "case-investigation:exhibitNumber": f"custody-{entry.id}",
                "uco-core:object": [self._ref("file", self._item)],
            }
            when = datetime.fromisoformat(entry.when)
            action = self._action(
                ("line", str(entry.id)),
                name=self._said(entry.action),
                start=when,
                end=when,
                results=[record["@id"]],
                why=self._said(f"{entry.why} (by {entry.who})"),
                informed=before,
            )
            before = {"@id": action["@id"]}
            yield from (record, action)

    def _action(
        self,
        of: tuple[str, ...],
        *,
        name: str,
        start: datetime,
        end: datetime | None,
        results: list[str],
        why: str = "",
        informed: Node | None = None,
    ) -> Node:
        return {
            "@id": self._id("action", *of),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": name,
            **({"uco-core:description": why} if why else {}),
            "uco-action:startTime": _time(start),
            **({"uco-action:endTime": _time(end)} if end else {}),
            "uco-action:performer": self._ref("performer"),
            "uco-action:instrument": [self._ref("tool")],
            "uco-action:object": [self._ref("file", self._item)],
            "uco-action:result": [{"@id": result} for result in results],
            **({"case-investigation:wasInformedBy": [informed]} if informed else {}),
        }


def _time(when: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
