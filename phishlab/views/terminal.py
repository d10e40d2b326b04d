"""Blocks as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from phishlab.views.blocks import Block, Card, Counsel, Note, Passage, Picture, Section, Verdict
from phishlab.views.monospace import cells, joined, references, sheet_lines, wrapped
from phishlab.views.safe import Lens
from phishlab.views.sheets import Sheet

_SIGN = {"for": "!", "against": "+", "neutral": "·"}
_INDENT, _QUOTED = "    ", "│ "


def section(shown: Section, lens: Lens, width: int = 100) -> str:
    """The step as text, no line wider than *width* columns, without colours."""
    head = [*wrapped(shown.title, width), "─" * min(width, cells(shown.title))]
    said = [*shown.intro, *([shown.not_evaluated] if shown.not_evaluated else [])]
    return joined(
        [
            head,
            *(wrapped(text, width) for text in said),
            *(_block(one, lens, width) for one in shown.blocks),
            [line for one in shown.cards for line in _card(one, width)],
        ]
    )


def _block(one: Block, lens: Lens, width: int) -> list[str]:
    if isinstance(one, Sheet):
        return sheet_lines(one, lens, width)
    if isinstance(one, Passage):
        return [_QUOTED + line for text in one.lines for line in wrapped(text, width - len(_QUOTED))]
    return [line for text in _texts(one, lens) for line in wrapped(text, width)]


def _texts(one: Picture | Verdict | Counsel | Note, lens: Lens) -> Iterable[str]:
    match one:
        case Picture():
            return [f"[{one.alt}]"]
        case Verdict():
            return _verdict(one, lens)
        case Counsel():
            return [f"{at}. {item}" for at, item in enumerate(one.items, 1)]
        case Note():
            return [one.text]


def _card(one: Card, width: int) -> list[str]:
    worth = one.direction_word if one.direction == "neutral" else f"{one.direction_word}, {one.weight_word}"
    head = f"{_SIGN[one.direction]} {one.sentence} ({worth}) {references(one.references)}".rstrip()
    below = wrapped(one.caveat, width - len(_INDENT)) if one.caveat else []
    return [*wrapped(head, width), *(_INDENT + line for line in below)]


def _verdict(one: Verdict, lens: Lens) -> list[str]:
    sides = ((lens.say("verdict.supporting"), one.supporting), (lens.say("verdict.opposing"), one.opposing))
    return [
        one.question,
        f"→ {one.answer} ({one.confidence_word})",
        *one.caveats,
        *(f"{word}: {len(found)}" for word, found in sides),
    ]
