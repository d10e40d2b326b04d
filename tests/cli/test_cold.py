"""``inspect`` is called once a mail by other programs: it may import what the mail needs, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from phishlab import cli
from tests.mails import raw

HEAVY = frozenset({
    "IPython", "PIL", "ast", "asyncio", "branca", "bz2", "dask", "dataclasses", "dkim", "dns", "email", "folium",
    "html", "http", "inspect", "ipwhois", "jinja2", "jupyterlab", "logging", "lzma", "markupsafe", "matplotlib",
    "matplotlib_fontja", "maxminddb", "multiprocessing", "nacl", "nbclient", "nbformat", "numpy", "olefile",
    "pandas", "pickle", "platformdirs", "playwright", "pyarrow", "pypdfium2", "random", "rich", "selectolax",
    "shutil", "socket", "spf", "ssl", "stix2", "subprocess", "tempfile", "tomllib", "urllib3", "warcio",
    "weasyprint", "zipfile", "zxingcpp",
})  # fmt: skip
OWN = ("phishlab.case", "phishlab.walkthrough", "phishlab.wire", "phishlab.sources", "phishlab.evidence",
       "phishlab.views", "phishlab.wording", "phishlab.triage", "phishlab.report.writing", "phishlab.report.html",
       "phishlab.records.answers", "phishlab.records.questions", "phishlab.records.judging",
       "phishlab.mail.bounded", "phishlab.mail.attachments",
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
    assert {name.partition(".")[0] for name in imported} & HEAVY == {"selectolax", "logging"}
    assert [name for name in sorted(imported) if name.startswith(OWN)] == []


@pytest.mark.parametrize("mail", [PLAIN, HTML], ids=["plain", "html"])
def test_as_text_it_needs_no_more_but_the_words_and_the_tables(mail: bytes, tmp_path: Path) -> None:
    imported = _imported(mail, tmp_path)
    assert {"phishlab.views.glance", "phishlab.wording"} <= imported
    named = {name.partition(".")[0] for name in imported}
    assert named & (HEAVY - {"selectolax", "logging"}) == set()
    shown = ("phishlab.views", "phishlab.wording", "phishlab.records")
    assert [name for name in sorted(imported) if name.startswith(OWN) and not name.startswith(shown)] == []
    assert imported.isdisjoint(
        {f"phishlab.views.{name}" for name in ("blocks", "maps", "pins", "steps", "terminal")}
    )


def test_the_help_needs_none_of_the_parser() -> None:
    code = "import json, sys; from phishlab import cli; cli.parser(); print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(json.loads(run.stdout))
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
    assert {name for name in imported if name.startswith("phishlab.")} == {
        "phishlab.cli",
        "phishlab.cli.options",
        "phishlab.cli.screen",
        "phishlab.cli.verbs",
        "phishlab.errors",
        "phishlab.version",
    }


def test_a_mail_with_a_file_brings_what_opens_it_in_a_process_of_its_own(tmp_path: Path) -> None:
    mail = PLAIN.replace(b"text/plain", b'application/zip; name="a.zip"')
    imported = _imported(mail, tmp_path, "--json")
    assert "phishlab.mail.apart" in imported
    assert imported.isdisjoint(
        {"phishlab.mail.attachments", "phishlab.mail.bounded", "subprocess", "zipfile"}
    )


def _run(*words: str, into: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "phishlab", *words]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    return subprocess.run(
        command, stdout=into, stderr=subprocess.PIPE, text=True, check=False, env=environment
    )


def test_what_ends_at_once_has_written_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    links = "\n".join(f"https://evil-host.example/{at}" for at in range(2000))
    path.write_bytes(raw(links))
    run = _run("inspect", str(path), "--json")
    assert (run.returncode, run.stderr) == (cli.OK, "")
    assert len(json.loads(run.stdout)["links"]) == 2000


def test_its_exit_code_is_that_of_the_verb(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()
    run = _run("inspect", str(tmp_path / "empty.eml"))
    assert (run.returncode, run.stdout) == (cli.NOT_A_MAIL, "")
    assert run.stderr.count("\n") == 1
    assert _run("step", "list", "--lang", "en").returncode == cli.OK
    assert _run("inspect").returncode == cli.USAGE


def test_nobody_reading_on_is_no_trouble_and_a_full_disk_is(tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(PLAIN)
    reading, writing = os.pipe()
    os.close(reading)
    run = _run("inspect", str(path), "--json", into=writing)
    os.close(writing)
    assert (run.returncode, run.stderr) == (cli.OK, "")
    with Path("/dev/full").open("w") as full:
        assert _run("inspect", str(path), "--json", into=full.fileno()).returncode == cli.TROUBLE
