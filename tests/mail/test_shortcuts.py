"""What is passed over or read in one go to save time, held against the plain way to do it, over whole mails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import ada_url
import pytest
from selectolax.lexbor import LexborHTMLParser

from phishlab import indicators
from phishlab.indicators import spellings, urls
from phishlab.mail import elements, links, markup, message, running
from phishlab.records import Message
from tests.corpus.reading import corpus

_ATTRIBUTES = [name for name in elements.ATTRIBUTES if ":" not in name]
_ALL = ", ".join(f"[{name}]" for name in [*_ATTRIBUTES, *elements.LISTS, "style", "srcdoc"])
# Letters, or a colon, or what follows it, in full width.
_WIDER = [{ord(each): ord(each) + 0xFEE0 for each in some} for some in ("hps", ":", "/", "HTPX:/w.")]
_ODD = (
    "<!--[if mso]><td background = 'https://e.example/b'>x</td><![endif]-->"
    "<!--[if mso]><td style='x:u&#114;l(https://e.example/s)'>x</td><![endif]-->"
    "<!--[if mso]><style>a{x:u\\72l(https://e.example/t)}</style><![endif]-->"
    "<p>\n \u3000\n\n a<br> <br>\x1f<br>b</p><ul><li>c<li>d</ul><style>a{x:URL(https://e.example/c)}</style>"
    "<head><title>t</title></head><a href=x>y<table><td><a href=https://e.example/d>z</table></a>"
)


@pytest.fixture(scope="module")
def mails() -> list[Message]:
    return [message.parse(mail.data) for mail in corpus()]


@pytest.fixture(scope="module")
def pages(mails: list[Message]) -> list[str]:
    return [_ODD, *(mail.html for mail in mails if mail.html)]


def _real(folder: Path) -> Iterator[Message]:
    for path in sorted((folder / "mail" / "phishing").glob("*.eml"))[::10]:
        yield message.parse(path.read_bytes())


def _references(html: str) -> Iterator[tuple[str, str]]:
    """Every element that has such an attribute, in one selector without exceptions, and every comment."""
    tree = LexborHTMLParser(html)
    for node in tree.css(f"{_ALL}, meta, style, svg *, math *"):
        yield from elements.references((node.tag or "").lower(), node.attributes)
        yield from ((where, target) for where, target, _ in markup._inner_document(node.attributes, 0))
        if node.tag == "style":
            yield from (("html-css", target) for target in elements.in_css(node.text(deep=True)))
    for comment in re.findall(r"(?s)<!--(\[if.*?)(?:-->|\Z)", html):
        yield from ((where, target) for where, target, _ in markup._in_comment(comment))


def _text(html: str, *, linked: bool = True) -> str:
    """The text by one step after the other, with or without what stands in links."""
    tree = LexborHTMLParser(html)
    for node in tree.css("head, script, style, title, noscript, template")[::-1]:
        node.decompose()
    for node in tree.css("br, p, div, tr, li, h1, h2, h3, h4, table"):
        node.insert_before("\n")
    for node in [] if linked else tree.css("a, textarea")[::-1]:
        if node.tag == "textarea" or _leads(node.attributes.get("href") or ""):
            node.insert_before("\n")
            node.decompose()
    text = tree.body.text(deep=True) if tree.body is not None else ""
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _leads(target: str) -> bool:
    return markup._resolved(target, "") is not None


def _compare_page(html: str) -> None:
    if not markup._is_small(html):
        return
    # What holds no URL is not read without its links.
    unlinked, plainly = markup.page(html).unlinked, _text(html, linked=False)
    assert {found.live for found in running.find(unlinked)} == {found.live for found in running.find(plainly)}
    written = [*markup._in_tree(LexborHTMLParser(html))[0], *markup._conditional(html)]
    once = dict.fromkeys((where, target) for where, target, _ in written)
    assert list(once) == list(dict.fromkeys(_references(html)))
    assert markup.visible_text(html) == _text(html)


def _url(text: str) -> tuple[str, ...] | None:
    """The parts as ada-url gives them one by one."""
    try:
        found = ada_url.URL(text)
    except (ValueError, UnicodeError):
        return None
    parts = (found.href, found.protocol[:-1], found.hostname.strip("[]"), found.port, found.pathname)
    return (*parts, found.search.removeprefix("?"), found.hash.removeprefix("#"), found.username)


class _Narrowing:
    """Finds where URLs start in a text that is narrowed first."""

    _pattern = re.compile(r"(?i)(?:h(?:tt|xx)ps?|f[tx]p)(?:(?::|\[:\])(?://|\\\\|/{1,4})|\[://\])")

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self._pattern.finditer(text.translate(running._NARROW))


def _parts(found: urls.Url | None) -> tuple[str, ...] | None:
    if found is None:
        return None
    port = "" if found.port is None else str(found.port)
    parts = (found.href, found.scheme, found.host, port, found.path)
    return (*parts, found.query, found.fragment, found.username)


def _compare_texts(mail: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scanner and redaction with and without their early rejections."""
    texts = [mail.text, *(link.url for link in mail.links), *(hop.raw for hop in mail.hops)]
    texts += [text.translate(wide) for text in texts for wide in _WIDER]
    table = spellings.table(mail.recipients)
    quick = [(list(running.find(text)), spellings.find(text, mail.recipients)) for text in texts]
    with monkeypatch.context() as patched:
        patched.setattr(running, "_stretches", lambda text, *_: [(0, len(text))])
        patched.setattr(running, "_START", _Narrowing())
        patched.setattr(running, "_may_hold_scheme", lambda _: True)
        patched.setattr(spellings.Table, "possible", lambda *_: True)
        patched.setattr(spellings, "_holds_text", lambda _: True)
        slow = [(list(running.find(text)), spellings.find_by(text, table)) for text in texts]
    assert quick == slow
    assert all(running.may_hold(text) for text, (found, _) in zip(texts, quick, strict=True) if found)
    hidden = indicators.redact_all(texts, mail.recipients)
    assert hidden == {
        text: shown for text in texts if (shown := indicators.redact(text, mail.recipients)) != text
    }
    for link in mail.links:
        assert _parts(indicators.url(link.written)) == _url(link.written)
        assert _parts(indicators.url(link.url)) == _url(link.url)


def test_html_of_the_corpus_read_in_one_go(pages: list[str]) -> None:
    for html in pages:
        _compare_page(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<noscript><p>b<a href=https://e.example/1>c</a><style>d</style></noscript>e http://e.example/2",
        "<p>htt<script>x</script>p://e.example/1 http<style>s</style>s://e.example/2",
        "<p>http:<br>//e.example/1<p>www.<noscript>x</noscript>evil.com<a href=https://e.example/>www.b.com</a>",
        "<a href=https://e.example/1><table><tr><td><a href=https://e.example/2>www.a.com</a>www.b.com</table></a>",
        "<svg><title><p>a</title><style><tr>b</style></svg>evil[.]com",
        "<style href=https://e.example/1>@import 'https://e.example/2'</style>",
        "<textarea><p>http://e.example/1</textarea><a href='#x'>http://e.example/2</a>",
        "<template><p>http://e.example/1</template>x",
        "ｈｔｔｐｓ：／／ｅｖｉｌ．ｃｏｍ／ａ",
        "<frameset><frame src=https://e.example/1></frameset>",
        "",
        "<base href=https://e.example/><a href='https://e.example/x'>http://e.example/2</a>",
    ],
)
def test_a_page_in_which_one_element_is_inside_another(html: str) -> None:
    _compare_page(html)


def test_texts_of_the_corpus_with_and_without_rejections(
    mails: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(spellings.find(link.url, mail.recipients) for mail in mails for link in mail.links)
    for mail in mails:
        _compare_texts(mail, monkeypatch)


def test_the_same_for_real_mails(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for mail in _real(shared_data):
        _compare_texts(mail, monkeypatch)
        _compare_page(mail.html or "")


def test_an_odd_page_has_what_each_shortcut_could_miss() -> None:
    found = {link.url for link in links.find("", _ODD)}
    assert found == {f"https://e.example/{letter}" for letter in "bstcd"}


@pytest.mark.parametrize(
    "url",
    [
        "https://user:p%40ss@[2001:db8::1]:8080/a?b=c#d?e#f",
        "http://@evil.example:80",
        "https://evil.example?x/@y:1#/",
        "HTTPS:\\\\evil.example\\@a\\b",
        "http://:pass@192.0.2.1:0/",
        "https://evil.example/#",
        "https://evil.example/?",
        "data:text/html,a?b#c",
        "ftp://u@h.example:2121/x",
        "https://a b/",
        "https://evil.example/a/../b/./c?d=/../#/../",
        "https://evil.example/a/%2e%2e/b%2e/c",
        "https://evil..example/",
        "https://xn--a.example/",
        "https://a.xn--b.example/",
        "https://-a_b--c.example/a//b;c=d?e?f#g?h",
        "https://evil.example/a'b?c'd#e'f",
        "https://evil.example/[a]^|`{}",
        "https://1.2.3.example/",
        "https://evil.0x7f/",
    ],
)
def test_a_url_s_parts_from_its_written_form(url: str) -> None:
    assert _parts(indicators.url(url)) == _url(url)
