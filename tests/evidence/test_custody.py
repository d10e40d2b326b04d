"""The custody log is a chain."""

from __future__ import annotations

from hashlib import sha256

from phishlab.evidence import custody


def log_of(*actions: str) -> bytes:
    log = b""
    for action in actions:
        entry = custody.following(
            log, when="2024-01-16T01:00:00Z", who="phishlab", action=action, why="", item="x", after=action
        )
        log += custody.format(entry)
    return log


def test_each_line_holds_the_digest_of_the_one_before() -> None:
    first, second = log_of("opened", "asked").splitlines()
    entry = custody.parse(second)
    assert entry is not None
    assert (entry.id, entry.previous, entry.before) == (2, sha256(first).hexdigest(), "opened")
    assert list(custody.faults(log_of("opened", "asked", "sealed"))) == []


def test_a_line_that_a_killed_run_tore_ends_the_entries_and_is_told_of() -> None:
    log = log_of("opened", "asked")[:-20]
    assert [entry.action for entry in custody.entries(log)] == ["opened"]
    assert list(custody.faults(log)) == ["line 2 is no entry"]


def test_rubbish_is_no_entry() -> None:
    for line in (b"", b"[]", b"{}", b'{"id": "x"}', b"\xff", b'{"id": 1, "more": 2}', b"null"):
        assert custody.parse(line) is None
