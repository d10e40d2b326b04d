"""What is known of the receivers' own servers: profiles shipped as TOML, or given by the analyst as a file."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from phishlab import indicators, shipped
from phishlab.classes import replace
from phishlab.errors import InputError
from phishlab.records import Hop, Message, ReceiverProfile

_KEYS = frozenset(
    {"title", "networks", "by_suffixes", "customer_suffixes", "authserv_ids", "results_below", "source"}
)


_INSIDE_ZONES = frozenset({"internal", "local", "lan", "localdomain", "home", "corp", "private", "intranet"})
"""Last labels of names that mean something inside one network only, and say nothing of whose it is."""


_MOST_LABELS = 16
"""More than any suffix has that a profile knows."""
AUTO = "auto"
"""What an analyst names who leaves it to phishlab to find the receiver."""


def profile_of(receiver: str | None, message: Message) -> tuple[ReceiverProfile | None, bool]:
    """The receiver's profile, and whether the analyst named it; inferred from the mail for None and ``auto``.

    Raises InputError for a name that is not known and a file that cannot be read.
    """
    if receiver is None or receiver == AUTO:
        return infer(message), False
    return load(receiver), True


@cache
def names() -> tuple[str, ...]:
    """The profiles that come with phishlab, in alphabetical order."""
    return tuple(sorted(_shipped()))


@cache
def load(name: str) -> ReceiverProfile:
    """The shipped profile *name*, or the one in the TOML file that *name* is a path to.

    Raises InputError, which is also a ValueError, where there is none or it cannot be read.
    """
    if name in _shipped():
        return _profile(name, _shipped()[name], name)
    path = Path(name)
    if path.suffix != ".toml" or not path.is_file():
        raise InputError(f"no receiver profile {name!r}: choose {', '.join(names())}, or name a TOML file")
    return read(path)


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    """The tables of data/receivers/*.toml by name, in the one file that data/build/receivers.py makes of them."""
    tables: dict[str, dict[str, Any]] = json.loads(
        shipped.path("receivers/profiles.json").read_text(encoding="utf-8")
    )
    return tables


def infer(message: Message) -> ReceiverProfile | None:
    """The profile that the topmost Received line suggests: a guess, which assess.route says and marks down.

    A shipped profile whose servers' names fit; else one of that line's own domain; None where no line names a host.
    """
    writer = next((hop.by for hop in message.hops if _names_a_host(hop)), None)
    if writer is None:
        return None
    return _of_writer(writer)


@lru_cache(maxsize=256)
def _of_writer(host: str) -> ReceiverProfile:
    """The same of the server that wrote the line: a mailbox has few, and they stand on top of all its mails."""
    fitting = _fitting(host)
    if fitting:
        return max(fitting, key=lambda profile: max(map(len, profile.by_suffixes)))
    rented = any(under(host, load(name).customer_suffixes) for name in names())
    domain = (None if rented else indicators.registrable(host)) or host.lower()
    return replace(load("generic"), name=domain, by_suffixes=(domain,), source="inferred")


def names_own(host: str | None, profile: ReceiverProfile) -> bool:
    """Whether *host* is a name of the receiver's own servers, and not one of its customers' machines."""
    return under(host, profile.by_suffixes) and not (
        profile.customer_suffixes and under(host, profile.customer_suffixes)
    )


def under(host: str | None, suffixes: tuple[str, ...]) -> bool:
    """Whether *host* is one of the domains or lies below one, label by label: ``evil-google.com`` does not."""
    return f".{(host or '').lower().rstrip('.')}".endswith(_dotted(suffixes))


@lru_cache(maxsize=64)
def _dotted(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f".{suffix}" for suffix in suffixes)


def _fitting(host: str) -> list[ReceiverProfile]:
    """The shipped profiles whose own servers' names fit *host*, in alphabetical order."""
    labels = host.lower().rstrip(".").split(".")[-_MOST_LABELS:]
    endings = [".".join(labels[at:]) for at in range(len(labels))]
    fitting = {name for ending in endings for name in _owners().get(ending, ())}
    return [profile for name in sorted(fitting) if names_own(host, profile := load(name))]


@cache
def _owners() -> dict[str, list[str]]:
    """The names of the shipped profiles by the suffixes that they know."""
    found: dict[str, list[str]] = {}
    for name in names():
        for suffix in load(name).by_suffixes:
            found.setdefault(suffix, []).append(name)
    return found


def _names_a_host(hop: Hop) -> bool:
    by = hop.by or ""
    if hop.kind == "fetch" or "." not in by.strip(".") or indicators.address(by) is not None:
        return False
    return by.lower().rstrip(".").rpartition(".")[2] not in _INSIDE_ZONES


def read(path: Path) -> ReceiverProfile:
    """The profile in a TOML file; InputError where it is none."""
    import tomllib  # few mails come with a profile of their own

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as trouble:
        raise InputError(f"{path}: no receiver profile: {trouble}") from None
    return _profile(path.stem, table, path)


def _profile(name: str, table: dict[str, Any], path: Path | str) -> ReceiverProfile:
    unknown = sorted(set(table) - _KEYS)
    if unknown:
        raise InputError(f"{path}: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}")
    return ReceiverProfile(
        name=name,
        title=str(table.get("title", name)),
        networks=_texts(table, "networks", path),
        by_suffixes=_suffixes(table, "by_suffixes", path),
        customer_suffixes=_suffixes(table, "customer_suffixes", path),
        authserv_ids=tuple(text.lower() for text in _texts(table, "authserv_ids", path)),
        results_below=bool(table.get("results_below", False)),
        source=str(table.get("source", "unverified")),
    )


def _suffixes(table: dict[str, Any], key: str, path: Path | str) -> tuple[str, ...]:
    return tuple(text.lower().strip(".") for text in _texts(table, key, path))


def _texts(table: dict[str, Any], key: str, path: Path | str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{path}: {key} has to be a list of texts")
    if key == "networks" and (wrong := [text for text in value if not indicators.is_network(text)]):
        raise InputError(f"{path}: {wrong[0]} is no network; write 192.0.2.0/24")
    return tuple(value)
