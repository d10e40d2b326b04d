"""A line of usual tokens is read at once: as it is read token by token."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from phishlab.mail import headers, tokens
from phishlab.mail.tokens import Token

CORPUS = Path(__file__).parents[1] / "corpus" / "mails"
FIELDS = frozenset({"received", "authentication-results", "arc-authentication-results", "received-spf"})
PIECES = (
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    '"',
    "\\",
    " ",
    "\r\n\t",
    "a",
    "=",
    "<",
    "()",
    "(a (b))",
    "\x1c",
    "\xa0",
    "\x00",
)


def _lines(paths: list[Path]) -> list[str]:
    blocks = (headers.split(path.read_bytes())[0] for path in paths if path.is_file())
    return [each.raw for block in blocks for each in headers.parse(block, []) if each.name.lower() in FIELDS]


def _agree(lines: list[str]) -> int:
    """How many of *lines* are read at once; each as token by token."""
    hits = 0
    for line in lines:
        for marks in (";", ";,"):
            usual = tokens._usual(line, marks)
            if usual is not None:
                hits += 1
                assert tokens.Tokens(usual, unterminated=False) == tokens._any(line, marks), line
    return hits


def _mutants(lines: list[str], number: int) -> list[str]:
    chance = random.Random(number)
    out = []
    for _ in range(number):
        line = chance.choice(lines)
        for _ in range(chance.choice((1, 1, 2, 5))):
            at = chance.randrange(len(line) + 1)
            line = line[:at] + chance.choice((*PIECES, "")) + line[at + chance.choice((0, 0, 1, 9)) :]
        out.append(line)
    return out


def test_a_line_comes_apart_into_words_comments_and_marks() -> None:
    assert tokens.split("a (b [1.2.3.4]) c=d;, e") == tokens.Tokens(
        (
            Token("word", "a", 0),
            Token("comment", "b [1.2.3.4]", 2),
            Token("word", "c=d", 16),
            Token("mark", ";", 19),
            Token("word", ",", 20),
            Token("word", "e", 22),
        ),
        unterminated=False,
    )


def test_own_lines_and_mutants_of_them_are_read_the_same_both_ways() -> None:
    own = _lines(sorted(CORPUS.glob("*.eml")))
    assert _agree(own) > len(own)
    assert _agree(_mutants(own, 10_000)) > 5_000


def test_real_lines_and_mutants_of_them_are_read_the_same_both_ways(shared_data: Path) -> None:
    real = _lines(sorted((shared_data / "mail").rglob("*.eml")))
    assert _agree(real) > len(real)
    _agree(_mutants(real, 10_000))


@pytest.mark.parametrize("piece", ["a", "a ", "(", "()", "(a", ";", "[", '"', "a(", "\\", " ", "\r\n "])
def test_a_megabyte_of_anything_takes_no_time(piece: str) -> None:
    began = time.process_time()
    tokens.split(piece * (2**20 // len(piece)))
    tokens.mended(piece * (2**20 // len(piece)))
    assert time.process_time() - began < 0.5
