"""The grammar of the command line: each verb, its words, and the function that runs it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import phishlab
from phishlab.cli import options
from phishlab.cli.screen import columns

IMPORTS = ("whois", "pdns", "rdap", "virustotal", "urlscan", "otx", "abuseipdb", "har")
FORMATS = ("html", "md", "pdf", "json", "ipynb", "stix", "case")


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


def _formatter(prog: str) -> argparse.HelpFormatter:
    """What argparse has, told the width: it would import shutil and all compressions to ask, once for each option."""
    return argparse.HelpFormatter(prog, width=columns() - 2)


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
    options.choice(made)
    made.add_argument("-o", "--output", type=Path, help="the case folder to make (default: out/NAME)")
    options.receiver(made)
    options.level(made)
    options.lang(made)
    options.lists(made)
    options.services(made)
    made.add_argument("--no-notebook", action="store_true", help="leave the notebook out")
    options.resolver(made)
    options.dry_run(made)


def _inspect(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "inspect", "inspect.run", "what the mail says, without look-ups and without a case")
    made.add_argument("mail", type=Path)
    options.choice(made)
    options.receiver(made)
    options.json(made)
    made.add_argument("--show-recipient", action="store_true", help="do not redact the recipient")


def _looking(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "step", "show.step", "one step of the walkthrough of a case")
    made.add_argument("name", help="for example route; 'list' names all")
    made.add_argument("case", type=Path, nargs="?")
    options.of_run(made)
    options.lang(made)
    options.json(made)

    made = _verb(verbs, "verify", "verify.run", "whether a case is as it was sealed")
    made.add_argument("case", type=Path)
    options.authorities(made)
    options.lang(made)
    options.json(made)

    made = _verb(verbs, "compare", "compare.run", "what two runs of a case were told differently")
    made.add_argument("case", type=Path)
    made.add_argument("runs", nargs="*", help="two runs (default: the first and the last)")
    options.lang(made)
    options.json(made)

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
    options.lang(made)
    options.json(made)


def _asking(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(
        verbs, "again", "again.run", "every question of a case put anew, in a new run; what changed since"
    )
    made.add_argument("case", type=Path)
    options.lists(made)
    made.add_argument("--no-notebook", action="store_true", help="leave the notebook out")
    options.resolver(made)
    options.lang(made)

    made = _verb(
        verbs, "lookup", "ask.lookup", "registration, place and network of an address, a domain or a URL"
    )
    made.add_argument("subject", help="for example 192.0.2.1, evil[.]example, hxxps://evil[.]example/login")
    made.add_argument(
        "-o", "--output", type=Path, help="the case folder to make (default: out/lookup-SUBJECT)"
    )
    options.lists(made)
    options.services(made)
    options.resolver(made)
    options.dry_run(made)
    options.level(made, default="passive")
    options.lang(made)
    options.json(made)

    _observe(verbs)
    made = _verb(
        verbs, "visit", "ask.visit", "a look at a page with the sealed browser; the attacker can notice it"
    )
    made.add_argument("url")
    made.add_argument("-o", "--output", type=Path, required=True, help="folder for the picture and the page")
    options.level(made)
    options.lang(made)
    options.json(made)


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
    options.authorities(made)
    made.add_argument(
        "--level", choices=options.LEVELS, help="how far you may be noticed (default: as the case)"
    )
    options.lang(made)


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
    options.seen_at(made)
    made.add_argument("--status", type=int, metavar="N", help="the HTTP status that it came with")
    options.lang(made)


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
    options.seen_at(made)
    options.lang(made)


def _writing(verbs: _Verbs[argparse.ArgumentParser]) -> None:
    made = _verb(verbs, "report", "investigate.report", "the write-up of a case, in one format")
    made.add_argument("case", type=Path)
    made.add_argument("--format", choices=FORMATS, default="md")
    options.of_run(made)
    made.add_argument("-o", "--output", type=Path, help="file to write (default: standard output)")
    made.add_argument("--show-recipient", action="store_true", help="do not redact the recipient")
    options.lang(made)

    made = _verb(verbs, "triage", "triage.run", "many mails into one Parquet table")
    made.add_argument(
        "paths", type=Path, nargs="+", help="mails; mbox and zip files, Maildirs, folders of mails"
    )
    made.add_argument("-o", "--output", type=Path, required=True, help="FILE.parquet")
    options.most(made)
    options.receiver(made)

    made = _verb(verbs, "lab", "lab.run", "JupyterLab on the walkthrough, or on a notebook made for a mail")
    made.add_argument("mail", type=Path, nargs="?")
    made.add_argument("-o", "--output", type=Path, default=Path("phishlab-lab"), help="the folder to work in")
    options.receiver(made)
    options.level(made)
    options.lang(made)
    made.add_argument(
        "--no-browser", action="store_true", help="start the server alone and print its address"
    )
