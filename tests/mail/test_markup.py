"""What HTML refers to: each element by name, and the two ways to read it against each other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from phishlab.mail import links, markup, message
from phishlab.mail.limits import STANDARD

E = "https://e.example"
ELEMENTS = {
    f'<a href="{E}/">x</a>': ("html-a", f"{E}/", "x"),
    f'<area href="{E}/">': ("html-area", f"{E}/", ""),
    f'<form action="{E}/"></form>': ("html-form", f"{E}/", ""),
    f'<button formaction="{E}/">x</button>': ("html-formaction", f"{E}/", ""),
    f'<input type=image src="{E}/" alt=y>': ("html-img", f"{E}/", "y"),
    f'<img srcset="{E}/a,b.png 1x">': ("html-img", f"{E}/a,b.png", ""),
    f'<picture><source srcset="{E}/a 2x"></picture>': ("html-img", f"{E}/a", ""),
    f'<img lowsrc="{E}/">': ("html-img", f"{E}/", ""),
    f'<svg><a href="{E}/"><text>s</text></a></svg>': ("html-a", f"{E}/", "s"),
    f'<svg><a xlink:href="{E}/">s</a></svg>': ("html-a", f"{E}/", "s"),
    f'<svg><use href="{E}/#a"/></svg>': ("html-svg", f"{E}/#a", ""),
    f'<svg><image href="{E}/"/></svg>': ("html-img", f"{E}/", ""),
    f'<svg><filter><feImage href="{E}/"/></filter></svg>': ("html-svg", f"{E}/", ""),
    f"<svg><style>*{{fill:url({E}/)}}</style></svg>": ("html-css", f"{E}/", ""),
    f"<style>@import '{E}/';</style>": ("html-css", f"{E}/", ""),
    f'<style>a{{background:u\\72l("{E}/")}}</style>': ("html-css", f"{E}/", ""),
    f'<p style="background-image:url( {E}/ )">': ("html-css", f"{E}/", ""),
    f'<table background="{E}/"></table>': ("html-background", f"{E}/", ""),
    f'<video poster="{E}/"></video>': ("html-media", f"{E}/", ""),
    f'<video><track src="{E}/"></video>': ("html-media", f"{E}/", ""),
    f'<object data="{E}/"></object>': ("html-object", f"{E}/", ""),
    f'<iframe src="{E}/"></iframe>': ("html-iframe", f"{E}/", ""),
    f'<iframe srcdoc="&lt;a href={E}/&gt;z"></iframe>': ("html-a", f"{E}/", "z"),
    f'<link rel=preconnect href="{E}/">': ("html-link", f"{E}/", ""),
    f'<script src="{E}/"></script>': ("html-script", f"{E}/", ""),
    f'<blockquote cite="{E}/"></blockquote>': ("html-cite", f"{E}/", ""),
    f"<meta http-equiv=refresh content=\"0;URL='{E}/'\">": ("html-meta-refresh", f"{E}/", ""),
    f'<base href="{E}/">': ("html-base", f"{E}/", ""),
    f'<base href="{E}/"><a href="/p">x</a>': ("html-a", f"{E}/p", "x"),
    f'</body></html><a href="{E}/">x</a>': ("html-a", f"{E}/", "x"),
    f'<!--[if mso]><v:roundrect href="{E}/"></v:roundrect><![endif]-->': ("html-vml", f"{E}/", ""),
    f'<!--[if gte mso 9]><v:imagedata src="{E}/" /><![endif]-->': ("html-img", f"{E}/", ""),
    f'<![if !mso]><a href="{E}/">x</a><![endif]>': ("html-a", f"{E}/", "x"),
    f'<!--[if !mso]><!--><a href="{E}/">x</a><!--<![endif]-->': ("html-a", f"{E}/", "x"),
    f'<noscript><a href="{E}/">x</a></noscript>': ("html-a", f"{E}/", "x"),
}  # fmt: skip


@pytest.mark.parametrize("html", ELEMENTS)
def test_each_element_by_the_tree_and_by_its_tag(html: str) -> None:
    filler = "<i></i>" * markup.MOST_IN_TREE
    for whole in (html, html + filler):
        found = [(link.where, link.url, link.shown) for link in links.find("", whole)]
        assert ELEMENTS[html] in found, found


@pytest.mark.parametrize(
    "html",
    [f'<!-- <a href="{E}/"> -->', f"<textarea><a href={E}/></textarea>", f"<title><a href={E}/></title>"],
)
def test_what_nobody_can_click_is_no_link(html: str) -> None:
    assert links.find("", html) == ()
    assert links.find("", html + "<i></i>" * markup.MOST_IN_TREE) == ()


@pytest.mark.parametrize("depth", [254, 600, 5_000, 100_000])
def test_no_depth_hides_a_link_or_costs_seconds(depth: int) -> None:
    began = time.process_time()
    html = "<div>" * depth + f'<a href="{E}/">x</a>' + "</div>" * depth + f'<a href="{E}/2">y</a>'
    assert [(link.url, link.shown) for link in links.find("", html)] == [(f"{E}/", "x"), (f"{E}/2", "y")]
    assert "x" in markup.visible_text(html)
    assert markup.is_deep(html) == (depth > STANDARD.html_depth)
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    "html",
    [
        "<div></x>" * 110_000,
        "<p>" + "".join(f"<b id={number}>" for number in range(40_000)) + "<p>x" * 100_000,
        "<p>" + "".join(f"<b id={number}>" for number in range(250)) + "<p>x" * 2_000,
        "<p>" + "".join(f"<b id={number}>" for number in range(340)) + "<p>x" * 340,
        "<div></x>" * 2_400,
        # As much as goes through a tree at all.
        "<div></x>" * 5_000,
        "<div>" * 10_000,
        "<dl><li>" * 5_000,
        "<p style='background:url(https://e.example/)'><div>" * 5_000,
        "<div>" * 9_960 + "".join(f"<b id={number}>" for number in range(40)),
        "".join(f"<a href={E}/{number}>" for number in range(40)) + "<div>x" * 9_960,
        f"<a href={E}/>" + "<noscript><br>" * 4_999,
        "<svg>" + "<area>" * 4_900 + "</x>" * 4_900,
        "<div><b>" * 1_200 + "</b>" * 2_000,
        "<svg>" + "<area>" * 2_400 + "</x>" * 2_400,
        "<a x='" * 160_000,
        "<!--[if mso]>" * 80_000,
        "<!--[if mso]><![endif]-->" * 40_000,
        '<p style="' + "url(" * 250_000 + '">',
        '<img srcset="' + "a," * 500_000 + '">',
        '<img srcset="' + "a ," * 330_000 + '">',
        "<svg><style>" * 80_000,
        "<a " + "x " * 500_000 + ">",
        '<iframe srcdoc="' + "&lt;iframe srcdoc=&quot;" * 40_000 + '">',
        "<meta http-equiv=refresh content='" + "url " * 250_000 + "'>",
    ],
    ids=lambda html: html[:20],
)
def test_a_megabyte_of_hostile_html_takes_seconds(html: str) -> None:
    began = time.process_time()
    links.find("", html)
    markup.visible_text(html)
    assert time.process_time() - began < 4


def test_both_ways_to_read_agree_on_the_real_mails(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "_in_comment", lambda *_: iter(()))
    monkeypatch.setattr(markup, "_of_short_comment", lambda _: ())  # it would remember the other's answers
    same = different = 0
    for path in sorted((shared_data / "mail" / "phishing").glob("*.eml"))[::5]:
        html = message.parse(path.read_bytes()).html or ""
        found, _ = markup._in_tree(LexborHTMLParser(html))
        tree = {(where, target.strip()) for where, target, _ in found}
        rows = {(where, target.strip()) for where, target, _ in markup.by_tags(html)}
        same, different = same + len(tree & rows), different + len(tree ^ rows)
    assert same > 800
    assert different <= same / 1000
