"""What the labels of WHOIS answers mean: one table for all registries, since most use the same few programs.

The table is ``labels.toml``. A label that is not there stays in ``fields``.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_SPACES = re.compile(r"[\s_]+")
_NUMBER = re.compile(r"(?<=[a-z])[ #]*\(?\d{1,2}\)?$|^\d{1,2}[ .)]+| \(s\)$|\(s\)$")


def _tidy(label: str) -> str:
    return _SPACES.sub(" ", label.strip(" .*:-").lower().replace("-", " ")).strip()


def _pairs() -> dict[str, str]:
    told = tomllib.loads((files(__package__) / "labels.toml").read_text(encoding="utf-8"))
    return {label: field for field, labels in told.items() for label in labels}


MEANINGS = _pairs()
# "Registrant", "Admin Contact", "Technical contact(s)", "Domain Owners / Registrant"; not "Registrar URL"
_WHO = (
    r"registrants?|admin\w*|tech\w*|billing|owners?|holders?|contacts?|persons?|registrars?|zone|agent|reseller|"
    r"organi[sz]ation|licensee|domicile|role|responsible|titular|contacto \w+|managers?|onsite|customer|account"
)
_PEOPLE = re.compile(
    rf"(?:domain |organization using domain name|{_WHO})[ /]*"
    rf"(?:(?:{_WHO}|information|info|details|data|address|main|organization|domain|using|name)[ /]*)*(?:\(s\))?"
)
_OF_THE_DOMAIN = frozenset({"created", "expires", "updated", "status", "domain"})
_NAMES = frozenset(
    {"name", "organization", "organisation", "company", "organization name", "organisation name", "org"}
)
# A first label that makes a paragraph one about a person (RPSL and its kin).
_PERSONAL = (
    "person", "role", "nic hdl", "nic hdl br", "contact", "handle", "personname", "name", "organisation", "org",
    "organization", "registrar", "contactid", "dom contact", "keyset", "nsset", "irt", "mntner", "registrant",
)  # fmt: skip


def meaning(label: str, _section: str = "") -> str | None:
    """The field that *label* is known to mean (``created``, ``name servers`` …), None where it is not known."""
    tidy = _tidy(label)
    return MEANINGS.get(tidy) or MEANINGS.get(_NUMBER.sub("", tidy).strip())


def of_person(label: str, section: str) -> str | None:
    """The same for a label among those of a person, whose dates, states and names are not the domain's.

    ``Expiration Date`` is a registration's wherever it stands; ``Organization`` under ``Registrar`` names it.
    """
    tidy, means = _tidy(label), meaning(label)
    if tidy in _NAMES or label == section:
        about = MEANINGS.get(_tidy(section))
        return about if about in {"registrant", "registrar"} else None
    personal = means in _OF_THE_DOMAIN and not tidy.endswith(" date")
    return None if personal or tidy in _PERSONAL else means


def about_people(section: str) -> bool:
    """Whether a section's heading announces people: its dates are theirs, not the domain's."""
    return bool(_PEOPLE.fullmatch(_tidy(section)))


def begins_person(label: str) -> bool:
    """Whether a paragraph that begins with *label* is about a person or a set of keys."""
    return _tidy(label) in _PERSONAL
