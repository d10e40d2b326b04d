from __future__ import annotations

from phishlab.assess import brands, page
from phishlab.records import Direction, Form, Lookup, Outcome, PageVisit, Weight

KAGOYA = brands.named_in("kagoya")
PASSWORD = (("text", "login"), ("password", "password"))


def _visit(url: str, *forms: Form, title: str = "Login") -> Lookup[PageVisit]:
    record = PageVisit(
        url=url, final_url=url, chain=((url, 200),), title=title, forms=forms, peer="192.0.2.1"
    )
    return Lookup(source="page", subject=url, outcome=Outcome.ANSWERED, record=record)


def _form(action: str, fields: tuple[tuple[str, str], ...] = PASSWORD) -> Form:
    return Form(action=action, method="post", fields=fields)


def _ids(visit: Lookup[PageVisit]) -> list[str]:
    return [finding.id for finding in page.findings(visit, KAGOYA)]


def test_a_password_asked_for_on_a_foreign_host_is_strong() -> None:
    visit = _visit("http://evil-host.com/", _form("http://evil-host.com/post.php"))
    (found,) = page.findings(visit, KAGOYA)
    assert (found.id, found.weight, found.direction) == (
        "page-asks-password",
        Weight.STRONG,
        Direction.FOR,
    )


def test_a_password_asked_for_by_the_brand_itself_is_no_reproach() -> None:
    visit = _visit("https://www.kagoya.jp/login", _form("https://www.kagoya.jp/login"))
    assert [finding.direction for finding in page.findings(visit, KAGOYA)] == [Direction.NEUTRAL]


def test_a_form_that_sends_to_another_host_is_noticed() -> None:
    assert "page-sends-elsewhere" in _ids(_visit("http://evil-host.com/", _form("https://drop.example/x")))


def test_a_brand_in_the_title_of_a_foreign_host_is_noticed() -> None:
    assert "page-title-claims-brand" in _ids(_visit("http://evil-host.com/", title="Active! mail ログイン"))


def test_a_search_form_is_no_password_form_and_no_page_is_no_finding() -> None:
    assert _ids(_visit("http://evil-host.com/", _form("/s", (("text", "q"),)))) == []
    nothing: Lookup[PageVisit] = Lookup(source="page", subject="x", outcome=Outcome.NOT_ASKED)
    assert page.findings(nothing, KAGOYA) == ()
