"""The analyst's keys for services: from the environment or the system's keyring, at the moment of asking.

A key goes from here into the header of one request. It enters no record, no file, no log and no message.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator

from phishlab.records import Credential

KEYRING = "phishlab"
"""Under which service name the keyring holds them; the user name there is that of the service."""


def find(service: str) -> str | None:
    """The key for *service* (``virustotal``); None where there is none that can stand in a header.

    ``PHISHLAB_VIRUSTOTAL_KEY`` comes before the keyring (``keyring set phishlab virustotal``).
    """
    for stated in _stated(service):
        key = (stated or "").strip()
        if key and key.isascii() and key.isprintable() and " " not in key:
            return key
    return None


def sent(wanted: Credential, key: str) -> str:
    """The value of the header: the key itself, or ``Basic …`` (RFC 7617) of ``name:password``."""
    return f"Basic {base64.b64encode(key.encode()).decode()}" if wanted.basic else key


def _stated(service: str) -> Iterator[str | None]:
    yield os.environ.get(Credential(service=service, header="").variable)
    yield _in_keyring(service)


def _in_keyring(service: str) -> str | None:
    try:
        import keyring

        found = keyring.get_password(KEYRING, service)
    except Exception:  # noqa: BLE001 - it may not be there, and backends raise what they like: then there is no key
        return None
    return found if isinstance(found, str) else None
