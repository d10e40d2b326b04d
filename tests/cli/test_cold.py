"""``inspect`` is called once a mail by other programs: it may import what the mail needs, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from phishlab import cli
from tests.mails import raw

HEAVY = frozenset({
    "IPython", "PIL", "asyncio", "branca", "dask", "dkim", "dns", "folium", "http", "ipwhois", "jinja2", "jupyterlab",
    "markupsafe", "matplotlib", "matplotlib_fontja", "maxminddb", "multiprocessing", "nacl", "nbclient", "nbformat",
    "numpy", "olefile", "pandas", "pickle", "platformdirs", "playwright", "pyarrow", "pypdfium2", "rich",
    "selectolax", "spf", "ssl", "stix2", "subprocess", "tempfile", "urllib3", "warcio", "weasyprint",
    "zipfile", "zxingcpp",
})  # fmt: skip
OWN = ("phishlab.case", "phishlab.walkthrough", "phishlab.wire", "phishlab.sources", "phishlab.evidence",
       "phishlab.views", "phishlab.wording", "phishlab.triage", "phishlab.report.writing", "phishlab.report.html",
       "phishlab.records.answers", "phishlab.records.judging", "phishlab.mail.bounded", "phishlab.mail.attachments",
       "phishlab.assess.chain", "phishlab.assess.brands")  # fmt: skip
PROGRAM = """
import io, json, sys
from phishlab import cli
out, sys.stdout = sys.stdout, io.StringIO()
code = cli.main(sys.argv[1:])
assert code == 0, code
json.dump(sorted(sys.modules), out)
"""


def _imported(mail: bytes, folder: Path, *options: str) -> set[str]:
    path = folder / "mail.eml"
    path.write_bytes(mail)
    command = [sys.executable, "-c", PROGRAM, "inspect", str(path), *options]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(run.stdout))


PLAIN = raw("See https://evil-host.example/login today.")
HTML = raw('<a href="https://evil-host.example/login">www.kagoya.jp</a>').replace(b"text/plain", b"text/html")


def test_the_grammar_of_inspect_alone_is_that_of_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for grammar in (cli.parser(), cli.parser("inspect")):
        with pytest.raises(SystemExit):
            grammar.parse_args(["inspect", "--help"])
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1]
    assert "--show-recipient" in shown[0]


def test_inspect_imports_nothing_that_a_plain_mail_does_not_need(tmp_path: Path) -> None:
    imported = _imported(PLAIN, tmp_path, "--json")
    assert "phishlab.mail.message" in imported
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
    assert [name for name in sorted(imported) if name.startswith(OWN)] == []


def test_a_mail_with_html_brings_the_html_parser_and_nothing_else(tmp_path: Path) -> None:
    imported = _imported(HTML, tmp_path, "--json")
    assert {name.partition(".")[0] for name in imported} & HEAVY == {"selectolax"}
    assert [name for name in sorted(imported) if name.startswith(OWN)] == []


@pytest.mark.parametrize("mail", [PLAIN, HTML], ids=["plain", "html"])
def test_as_text_it_needs_neither_a_case_nor_a_data_frame(mail: bytes, tmp_path: Path) -> None:
    imported = _imported(mail, tmp_path)
    assert "phishlab.views.glance" in imported
    named = {name.partition(".")[0] for name in imported}
    assert named & (HEAVY - {"pickle", "rich", "selectolax", "zipfile"}) == set()
    assert imported.isdisjoint({"phishlab.case", "phishlab.walkthrough", "phishlab.wire", "phishlab.sources"})
