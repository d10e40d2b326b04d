"""The command line: each verb is one function; only this folder prints."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import phishlab
from phishlab.errors import EvidenceError, InputError, MissingExtraError, PhishlabError

OK = 0
TROUBLE = 1
"""phishlab's own trouble, one line on standard error."""
USAGE = 2
"""The words of the command are off (argparse)."""
NOT_A_MAIL = 3
"""What was given cannot be investigated."""
NOT_AS_SEALED = 4
"""The case is not as it was sealed, or is no case."""
MISSING_EXTRA = 5
"""Something optional is not installed; the line names the command that brings it."""
UNFINISHED = 6
"""The case was stopped on the way: all that was sealed is as it was, and more was kept since."""
INTERRUPTED = 130

_CODES: tuple[tuple[type[PhishlabError], int], ...] = (
    (InputError, NOT_A_MAIL),
    (EvidenceError, NOT_AS_SEALED),
    (MissingExtraError, MISSING_EXTRA),
    (PhishlabError, TROUBLE),
)

LEVELS = ("offline", "passive", "third-party", "active")
IMPORTS = ("whois", "pdns", "rdap", "virustotal", "urlscan", "otx", "abuseipdb", "har")
FORMATS = ("html", "md", "pdf", "json", "ipynb", "stix", "case")


_FIRST_SEARCH = 100_000
"""Objects; Python searches for unreachable ones after each 700, of which a program that starts has none."""


def start() -> NoReturn:
    """The program: ``main``, and out with its exit code.

    ``inspect``, which programs call once a mail, ends at once when its words are written: to take apart what it read,
    piece by piece, as Python does in the end, would take a tenth of its time. It leaves nothing behind that has to be
    put in order.
    """
    gc.set_threshold(_FIRST_SEARCH, 10, 10)
    code = main()
    if sys.argv[1:2] == ["inspect"]:
        _end(code)
    sys.exit(code)


def _end(code: int) -> NoReturn:
    """The end of the process; TROUBLE where its last words cannot be written, but not where nobody reads on."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            pass
        except OSError:
            code = code or TROUBLE
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code is one of the constants above."""
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = parser(words[0] if words else "").parse_args(words)
    verb: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return verb(arguments)
    except PhishlabError as trouble:
        return _say(trouble, next(code for kind, code in _CODES if isinstance(trouble, kind)))
    except KeyboardInterrupt:
        return _say(
            "stopped; what was kept so far stays in the case, and the same command goes on from there",
            INTERRUPTED,
        )
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def parser(verb: str = "") -> argparse.ArgumentParser:
    """The whole grammar; each verb's function is imported when it is run, so that ``--help`` is quick.

    For ``inspect``, which programs call once a mail, that of this verb alone.
    """
    top = argparse.ArgumentParser(prog="phishlab", description=phishlab.__doc__, formatter_class=_formatter)
    top.add_argument("--version", action="version", version=f"phishlab {phishlab.__version__}")
    verbs = top.add_subparsers(prog=top.prog, required=True, metavar="VERB", dest="verb")
    if verb == "inspect":
        _inspect(verbs)
        return top
    _investigate(verbs)
    _inspect(verbs)
    _looking(verbs)
    _asking(verbs)
    _stamping(verbs)
    _importing(verbs)
    _writing(verbs)
    return top


def _say(trouble: object, code: int) -> int:
    line = " ".join(str(trouble).split())
    print(f"phishlab: {line}", file=sys.stderr)
    return code


def _formatter(prog: str) -> argparse.HelpFormatter:
    """What argparse has, told the width: it would import shutil and all compressions to ask, once for each option."""
    return argparse.HelpFormatter(prog, width=_columns() - 2)


def width() -> int:
    """How many columns what is printed may take: as many as the terminal has, from 40 to 100; 100 elsewhere."""
    return max(_NARROWEST, min(_columns(), _WIDEST)) if sys.stdout.isatty() else _WIDEST


_NARROWEST, _WIDEST = 40, 100


def _columns() -> int:
    """How wide the terminal is, as ``shutil.get_terminal_size`` has it: 80 columns where there is none."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return int(stated)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr] # below
    except (AttributeError, ValueError, OSError):  # no standard output, a closed one, no terminal
        return 80


_Verbs = argparse._SubParsersAction  # noqa: SLF001 - argparse names the type nowhere else


def _verb(
    verbs: _Verbs[argparse.ArgumentParser], name: str, run: str, summary: str
) -> argparse.ArgumentParser:
    """A verb run by the function ``module.function`` of this folder."""
    made = verbs.add_parser(name, help=summary, description=summary, formatter_class=_formatter)
    made.set_defaults(run=_lazily(run))
    return made


def _lazily(name: str) -> Callable[[argparse.Namespace], int]:
    module, _, function = name.partition(".")

    def run(arguments: argparse.Namespace) -> int:
        from importlib import import_module

        code: int = getattr(import_module(f"phishlab.cli.{module}"), function)(arguments)
        return code

    return run


def _investigate(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(
        verbs,
        "investigate",
        "investigate.run",
        "one mail in; a case, a write-up in two languages and a notebook out",
    )
    made.add_argument(
        "mail", type=Path, help="the mail (.eml, .msg, or in an mbox, a zip, a folder), or a case to replay"
    )
    _choice(made)
    made.add_argument("-o", "--output", type=Path, help="the case folder to make (default: out/NAME)")
    _receiver(made)
    _level(made)
    _lang(made)
    made.add_argument(
        "--lists",
        type=Path,
        help="folder with lists to match against: JPCERT/CC (CSV), Phishing.Database (txt)",
    )
    _services(made)
    made.add_argument("--no-notebook", action="store_true", help="leave the notebook out")
    _resolver(made)
    _dry_run(made)


def _inspect(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "inspect", "inspect.run", "what the mail says, without look-ups and without a case")
    made.add_argument("mail", type=Path)
    _choice(made)
    _receiver(made)
    _json(made)
    made.add_argument("--show-recipient", action="store_true", help="do not redact the recipient")


def _looking(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "step", "show.step", "one step of the walkthrough of a case")
    made.add_argument("name", help="for example route; 'list' names all")
    made.add_argument("case", type=Path, nargs="?")
    _of_run(made)
    _lang(made)
    _json(made)

    made = _verb(verbs, "verify", "verify.run", "whether a case is as it was sealed")
    made.add_argument("case", type=Path)
    _authorities(made)
    _lang(made)
    _json(made)

    made = _verb(verbs, "compare", "compare.run", "what two runs of a case were told differently")
    made.add_argument("case", type=Path)
    made.add_argument("runs", nargs="*", help="two runs (default: the first and the last)")
    _lang(made)
    _json(made)

    made = _verb(verbs, "data", "data.run", "the databases that are used: dates, licences, a newer one")
    made.add_argument(
        "what",
        choices=("status", "unpack", "update"),
        help="show them, prepare them in the cache, or bring a newer one: with FILE a copy of that, without "
        "it DB-IP City Lite of this month, fetched from download.db-ip.com; 'update rdap' fetches IANA's list of "
        "RDAP servers",
    )
    made.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a .mmdb or .mmdb.gz file that you have"
    )
    made.add_argument("--month", default="", metavar="YYYY-MM", help="fetch that month's file")
    made.add_argument("--sha256", default="", metavar="HEX", help="take the file only with this digest")
    _lang(made)
    _json(made)


def _asking(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(
        verbs, "again", "again.run", "every question of a case put anew, in a new run; what changed since"
    )
    made.add_argument("case", type=Path)
    made.add_argument("--lists", type=Path, help="folder with JPCERT/CC phishing URL lists (CSV)")
    made.add_argument("--no-notebook", action="store_true", help="leave the notebook out")
    _resolver(made)
    _lang(made)

    made = _verb(
        verbs, "lookup", "ask.lookup", "registration, place and network of an address, a domain or a URL"
    )
    made.add_argument("subject", help="for example 192.0.2.1, evil[.]example, hxxps://evil[.]example/login")
    made.add_argument(
        "-o", "--output", type=Path, help="the case folder to make (default: out/lookup-SUBJECT)"
    )
    made.add_argument("--lists", type=Path, help="folder with JPCERT/CC phishing URL lists (CSV)")
    _services(made)
    _resolver(made)
    _dry_run(made)
    _level(made, default="passive")
    _lang(made)
    _json(made)

    _observe(verbs)
    made = _verb(
        verbs, "visit", "ask.visit", "a look at a page with the sealed browser; the attacker can notice it"
    )
    made.add_argument("url")
    made.add_argument("-o", "--output", type=Path, required=True, help="folder for the picture and the page")
    _level(made)
    _lang(made)
    _json(made)


def _stamping(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "stamp", "stamp.run", "a time stamp over a sealed case (RFC 3161)")
    made.add_argument("case", type=Path)
    which = made.add_mutually_exclusive_group(required=True)
    which.add_argument("--tsa", metavar="URL", help="the authority to ask: it learns a digest, nothing else")
    which.add_argument(
        "--query", type=Path, metavar="FILE", help="write the request, for another machine to put"
    )
    which.add_argument(
        "--response", type=Path, metavar="FILE", help="keep what an authority answered to that request"
    )
    _authorities(made)
    made.add_argument("--level", choices=LEVELS, help="how far you may be noticed (default: as the case)")
    _lang(made)


def _importing(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(
        verbs, "import", "bring.run", "an answer that you got elsewhere, as evidence of its own kind"
    )
    made.add_argument("case", type=Path)
    made.add_argument("file", type=Path, help="a text, the JSON of an answer, or a HAR file")
    made.add_argument(
        "--as", dest="kind", choices=IMPORTS, metavar="KIND", help=f"what it is: {', '.join(IMPORTS)}"
    )
    made.add_argument("--subject", help="which domain, address or URL it is about")
    made.add_argument(
        "--question", metavar="URI", help="or the question that it answers, as reports print it"
    )
    made.add_argument("--from", dest="source", required=True, metavar="TEXT", help="where you have it from")
    made.add_argument(
        "--seen-at", default="", metavar="TIME", help="ISO 8601, UTC unless it says otherwise (default: now)"
    )
    made.add_argument("--status", type=int, metavar="N", help="the HTTP status that it came with")
    _lang(made)


def _authorities(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--tsa-ca",
        type=Path,
        action="append",
        metavar="PEM",
        help="root of an authority whose stamps you trust",
    )


def _observe(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(
        verbs,
        "observe",
        "observe.run",
        "keep what you saw on the page of a service that has no API, as evidence",
    )
    made.add_argument("case", type=Path)
    made.add_argument(
        "service", metavar="SERVICE", help="google-transparency-report, norton-safe-web or cisco-talos"
    )
    made.add_argument(
        "subject", metavar="SUBJECT", help="a link of the case, its host, or the sending address"
    )
    made.add_argument("state", metavar="STATE", help="listed, not-listed, unknown-to-service or error")
    made.add_argument("--note", default="", help="what the page says, in its words")
    made.add_argument("--screenshot", type=Path, metavar="FILE", help="a PNG file, kept in the case")
    made.add_argument(
        "--seen-at", default="", metavar="TIME", help="ISO 8601, UTC unless it says otherwise (default: now)"
    )
    _lang(made)


def _writing(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "report", "investigate.report", "the write-up of a case, in one format")
    made.add_argument("case", type=Path)
    made.add_argument("--format", choices=FORMATS, default="md")
    _of_run(made)
    made.add_argument("-o", "--output", type=Path, help="file to write (default: standard output)")
    made.add_argument("--show-recipient", action="store_true", help="do not redact the recipient")
    _lang(made)

    made = _verb(verbs, "triage", "triage.run", "many mails into one Parquet table")
    made.add_argument(
        "paths", type=Path, nargs="+", help="mails; mbox and zip files, Maildirs, folders of mails"
    )
    made.add_argument("-o", "--output", type=Path, required=True, help="FILE.parquet")
    _most(made)
    _receiver(made)

    made = _verb(verbs, "lab", "lab.run", "JupyterLab on the walkthrough, or on a notebook made for a mail")
    made.add_argument("mail", type=Path, nargs="?")
    made.add_argument("-o", "--output", type=Path, default=Path("phishlab-lab"), help="the folder to work in")
    _receiver(made)
    _level(made)
    _lang(made)
    made.add_argument(
        "--no-browser", action="store_true", help="start the server alone and print its address"
    )


def _choice(made: argparse.ArgumentParser) -> None:
    made.add_argument("--number", type=int, metavar="N", help="which mail of an mbox, zip, Maildir or folder")
    made.add_argument(
        "--inner", type=int, metavar="N", help="take the mail attached to this one, by its number"
    )
    _most(made)


def _most(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--max", type=int, metavar="MB", help="read mails of up to so many megabytes (default: 50)"
    )
    made.add_argument(
        "--limit",
        type=_bound,
        action="append",
        metavar="NAME=NUMBER",
        help="raise another bound of reading, for example links=20000; may be given several times",
    )


def _bound(text: str) -> tuple[str, int]:
    from phishlab.cli import choice  # reads the records: --help must be quick

    return choice.bound(text)


def _receiver(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--receiver",
        metavar="PROFILE",
        help="whose servers received the mail: a profile's name or a TOML file (default: auto, inferred)",
    )


def _level(made: argparse.ArgumentParser, default: str = "offline") -> None:
    made.add_argument(
        "--level",
        choices=LEVELS,
        default=default,
        help="how far you may be noticed: nothing leaves this machine, registries are asked, reputation "
        f"services are asked, the attacker can notice (default: {default})",
    )


def _of_run(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--run", dest="of_run", metavar="N", help="by the answers of that run (default: the last)"
    )


def _services(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--services",
        metavar="ID,ID",
        help="ask these reputation services alone (docs/services.md; default: all keyless ones, and those that "
        "you have a key for)",
    )


def _resolver(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--resolver",
        default="system",
        metavar="WHICH",
        help="who is asked for names: system, cloudflare or quad9 (both without filters), or an address",
    )


def _dry_run(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--dry-run", action="store_true", help="print what would be asked of whom, and ask nobody"
    )


def _lang(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--lang", choices=("en", "ja"), default=_default_lang(), help="language of what is printed"
    )


def _json(made: argparse.ArgumentParser) -> None:
    made.add_argument("--json", action="store_true", help="print JSON for programs")


def _default_lang() -> str:
    stated = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if stated.startswith("ja") else "en"
