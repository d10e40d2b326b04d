"""Tags, comments and texts as the tokenizer of the standard parts them."""

from __future__ import annotations

import pytest

from phishlab.mail import tags
from phishlab.mail.tags import Comment, Raw, Tag


@pytest.mark.parametrize(
    ("html", "tokens"),
    [
        ("a<B>c</b >", ["a", Tag("b", ""), "c", Tag("b", " ", closing=True)]),
        ("<a title=it's href='x>y'>", [Tag("a", " title=it's href='x>y'")]),
        ("<!DOCTYPE html><!-- a --><!-->b<!--->c", [Comment(" a "), Comment(""), "b", Comment(""), "c"]),
        ("<!--[if !mso]><!-->x<!--<![endif]-->", [Comment("[if !mso]><!"), "x", Comment("<![endif]")]),
        ("<![if !mso]>x<![endif]>", ["x"]),
        ("<style>a<b></STYLE>c", [Tag("style", ""), Raw("style", "a<b>"), Tag("style", "", closing=True), "c"]),
        ("<svg><style><a></svg>", [Tag("svg", ""), Tag("style", ""), Tag("a", ""), Tag("svg", "", closing=True)]),
        ("<svg><![CDATA[<a>]]></svg>", [Tag("svg", ""), "<a>", Tag("svg", "", closing=True)]),
        ("1 < 2 </ x>y<3", ["1 < 2 ", "y<3"]),
        ("a<b c", ["a"]),
        ("<!-- open", [Comment(" open")]),
        ("", []),
    ],
)  # fmt: skip
def test_each_kind_of_token(html: str, tokens: list[object]) -> None:
    found = list(tags.read(html))
    assert found == tokens


@pytest.mark.parametrize(
    ("raw", "attributes"),
    [
        (" href=x/y", {"href": "x/y"}),
        (" HREF = 'a' href=b", {"href": "a"}),
        (' a="1"b=2/c', {"a": "1", "b": "2/c"}),
        (" a= b", {"a": "b"}),
        (" a b", {"a": "", "b": ""}),
        (' a="', {"a": ""}),
        (" a=1&amp;b&copy=2&copy;&lt&#x41;&#66;&#0;&#128;&bogus;", {"a": "1&b&copy=2©<AB\ufffd€&bogus;"}),
        (" a=&#99999999999999999999;", {"a": "\ufffd"}),
    ],
)
def test_attributes_as_a_browser_reads_them(raw: str, attributes: dict[str, str]) -> None:
    assert Tag("a", raw).attributes == attributes
