"""Where the data that comes with phishlab lies: in the wheel, or in the checkout it is run from."""

from __future__ import annotations

from pathlib import Path

from phishlab.errors import DataError

_INSTALLED = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parent.parent / "data"


def path(name: str) -> Path:
    """The shipped file or folder *name*, for example ``receivers`` or ``geoip/city.mmdb.xz``.

    Raises DataError where the installation lacks it.
    """
    for root in (_INSTALLED, _CHECKOUT):
        found = root / name
        if found.exists():
            return found
    raise DataError(f"phishlab's own data file {name} is missing: install phishlab again")
