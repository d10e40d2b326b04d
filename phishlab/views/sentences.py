"""Findings as sentences: the gaps filled with what a reader of that language can read."""

from __future__ import annotations

from phishlab import wording
from phishlab.records import Finding
from phishlab.views.cells import brand, brief, category
from phishlab.views.safe import Lens

_LONGEST = 800
"""Characters of one value."""
_COUNTRIES = frozenset({"country", "first_country", "located", "registered", "second_country"})
"""Gaps that hold a country's ISO 3166 code and show its name."""


def finding(found: Finding, lens: Lens) -> str:
    """The finding in one sentence."""
    return lens.say(f"finding.{found.id}", **_values(found, lens))


def caveat(found: Finding, lens: Lens) -> str:
    """What limits the finding; empty where nothing does."""
    return lens.say(f"caveat.{found.caveat}", **_values(found, lens)) if found.caveat else ""


def _values(found: Finding, lens: Lens) -> dict[str, str]:
    values = {name: brief(value, _LONGEST) for name, value in found.values}
    for name in _COUNTRIES & values.keys():
        named = f"country.{values[name]}"
        if wording.known(lens.lang, named):
            values[name] = lens.say(named)
    if "category" in values:
        values["category"] = category(values["category"], lens)
    if "brand" in values:
        values["brand"] = brand(values["brand"], lens)
    return values
