"""Hidden text and turned letters are found, and honest Arabic, emoji and Japanese are left alone."""

from __future__ import annotations

import pytest

from phishlab.assess import disguise, links
from phishlab.mail import message
from phishlab.records import Finding, Message, Weight


def _mail(html: str = "<p>x</p>", subject: str = "s", from_: str = "A <a@one.example>") -> Message:
    return message.parse(
        f"From: {from_}\r\nSubject: {subject}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n".encode()
    )


def _by_id(mail: Message) -> dict[str, Finding]:
    return {finding.id: finding for finding in disguise.findings(mail)}


def test_hidden_text_is_weak_and_says_how_it_hides() -> None:
    finding = _by_id(_mail('<div style="display:none">filler words</div>'))["hidden-text"]
    assert (finding.weight, finding.caveat) == (Weight.WEAK, "hidden-preview")
    assert dict(finding.values) == {"how": "display:none", "count": "12", "text": "filler words"}


@pytest.mark.parametrize("mark", "\u202d\u202e")
def test_an_override_is_strong_wherever_a_name_stands(mark: str) -> None:
    turned = f"{mark}pj.ayogak"
    for mail in (
        _mail(subject=turned),
        _mail(from_=f'"{turned}" <a@one.example>'),
        _mail(f'<a href="https://e.example/">{turned}</a>'),
        _mail(f'<a href="https://e.example/{turned}">x</a>'),
    ):
        assert _by_id(mail)["text-direction-override"].weight is Weight.STRONG


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
def test_other_direction_marks_are_weak_and_lawful_beside_arabic(mark: str) -> None:
    assert _by_id(_mail(subject=f"{mark} Kagoya"))["text-direction-override"].weight is Weight.WEAK
    assert _by_id(_mail(subject=f"{mark} \u0645\u0631\u062d\u0628\u0627")) == {}


@pytest.mark.parametrize("mark", "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2069")
def test_characters_without_width_between_letters(mark: str) -> None:
    assert "hidden-characters" in _by_id(_mail(subject=f"Ama{mark}zon"))
    assert "hidden-characters" in _by_id(_mail(f'<a href="https://e.example/">カゴ{mark}ヤ</a>'))


@pytest.mark.parametrize(
    "text", ["👨\u200d👩\u200d👧 Kagoya", "\ufeffKagoya", "می\u200cخواهم", "普通の件名 Kagoya 2024"]
)
def test_emoji_persian_and_plain_text_are_left_alone(text: str) -> None:
    assert _by_id(_mail(subject=text)) == {}


@pytest.mark.parametrize(
    ("shown", "host"),
    [
        ("https://www.kagoya.jp/", "www.kagoya.jp"),
        ("ログインは www.kagoya.jp へ", "www.kagoya.jp"),
        ("kagoya.jp/login", "kagoya.jp"),
        ("Kagoya.JP", "kagoya.jp"),
        ("「https://例え.jp/」", "xn--r8jz45g.jp"),
        ("ここをクリック", None),
        ("invoice.zip", None),
        ("info@kagoya.jp", None),
        ("Node.js 20.1", None),
        ("", None),
    ],
)
def test_the_host_that_a_links_text_names(shown: str, host: str | None) -> None:
    assert links.shown_host(shown) == host


def test_a_wrapped_link_is_judged_by_its_target_and_says_through_what() -> None:
    wrapped = "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttp%3A%2F%2F192.0.2.7%2F"
    found = {
        finding.id: finding for finding in links.findings(_mail(f'<a href="{wrapped}">kagoya.jp</a>'), ())
    }
    assert dict(found["link-wrapped"].values) == {
        "through": "Microsoft Safe Links, Google",
        "host": "192.0.2.7",
    }
    assert {"link-to-address", "link-unencrypted", "link-shows-other"} <= set(found)


def test_a_filter_that_names_only_the_domain_is_said_to() -> None:
    mail = _mail('<a href="https://protect-us.mimecast.com/s/AbC?domain=evil-host.com">x</a>')
    (finding,) = [finding for finding in links.findings(mail, ()) if finding.id == "link-wrapped"]
    assert finding.caveat == "wrapped-domain-only"


def test_a_link_to_the_domain_that_it_shows_is_fine() -> None:
    mail = _mail('<a href="https://login.kagoya.jp/">www.kagoya.jp</a>')
    assert "link-shows-other" not in {finding.id for finding in links.findings(mail, ())}
