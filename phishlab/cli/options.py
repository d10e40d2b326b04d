"""Options that several verbs have."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

LEVELS = ("offline", "passive", "third-party", "active")


def authorities(made: argparse.ArgumentParser) -> None:
    """Whose stamps are trusted."""
    made.add_argument(
        "--tsa-ca",
        type=Path,
        action="append",
        metavar="PEM",
        help="root of an authority whose stamps you trust",
    )


def choice(made: argparse.ArgumentParser) -> None:
    """Which mail of many, and how far it is read."""
    made.add_argument("--number", type=int, metavar="N", help="which mail of an mbox, zip, Maildir or folder")
    made.add_argument(
        "--inner", type=int, metavar="N", help="take the mail attached to this one, by its number"
    )
    most(made)


def most(made: argparse.ArgumentParser) -> None:
    """How much of a mail is read."""
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


def receiver(made: argparse.ArgumentParser) -> None:
    """Whose servers received the mail."""
    made.add_argument(
        "--receiver",
        metavar="PROFILE",
        help="whose servers received the mail: a profile's name or a TOML file (default: auto, inferred)",
    )


def level(made: argparse.ArgumentParser, default: str = "offline") -> None:
    """How far it may be noticed."""
    made.add_argument(
        "--level",
        choices=LEVELS,
        default=default,
        help="how far you may be noticed: nothing leaves this machine, registries are asked, reputation "
        f"services are asked, the attacker can notice (default: {default})",
    )


def of_run(made: argparse.ArgumentParser) -> None:
    """By the answers of which run."""
    made.add_argument(
        "--run", dest="of_run", metavar="N", help="by the answers of that run (default: the last)"
    )


def services(made: argparse.ArgumentParser) -> None:
    """Which reputation services are asked."""
    made.add_argument(
        "--services",
        metavar="ID,ID",
        help="ask these reputation services alone (docs/services.md; default: all keyless ones, and those that "
        "you have a key for)",
    )


def lists(made: argparse.ArgumentParser) -> None:
    """Lists of the user's own to match against."""
    made.add_argument(
        "--lists",
        type=Path,
        help="folder with lists to match against: JPCERT/CC (CSV), Phishing.Database (txt)",
    )


def seen_at(made: argparse.ArgumentParser) -> None:
    """When the analyst saw what is brought in."""
    made.add_argument(
        "--seen-at", default="", metavar="TIME", help="ISO 8601, UTC unless it says otherwise (default: now)"
    )


def resolver(made: argparse.ArgumentParser) -> None:
    """Who is asked for names."""
    made.add_argument(
        "--resolver",
        default="system",
        metavar="WHICH",
        help="who is asked for names: system, cloudflare or quad9 (both without filters), or an address",
    )


def dry_run(made: argparse.ArgumentParser) -> None:
    """Whether the plan is printed alone."""
    made.add_argument(
        "--dry-run", action="store_true", help="print what would be asked of whom, and ask nobody"
    )


def lang(made: argparse.ArgumentParser) -> None:
    """The language of what is printed."""
    made.add_argument(
        "--lang", choices=("en", "ja"), default=_default_lang(), help="language of what is printed"
    )


def json(made: argparse.ArgumentParser) -> None:
    """Whether a program reads it."""
    made.add_argument("--json", action="store_true", help="print JSON for programs")


def _default_lang() -> str:
    stated = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ja" if stated.startswith("ja") else "en"
