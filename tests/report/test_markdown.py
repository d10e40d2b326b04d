from __future__ import annotations

import re

import mistune
import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from phishlab import report
from phishlab.report import markdown
from phishlab.views.markdown import escape
from phishlab.views.safe import Lens
from tests import casefiles

EN = Lens(lang="en", recipients=(casefiles.RECIPIENT,))
JA = Lens(lang="ja", recipients=(casefiles.RECIPIENT,))


def by_markdown_it(text: str) -> LexborHTMLParser:
    """As CommonMark with GitHub's tables and strikethrough, raw HTML let through: the lenient reader."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return LexborHTMLParser(reader.render(text))


def by_mistune(text: str) -> LexborHTMLParser:
    """With bare addresses turned into links, as GitHub does."""
    plugins = ["table", "strikethrough", "url", "footnotes", "task_lists"]
    reader = mistune.create_markdown(escape=False, plugins=plugins)
    return LexborHTMLParser(str(reader(text)))


def foreign(tree: LexborHTMLParser) -> list[str]:
    """What in a rendered document is not the document's own."""
    allowed = {
        "html", "head", "body", "h1", "h2", "h3", "p", "em", "strong", "a", "img", "ul", "ol", "li", "br",
        "table", "thead", "tbody", "tr", "th", "td", "blockquote",
    }  # fmt: skip
    found = [str(node.tag) for node in tree.css("*") if node.tag not in allowed]
    for node in tree.css("a, img"):
        for name, value in node.attributes.items():
            own = {
                "href": r"#[a-z0-9-]+|https://db-ip\.com",
                "src": r"pictures/[a-z0-9-]+(\.ja)?\.png",
                "id": r"[a-z0-9-]+",
            }
            if name in own and not re.fullmatch(own[name], value or ""):
                found.append(f"{node.tag} {name}={value}")
    return found


@pytest.mark.parametrize("read", [by_markdown_it, by_mistune])
@pytest.mark.parametrize("payload", casefiles.PAYLOADS)
def test_hostile_text_is_neither_link_nor_picture_nor_html_nor_structure(payload: str, read: type) -> None:
    honest = read(markdown.document(casefiles.kagoya(), EN, casefiles.attachment))
    hostile = read(
        markdown.document(casefiles.hostile(casefiles.kagoya(), payload), EN, casefiles.attachment)
    )
    assert foreign(hostile) == []
    for tag in ("h1", "h2", "h3", "table", "a", "img"):
        assert len(hostile.css(tag)) <= len(honest.css(tag)), tag


@pytest.mark.parametrize("read", [by_markdown_it, by_mistune])
@pytest.mark.parametrize("payload", casefiles.PAYLOADS)
def test_an_escaped_line_reads_as_it_was_written(payload: str, read: type) -> None:
    line = " ".join(EN.text(payload).replace("\t", " ").split("\n")).strip()
    shown = read(escape(line)).body
    assert shown is not None
    assert " ".join(shown.text().split()) == " ".join(line.replace("@someone", "[@]someone").split())


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("sgogoj[.]com", "sgogoj[.]com"),
        ("[.](x)", "\\[.\\](x)"),
        ("a[.](x)", "a\\[.\\](x)"),
        ("a|b", "a\\|b"),
        ("1. one", "1\\. one"),
        ("- one", "\\- one"),
        ("# one", "\\# one"),
        ("&amp;", "&amp;amp;"),
        ("http://x", "http:\\/\\/x"),
        ("www.x", "www\\.x"),
        ("hi @all", "hi \\[@\\]all"),
        ("日本語", "日本語"),
    ],
)
def test_escape(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@pytest.mark.parametrize("lens", [EN, JA], ids=["en", "ja"])
def test_the_same_case_gives_the_same_bytes(lens: Lens) -> None:
    first = markdown.document(casefiles.kagoya(), lens, casefiles.attachment)
    assert markdown.document(casefiles.kagoya(), lens, casefiles.attachment) == first
    assert first.endswith("\n")
    assert not re.search(r"\n{3,}|[ \t]\n", first)


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    text = markdown.document(casefiles.hostile(casefiles.kagoya(), "a|b\n|c|"), EN)
    widths: set[int] = set()
    for line in text.splitlines():
        if line.startswith("| "):
            widths.add(len(re.findall(r"(?<!\\)\|", line)))
        else:
            assert len(widths) <= 1
            widths = set()


def test_references_lead_to_rows() -> None:
    text = markdown.document(casefiles.kagoya(), EN, casefiles.attachment)
    targets = set(re.findall(r"\]\(#([a-z0-9-]+)\)", text))
    assert targets - set(re.findall(r'<a id="([a-z0-9-]+)"></a>', text)) == set()
    assert "a1" in targets


def test_pictures_are_files_beside_it_or_left_out() -> None:
    text = markdown.document(casefiles.kagoya(), JA, casefiles.attachment)
    assert "](pictures/map-sender.ja.png)" in text
    assert "](pictures/" not in markdown.document(
        casefiles.kagoya(), JA, casefiles.attachment, pictures=False
    )
    assert report.render(casefiles.kagoya(), "md", EN, casefiles.attachment).count(b"](pictures/") == 0


def test_rebuilt_evidence_and_failed_questions_are_said() -> None:
    text = markdown.document(casefiles.kagoya(), EN)
    assert "Part of the evidence is rebuilt, not recorded" in text
    assert "timed out after 5 s" in text
    assert "taro" not in text
