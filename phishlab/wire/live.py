"""The live wire: asks, keeps, and hands back what was kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from phishlab.errors import DataError, PhishlabError, StoppedError
from phishlab.evidence import posted
from phishlab.evidence.archive import Archive
from phishlab.records import Answer, Level, Outcome, Provenance, Question
from phishlab.wire import clock, dns, gate, guard, http, keys, redirect, retry, whois
from phishlab.wire.pacing import Locks, Pace, Rates
from phishlab.wire.replay import brought_in, refusal
from phishlab.wire.reply import Reply, failed
from phishlab.wire.workers import Task, Workers

Visitor = Callable[[str, Path], bytes]
"""Visits a URL, leaves its files in a folder, hands back the visit as JSON."""

PACE: Mapping[str, float] = {"whois": 3.0, "http": 0.5, "https": 0.5}
"""Seconds between two questions to one server. JPRS blocks who asks too fast, and publishes no number."""

RATES: Mapping[str, tuple[int, float]] = {"www.virustotal.com": (4, 60.0)}
"""So many questions to a host in so many seconds, where it publishes that."""


class LiveWire:
    """Asks within one *run*: a question is put once, then its kept answer comes back.

    *nameservers*: resolvers as address and port, the system's by default. *dial*: where a checked address and
    port really lead. *ca_file*: authorities to trust in place of the system's. *timeout*: seconds for a DNS
    question; WHOIS gets twice, HTTP four times as long. *visit_folder*: where a visit leaves its files,
    beside the archive's folder by default. *recipients*: addresses that no question may name. *pace*: seconds
    between two questions to one server, by scheme; *rates*: so many in so many seconds, by host.
    *on_question*: told of each question when it is put
    (``asking``) and of its outcome. *keys*: finds a service's key. Raises DataError where *ca_file* is not
    there, EvidenceError where an answer cannot be written; for nothing that a server does.
    """

    def __init__(
        self,
        archive: Archive,
        level: Level,
        run: str,
        *,
        nameservers: Sequence[tuple[str, int]] | None = None,
        dial: guard.Dial | None = None,
        ca_file: Path | str | None = None,
        timeout: float = 5.0,
        clock: Callable[[], datetime] = clock.utc,
        recipients: Iterable[str] = (),
        visitor: Visitor | None = None,
        visit_folder: Path | None = None,
        pace: Mapping[str, float] = PACE,
        rates: Mapping[str, tuple[int, float]] = RATES,
        on_question: Callable[[Question, str], None] | None = None,
        keys: Callable[[str], str | None] = keys.find,
    ) -> None:
        self.run = run
        self._archive = archive
        self._level = level
        self._nameservers = nameservers
        self._dial = dial or {}
        if ca_file and not Path(ca_file).is_file():
            raise DataError(f"there is no file of certificate authorities at {ca_file}")
        self._ca_file = str(ca_file) if ca_file else None
        self._timeout = timeout
        self._clock = clock
        self._recipients = tuple(recipients)
        self._visitor = visitor
        self._visit_folder = visit_folder or archive.path.parents[1] / "visit"
        self._told = on_question or (lambda _question, _word: None)
        self._asking = Locks()
        self._telling, self._keeping = threading.RLock(), threading.Lock()
        self._stopped = threading.Event()
        self._pace, self._rates = Pace(pace, self._stopped), Rates(rates, self._stopped)
        self._key = cache(keys)  # a keyring may ask its user each time
        self._channels: Mapping[str, Callable[[Question], Reply]] = {
            "dns": self._dns,
            "whois": self._whois,
            "http": self._http,
            "https": self._http,
            "visit": self._visit,
        }

    @property
    def level(self) -> Level:
        """The case's level: a question above it comes back NOT_ASKED, before any I/O."""
        return self._level

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._clock()

    def ask(self, question: Question) -> Answer:
        """Put *question* by its scheme: dns, whois, http, https, visit. Redirects are followed.

        Every whole HTTP response is ANSWERED: its *status* says what it is worth.
        """
        if gate.scheme(question.uri) in {"http", "https"}:
            return redirect.follow(question, self._once, self._archive)
        return self._once(question)

    def consult(self, question: Question, read: Callable[[], bytes | None]) -> Answer:
        """Keep and hand back what *read* finds on this machine; None means no data.

        What phishlab itself raises in *read* (a missing database) becomes NOT_ASKED, with its text.
        """
        return self._settle(question, lambda _question: _consulted(read))

    def together(
        self, tasks: Iterable[Task], alone: Iterable[Task] = (), left: Callable[[int], None] | None = None
    ) -> None:
        """Work *tasks* off side by side, those of *alone* one after the other in this thread meanwhile.

        *left* is told how many are not done. Raises what a task raises. Whatever ends the work before its end
        (Ctrl-C) stops the wire: what was kept until then stays, nothing is kept after.
        """
        workers = Workers(tasks, self._one_by_one(left) if left else None)
        try:
            workers.start()
            for task in alone:
                task()
            workers.wait()
        except BaseException:
            self.stop()
            raise
        finally:
            workers.end()

    def _one_by_one(self, left: Callable[[int], None]) -> Callable[[int], None]:
        def told(count: int) -> None:
            with self._telling:
                left(count)

        return told

    def stop(self) -> None:
        """Put no further question, and keep no answer that comes from now on."""
        with self._keeping:
            self._stopped.set()

    def brought_in(self, question: Question) -> Answer | None:
        """What was brought in as the answer to *question*; None where nothing was. Nobody is asked."""
        return brought_in(self._archive, question)

    def addresses(self, host: str, level: Level) -> list[str]:
        """What *host* resolves to, IPv4 where it has any. The answers are kept like any other.

        Raises guard.NotDialledError where the name could not be asked for, or is not there.
        """
        for rdtype in ("A", "AAAA"):
            answer = self._once(Question(uri=f"dns:{quote(host.rstrip('.'))}?type={rdtype}", level=level))
            if answer.outcome is Outcome.ANSWERED:
                return dns.addresses(answer.data)
            if answer.outcome is not Outcome.NO_DATA:
                raise guard.NotDialledError(_unresolved(answer.outcome), f"{host}: {_why(answer)}")
        return []

    def locate(self, host: str, port: int, level: Level) -> guard.Target:
        """The checked address of *host*, to be dialled. Raises guard.NotDialledError."""
        return guard.locate(host, port, lambda name: self.addresses(name, level), self._dial)

    def _once(self, question: Question) -> Answer:
        put = self._channels.get(gate.scheme(question.uri))
        if put is None:
            refused = refusal(self._archive, question, self._level, self._recipients)
            return refused or self._already(question) or gate.not_asked(gate.NOT_PUT)
        return self._settle(question, put)

    def _settle(self, question: Question, put: Callable[[Question], Reply]) -> Answer:
        refused = refusal(self._archive, question, self._level, self._recipients)
        if refused is not None:
            return refused
        name = posted.key(question)
        with self._asking.of(name):
            kept = self._archive.find(name, self.run)
            return kept or self._without_key(question) or self._keep(question, put)

    def _without_key(self, question: Question) -> Answer | None:
        """What there is where a key is wanted and none is there; None where nothing is in the way."""
        wanted = question.credential
        if wanted is None or not wanted.required or self._key(wanted.service):
            return None
        return brought_in(self._archive, question) or gate.unkept(question)

    def _already(self, question: Question) -> Answer | None:
        return brought_in(self._archive, question) or self._archive.find(posted.key(question), self.run)

    def _keep(self, question: Question, put: Callable[[Question], Reply]) -> Answer:
        self._tell(question, "asking")
        asked_at = self.now()
        reply = put(question)
        with self._keeping:
            self._unless_stopped()
            exchange = self._archive.append(
                question,
                reply.kept,
                run=self.run,
                peer=reply.peer,
                asked_at=asked_at,
                origin=Provenance.RECORDED,
                outcome=reply.outcome,
                media_type=reply.media_type,
                http_request=reply.request,
                note=reply.note,
            )
        self._tell(question, reply.outcome.value)
        return self._archive.answer(exchange)

    def _tell(self, question: Question, word: str) -> None:
        # One at a time: who is told draws on a terminal.
        with self._telling:
            self._unless_stopped()
            self._told(question, word)

    def _unless_stopped(self) -> None:
        if self._stopped.is_set():
            raise StoppedError("the work was stopped: nothing more is asked")

    def _dns(self, question: Question) -> Reply:
        if self._nameservers is None:
            self._nameservers = dns.system_servers()
        return dns.ask(question.uri, self._nameservers, self._timeout)

    def _whois(self, question: Question) -> Reply:
        return whois.ask(question.uri, self._finder(question), self._timeout * 2)

    def _http(self, question: Question) -> Reply:
        wanted = question.credential
        key = self._key(wanted.service) if wanted else None
        if wanted and key:
            question = replace(
                question, secret_headers=(*question.secret_headers, (wanted.header, keys.sent(wanted, key)))
            )
        return retry.patiently(
            question,
            lambda left: http.ask(question, self._finder(question), left, self._ca_file),
            self._timeout * 4,
            wait=self._pause,
            now=self.now,
        )

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)
        self._unless_stopped()

    def _finder(self, question: Question) -> Callable[[str, int], guard.Target]:
        def find(host: str, port: int) -> guard.Target:
            try:
                target = self.locate(host, port, question.level)
            except guard.NotDialledError as error:
                # That a server has no address says nothing about what it was to be asked.
                outcome = Outcome.FAILED if error.outcome is Outcome.NO_SUCH_NAME else error.outcome
                raise guard.NotDialledError(outcome, str(error)) from error
            self._rates.wait(host)
            self._pace.wait(gate.scheme(question.uri), target.peer)
            return target

        return find

    def _visit(self, question: Question) -> Reply:
        url = question.uri.partition(":")[2]
        # A later visit leaves what an earlier one saw as it is.
        used = self._visit_folder.is_dir() and any(self._visit_folder.iterdir())
        prefix = f"run-{quote(self.run, safe='')}-{sha256(url.encode()).hexdigest()[:8]}" if used else ""
        try:
            visit = self._visitor or self._browser(question.level)
            return _visited(visit(url, self._visit_folder / prefix), prefix)
        except PhishlabError as error:
            return Reply(outcome=Outcome.NOT_ASKED, note=str(error))

    def _browser(self, level: Level) -> Visitor:
        from phishlab.wire.visit import visit

        return partial(visit, resolve=lambda host: self.addresses(host, level), dial=self._dial)


def _consulted(read: Callable[[], bytes | None]) -> Reply:
    try:
        found = read()
    except PhishlabError as error:
        return Reply(outcome=Outcome.NOT_ASKED, note=str(error))
    if found is None:
        return Reply(outcome=Outcome.NO_DATA)
    return Reply(outcome=Outcome.ANSWERED, kept=found)


def _visited(manifest: bytes, prefix: str) -> Reply:
    """The manifest, its ``files`` by their path under the visit folder. What it saw, it tells itself."""
    try:
        told = json.loads(manifest)
        peer = str(told.get("peer") or "")
        if prefix:
            told["files"] = {f"{prefix}/{name}": digest for name, digest in told.get("files", {}).items()}
            manifest = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, AttributeError, TypeError):
        return failed("the visit left nothing that can be read")
    return Reply(outcome=Outcome.ANSWERED, kept=manifest, media_type="application/json", peer=peer)


def _unresolved(outcome: Outcome) -> Outcome:
    return outcome if outcome is Outcome.NO_SUCH_NAME else Outcome.FAILED


def _why(answer: Answer) -> str:
    return answer.note or answer.outcome.value.replace("-", " ")
