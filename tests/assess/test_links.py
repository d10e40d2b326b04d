from __future__ import annotations

from phishlab.assess import identity, links
from phishlab.records import Message
from tests.mails import parsed

SEED = "http://sgogoj.com/kagoya/activemail.kagoya?login=me@mine.example"


def _ids(message: Message) -> set[str]:
    return {finding.id for finding in links.findings(message, identity.claimed(message))}


def test_the_articles_link_is_foreign_baited_personal_and_unencrypted() -> None:
    mail = parsed(f"ログイン {SEED} です", from_="Kagoya <a@one.example>")
    assert _ids(mail) == {
        "link-not-the-brands",
        "link-bait-path",
        "link-carries-recipient",
        "link-unencrypted",
    }


def test_a_link_to_the_brand_itself_gives_nothing() -> None:
    assert _ids(parsed("https://www.kagoya.jp/news/", from_="Kagoya <a@kagoya.com>")) == set()


def test_a_brand_in_the_host_name_of_another_domain_is_bait() -> None:
    mail = parsed("https://kagoya.jp.evil-host.com/", from_="Kagoya <a@one.example>")
    assert "link-bait-host" in _ids(mail)


def test_a_link_to_a_bare_address_is_noticed() -> None:
    assert "link-to-address" in _ids(parsed("https://198.51.100.7/x"))


def test_text_that_shows_another_domain_than_the_link_is_strong() -> None:
    html = '<a href="https://evil-host.com/">https://www.kagoya.jp/</a>'
    raw = parsed(html)
    assert "link-shows-other" not in _ids(raw)
    from phishlab.mail import message

    mail = message.parse(
        b"From: a@one.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode() + b"\r\n"
    )
    assert "link-shows-other" in _ids(mail)


def test_only_one_link_of_a_host_is_asked_about_and_only_so_many_hosts() -> None:
    body = " ".join(f"https://h{n % 8}.example.com/{n}" for n in range(40))
    asked = links.worth_asking(parsed(body).links)
    assert len(asked) == links.MOST_HOSTS
    assert len({link.host for link in asked}) == links.MOST_HOSTS
