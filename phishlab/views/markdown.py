"""Blocks as GitHub-flavoured Markdown, in which nothing hostile becomes link, picture, HTML or structure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from phishlab.views.blocks import Block, Card, Counsel, Note, Passage, Picture, Section, Verdict
from phishlab.views.citations import Reference
from phishlab.views.safe import Lens
from phishlab.views.sheets import Cell, Sheet

_SPECIAL = re.compile(r"[\\`*_{}<>|~$#]")
# A bracket of defanging stays readable, unless it could open a link: "[.](…", "[.]: …".
_BRACKET = re.compile(r"(?<!^)\[[.:@]\](?![(\[:])|[\[\]]")
_LIVE = re.compile(r"(?i)\bwww\.|://|(?<![\w\]])@(?=\w)")
_LEADING = re.compile(r"^(\s*)(?:(\d{1,9})([.)])|([-+=]))")

PictureLink = Callable[[Picture], str]
"""The address of a picture's file beside the document; empty where pictures are left out."""


def escape(text: str) -> str:
    """*text* as one line that Markdown shows as it is: no markup, HTML, entity, autolink or mention."""
    line = " ".join(text.split("\n")).replace("\t", " ").strip()
    line = _SPECIAL.sub(lambda found: "\\" + found[0], line.replace("&", "&amp;"))
    line = _BRACKET.sub(lambda found: found[0] if len(found[0]) > 1 else "\\" + found[0], line)
    line = _LIVE.sub(_dead, line)
    return _LEADING.sub(_flat, line)


def _dead(found: re.Match[str]) -> str:
    if found[0] == "@":
        return "\\[@\\]"
    return ":\\/\\/" if found[0] == "://" else found[0][:3] + "\\."


def _flat(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}\\{found[3]}" if found[2] else f"{found[1]}\\{found[4]}"


def section(
    shown: Section, lens: Lens, *, heading: str = "###", number: str = "", picture: PictureLink | None = None
) -> str:
    """A step. With *picture* its pictures are shown and its evidence is linked to an appendix.

    Without a *heading* it has neither title nor introduction: a notebook's own cell above it says both.
    """
    head = [f"{heading} {number}{escape(shown.title)}", *(f"**{escape(text)}**" for text in shown.intro)]
    parts = [
        f'<a id="{shown.id}"></a>' if picture else "",
        *(head if heading else []),
        *(escape(text) for text in shown.explanation),
        f"> {escape(shown.not_evaluated)}" if shown.not_evaluated else "",
        *(block(one, lens, picture) for one in shown.blocks),
        cards(shown.cards, linked=picture is not None),
    ]
    return joined(parts)


def joined(parts: Iterable[str]) -> str:
    """Parts with an empty line between them, the empty ones left out."""
    return "\n\n".join(part for part in parts if part)


def block(one: Block, lens: Lens, picture: PictureLink | None = None) -> str:
    """One block."""
    linked = picture is not None
    match one:
        case Sheet():
            return sheet(one, lens, linked=linked)
        case Picture():
            return _picture(one, picture)
        case Passage():
            return _passage(one, lens)
        case Verdict():
            return verdict(one, lens, linked=linked)
        case Counsel():
            return "\n".join(f"{at}. {escape(item)}" for at, item in enumerate(one.items, 1))
        case Note():
            return f"*{escape(one.text)}*"


def sheet(table: Sheet, lens: Lens, *, linked: bool) -> str:
    """A table under its caption; rows left out are counted below it."""
    if not table.rows:
        return joined([f"**{escape(table.caption)}**", f"*{escape(lens.say('table.empty'))}*"])
    rule = "| " + " | ".join("--:" if cell.align == "right" else ":--" for cell in table.headings) + " |"
    lines = [
        _line((cell for cell in table.headings), linked=linked),
        rule,
        *(_line(row, linked=linked) for row in table.rows),
    ]
    more = lens.say("table.left-out", count=table.left_out) if table.left_out else ""
    return joined([f"**{escape(table.caption)}**", "\n".join(lines), f"*{escape(more)}*" if more else ""])


def _line(cells: Iterable[Cell], *, linked: bool) -> str:
    return "| " + " | ".join(_cell(cell, linked=linked) for cell in cells) + " |"


def _cell(cell: Cell, *, linked: bool) -> str:
    whole = f"{cell.text}\n{cell.below}" if cell.below else cell.text
    text = "<br>".join(escape(line) for line in whole.split("\n"))
    shown = f"**{text}**" if cell.head and text else text
    return " ".join(part for part in (shown, references(cell.references, linked=linked)) if part)


def references(found: Iterable[Reference], *, linked: bool) -> str:
    """References in square brackets, each a link where there is an appendix."""
    return " ".join(
        f"[\\[{escape(one.label)}\\]](#{one.anchor})" if linked else f"\\[{escape(one.label)}\\]"
        for one in found
    )


def cards(found: Iterable[Card], *, linked: bool) -> str:
    """Findings as a list: the sentence, then what it is worth, what limits it, what it rests on."""
    return "\n".join(_card(one, linked=linked) for one in found)


def _card(one: Card, *, linked: bool) -> str:
    worth = one.direction_word if one.direction == "neutral" else f"{one.direction_word}, {one.weight_word}"
    tail = f" *{escape(one.caveat)}*" if one.caveat else ""
    cited = references(one.references, linked=linked)
    return f"- {escape(one.sentence)} ({escape(worth)}){tail}" + (f" {cited}" if cited else "")


def verdict(one: Verdict, lens: Lens, *, linked: bool) -> str:
    """A graded answer with both sides."""
    sides = (("verdict.supporting", one.supporting), ("verdict.opposing", one.opposing))
    return joined(
        [
            f"**{escape(one.question)}** {escape(one.answer)} ({escape(one.confidence_word)})",
            *(f"*{escape(caveat)}*" for caveat in one.caveats),
            *(
                joined(
                    [
                        f"{escape(lens.say(sentence))}:",
                        "\n".join(_ground(card, linked=linked) for card in found),
                    ]
                )
                for sentence, found in sides
                if found
            ),
        ]
    )


def _ground(card: Card, *, linked: bool) -> str:
    return f"- {escape(card.sentence)} {references(card.references, linked=linked)}".rstrip()


def _passage(one: Passage, lens: Lens) -> str:
    quoted = "\n".join(f"> {escape(line)}\\" if escape(line) else ">" for line in one.lines)
    quoted = re.sub(r"\\(?=\n>\n|\n>$|$)", "", quoted)  # no hard break before an empty line or at the end
    more = lens.say("passage.left-out", count=one.left_out) if one.left_out else ""
    return joined([quoted, f"*{escape(more)}*" if more else ""])


def _picture(one: Picture, picture: PictureLink | None) -> str:
    if picture is None:
        return ""
    place = picture(one)
    return joined([f"![{escape(one.alt)}]({place})" if place else "", f"*{escape(one.caption)}*"])
