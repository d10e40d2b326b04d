"""The article's case as text, byte for byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from phishlab import report, walkthrough
from phishlab.case import Case
from phishlab.views.safe import Lens


@pytest.mark.parametrize(("lang", "name"), [("en", "report.md"), ("ja", "report.ja.md")])
def test_the_report_of_the_articles_case(
    kagoya: Case, golden: Callable[[str, bytes], None], lang: str, name: str
) -> None:
    lens = Lens(lang=lang, recipients=kagoya.message.recipients)
    golden(name, report.render(walkthrough.casefile(kagoya), "md", lens, kagoya.attachment))
