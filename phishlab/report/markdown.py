"""A case as one GitHub-flavoured Markdown document: the same bytes for the same case."""

from __future__ import annotations

from phishlab.records import CaseFile
from phishlab.report import story
from phishlab.report.html import suffix
from phishlab.report.story import Line, Story
from phishlab.views import markdown
from phishlab.views.blocks import Picture, ReadFile
from phishlab.views.citations import Row
from phishlab.views.markdown import escape, joined
from phishlab.views.safe import Lens


def document(
    casefile: CaseFile, lens: Lens, attachment: ReadFile | None = None, *, pictures: bool = True
) -> str:
    """The report as Markdown; with *pictures* it refers to files under ``pictures/`` beside it."""
    return render(story.tell(casefile, lens, attachment), lens, pictures=pictures)


def render(told: Story, lens: Lens, *, pictures: bool = True) -> str:
    """The document of a story that was told before."""

    def address(picture: Picture) -> str:
        return f"pictures/{picture.name}{suffix(lens.lang)}.png" if pictures else ""

    sections = (
        markdown.section(one, lens, heading="##", number=f"{at}. ", picture=address)
        for at, one in enumerate(told.sections, 1)
    )
    return joined([*_opening(told, lens), *sections, *_appendix(told, lens)]) + "\n"


def _opening(told: Story, lens: Lens) -> list[str]:
    stop = "。" if lens.lang == "ja" else "."
    return [
        f"# {escape(told.title)}",
        f"*{escape(told.label)}:* {escape(told.subject)}",
        "\n".join(f"- {escape(name)}: {escape(value)}" for name, value in told.byline),
        *(f"> **{escape(notice.title)}{stop}** {escape(notice.text)}" for notice in told.notices),
        *_answer_of_it(told, lens),
        *_advice(told, lens),
        f"## {escape(lens.say('report.outline'))}",
        "\n".join(f"{at}. [{escape(one.title)}](#{one.id})" for at, one in enumerate(told.sections, 1)),
    ]


def _answer_of_it(told: Story, lens: Lens) -> list[str]:
    verdicts = (
        f"- **{escape(one.question)}** {escape(one.answer)} ({escape(one.confidence_word)})"
        for one in told.verdicts
    )
    return [f"## {escape(lens.say('report.answer'))}", "\n".join(verdicts)] if told.verdicts else []


def _advice(told: Story, lens: Lens) -> list[str]:
    if not told.advice:
        return []
    items = "\n".join(f"{at}. {escape(item)}" for at, item in enumerate(told.advice, 1))
    return [f"### {escape(lens.say('report.what-to-do'))}", items]


def _appendix(told: Story, lens: Lens) -> list[str]:
    answers = [escape(lens.say("report.answers-intro")), _answers(told.answers, lens)]
    lines = [
        f"### {escape(lens.say('report.lines'))}",
        escape(lens.say("report.lines-intro")),
        _lines(told.lines, lens),
    ]
    return [
        f"## {escape(lens.say('report.evidence'))}",
        f"### {escape(lens.say('report.answers'))}",
        *(answers if told.answers else [escape(lens.say("report.no-answers"))]),
        *(lines if told.lines else []),
        f"## {escape(lens.say('report.about'))}",
        *(escape(text) for text in told.about),
        _credits(told, lens),
    ]


def _answers(rows: tuple[Row, ...], lens: Lens) -> str:
    names = ("id", "question", "peer", "asked", "level", "outcome", "origin", "sha256")
    return "\n".join(
        [
            _line([escape(lens.say(f"evidence.{name}")) for name in names]),
            _line([":--" for _ in names]),
            *(_line(_answer(row)) for row in rows),
        ]
    )


def _answer(row: Row) -> list[str]:
    origin = f"{row.origin_word}: {row.source}" if row.source else row.origin_word
    shown = (row.question, row.peer, row.asked, row.level, row.outcome_word, origin, row.sha256)
    return [f'<a id="{row.anchor}"></a>{row.label}', *(escape(text) for text in shown)]


def _lines(lines: tuple[Line, ...], lens: Lens) -> str:
    return "\n".join(
        [
            _line([escape(lens.say("evidence.line")), escape(lens.say("evidence.written"))]),
            _line([":--", ":--"]),
            *(_line([f'<a id="{one.anchor}"></a>{escape(one.label)}', escape(one.written)]) for one in lines),
        ]
    )


def _credits(told: Story, lens: Lens) -> str:
    named = (f"[{escape(one.text)}]({one.href})" if one.href else escape(one.text) for one in told.credits)
    return f"{escape(lens.say('report.sources'))} {' · '.join(named)}" if told.credits else ""


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
