"""A case as JSON: every record with its class, times in UTC, the recipient left out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias

from phishlab import indicators
from phishlab.mail import filenames
from phishlab.records import Attachment, CaseFile, Level
from phishlab.views.safe import Lens

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def document(casefile: CaseFile, lens: Lens) -> dict[str, Json]:
    """The whole case for machines: links as they are, the recipient left out where the lens redacts."""
    made = _record(casefile, lens)
    if not isinstance(made, dict):
        raise TypeError("a case file is a record")
    return made


def text(casefile: CaseFile, lens: Lens) -> str:
    """The document as JSON text, in ASCII: nothing in a mail can act on the terminal that shows it."""
    return json.dumps(document(casefile, lens), indent=1) + "\n"


def plain(record: object, lens: Lens | None = None) -> Json:
    """One record, or several in a tuple, as JSON; the recipient stays unless *lens* redacts it."""
    return _record(record, lens or Lens(redacted=False))


def _record(value: object, lens: Lens) -> Json:
    """A record as an object whose first key, ``class``, names it; a word or a number as it is."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return value.word if isinstance(value, Level) else str(value.value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _compound(value, lens)


def _compound(value: object, lens: Lens) -> Json:
    if isinstance(value, str):
        return _text(value, lens)
    if isinstance(value, Sequence):
        return [_record(item, lens) for item in value]
    return _object(value, lens) if dataclasses.is_dataclass(value) else _text(str(value), lens)


def _object(value: object, lens: Lens) -> Json:
    fields = [field.name for field in dataclasses.fields(value)]  # type: ignore[arg-type] # asked before
    named = {name.rstrip("_"): _record(getattr(value, name), lens) for name in fields}
    if isinstance(value, Attachment) and named["name"] != value.name:
        # Made of the name, with other letters where it names the recipient.
        named["safe_name"] = filenames.safe(str(named["name"]))
    return {"class": type(value).__name__, **named}


def _text(value: str, lens: Lens) -> str:
    return indicators.redact(value, lens.recipients) if lens.redacted else value
