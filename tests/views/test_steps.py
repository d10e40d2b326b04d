from __future__ import annotations

import re
import subprocess
import sys

import pytest
from rich.cells import cell_len
from selectolax.lexbor import LexborHTMLParser

from phishlab.records import Step
from phishlab.views import steps
from phishlab.views.safe import Lens
from tests import casefiles

EN = Lens(lang="en", recipients=(casefiles.RECIPIENT,))
JA = Lens(lang="ja", recipients=(casefiles.RECIPIENT,))


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    casefiles.undrawn(monkeypatch)


def step(name: str) -> Step:
    return next(one for one in casefiles.STEPS if one.id == name)


def html(name: str, lens: Lens = EN) -> LexborHTMLParser:
    shown = steps.view(step(name), lens, casefiles.attachment, casefiles.kagoya().exchanges)
    return LexborHTMLParser(shown._repr_html_())


def text(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text().split()) for node in tree.css(selector)]


def test_a_finding_shows_direction_weight_caveat_and_evidence() -> None:
    tree = html("sender-address-check")
    card = tree.css_first("li.card.for")
    assert card is not None
    assert card.css_first(".direction").text() == "speaks for deception"  # type: ignore[union-attr] # it is there
    assert "weak" in card.text()
    assert "does not prove spoofing" in card.css_first(".caveat").text()  # type: ignore[union-attr] # the same
    assert text(tree, "li.card .ref") == ["[A1]", "[Received #1]"]


def test_the_answers_of_a_step_keep_the_numbers_of_the_report() -> None:
    rows = text(html("sender-network"), "details.evidence li")
    assert [row.split()[0] for row in rows] == ["[A3]", "[A4]", "[A6]"]
    assert "reconstructed (a walkthrough published in January 2024)" in rows[0]


def test_a_map_is_live_in_a_notebook_and_a_screenshot_is_inside() -> None:
    assert "the live map" in (html("sender-place").body.text())  # type: ignore[union-attr] # a page has a body
    image = html("visit").css_first("figure.screenshot img")
    assert image is not None
    assert str(image.attributes["src"]).startswith("data:image/png;base64,iVBOR")
    assert image.attributes["alt"]


def test_a_screenshot_that_cannot_be_read_is_said() -> None:
    shown = steps.view(step("visit"), EN)._repr_html_()
    assert "The picture data/visit/page.png is not in the case" in shown
    fake = steps.view(step("visit"), EN, lambda _path: b"<svg onload=alert(1)>")._repr_html_()
    assert "<img" not in fake


def test_a_step_that_was_not_evaluated_says_why() -> None:
    bare = Step(id="link-hosting", exhibits=(), not_evaluated="no-links")
    assert "The mail has no link" in steps.view(bare, EN)._repr_html_()
    assert "The mail has no link" in steps.plain(bare, EN)


@pytest.mark.parametrize("payload", casefiles.PAYLOADS)
def test_hostile_text_is_text_in_the_notebook(payload: str) -> None:
    for one in casefiles.hostile(casefiles.STEPS, payload):
        tree = LexborHTMLParser(steps.view(one, EN, lambda _path: casefiles.png())._repr_html_())
        assert tree.css("script, iframe, object, embed, form, svg, base, meta, link, a, input") == []
        assert [
            node.attributes["src"]
            for node in tree.css("img")
            if not str(node.attributes["src"]).startswith("data:image/png;")
        ] == []
        assert [name for node in tree.css("*") for name in node.attributes if name.startswith("on")] == []


def test_the_style_speaks_of_nothing_outside_the_step() -> None:
    style = html("route").css_first("style")
    assert style is not None
    bare = re.sub(r"/\*.*?\*/", "", style.text(), flags=re.DOTALL)
    rules = [rule.rpartition("}")[2].strip() for rule in bare.split("{")[:-1]]
    # A condition holds rules of its own, which are looked at as the others are.
    rules = [rule for rule in rules if not rule.startswith("@")]
    assert [rule for rule in rules if any(".phishlab" not in part for part in rule.split(","))] == []


@pytest.mark.parametrize("lens", [EN, JA], ids=["en", "ja"])
@pytest.mark.parametrize("name", [one.id for one in casefiles.STEPS])
def test_no_line_is_wider_than_the_terminal(name: str, lens: Lens) -> None:
    plain = steps.plain(step(name), lens, width=80)
    assert [line for line in plain.splitlines() if cell_len(line) > 80] == []


@pytest.mark.parametrize(
    "payload", ["\x1b[31mred", "[bold]x[/bold] :smile: [link=https://evil.example]x[/link]"]
)
def test_hostile_text_does_not_drive_the_terminal(payload: str) -> None:
    for one in casefiles.hostile(casefiles.STEPS, payload):
        plain = steps.plain(one, EN)
        assert "\x1b" not in plain
        assert "😄" not in plain


def test_the_prompt_shows_the_plain_twin() -> None:
    shown = steps.view(step("route"), EN)
    assert repr(shown) == shown.plain()
    assert "Praisemmm" in repr(shown)


def test_a_notebook_shows_neither_title_nor_introduction_for_its_own_cell_says_both() -> None:
    shown = steps.view(step("route"), EN)
    for said in (shown.section.title, *shown.section.intro):
        assert said not in html("route").text()
        assert said not in shown._repr_markdown_()
        assert said.split()[0] in shown.plain()
    assert html("route").css_first(".step").attributes["aria-label"] == shown.section.title  # type: ignore[union-attr] # it is there


def test_tables_read_well_where_the_style_sheet_is_taken_away() -> None:
    tree = html("route")
    for cell in tree.css("tbody td, tbody th, caption, thead th"):
        style = str(cell.attributes.get("style"))
        right = "right" in str(cell.attributes.get("class"))
        assert right != ("text-align:left" in style), cell.html
    many = [
        cell
        for name in ("route", "link-registration")
        for cell in html(name).css("td")
        if "\n" in cell.text().strip()
    ]
    assert many
    assert all("white-space:pre-line" in str(cell.html) for cell in many)


def test_markdown_twin_has_the_table_and_no_links() -> None:
    markdown = steps.view(step("link-registration"), EN)._repr_markdown_()
    assert "| Registrar | GoDaddy[.]com, LLC |" in markdown.replace("**", "")
    assert "](" not in markdown


def test_showing_a_step_needs_neither_ipython_nor_pandas_nor_folium() -> None:
    heavy = ("IPython", "pandas", "folium", "matplotlib")
    code = f"import sys, phishlab.views.steps; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_field_cited_as_header_and_as_claim_is_one_line_without_its_folds_control_characters() -> None:
    from phishlab.records import Claim, Direction, Finding, Header, Weight
    from phishlab.views import citations

    header = Header(name="From", value="a b", raw="a\r\n b")
    finding = Finding(
        id="x", direction=Direction.FOR, weight=Weight.WEAK, because=(header, Claim(field="From", text="a b"))
    )
    cited = citations.of_step(Step(id="route", exhibits=(), findings=(finding,)))
    assert len(cited.lines) == 1
    assert [one.anchor for one in cited.of(finding.because, EN)] == ["l1"]
    assert citations.written(header, EN) == "a\n b"
