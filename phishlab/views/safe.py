"""What makes hostile text fit to be seen: redacted, defanged, without controls; and inert inside a map."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from phishlab import indicators, wording
from phishlab.classes import dataclass

if TYPE_CHECKING:
    from phishlab.case import Case

_FOLIUM_ACTIVE = frozenset("&<>\"'`$\\{}")
_LINE_ENDS = frozenset("\r\n\u2028\u2029")
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def safe(text: object) -> str:
    """*text* as numeric entities wherever folium, branca, Jinja or JavaScript would read it as code.

    folium compiles strings as Jinja templates, which is Python in this process; ``html.escape`` does not
    stop that. Every string that reaches a map goes through here.
    """
    return "".join(
        f"&#{ord(char)};" if char in _FOLIUM_ACTIVE else " " if char in _LINE_ENDS else char
        for char in str(text)
    )


def visible(text: object) -> str:
    r"""*text* with controls and direction overrides spelled out, so that nothing hides: ``\u202e`` as ``⟨U+202E⟩``.

    Line feeds and tabs stay.
    """
    text = str(text)
    if text.isprintable():  # nearly all are: no look at each character
        return text
    return "".join(
        f"⟨U+{ord(char):04X}⟩" if unicodedata.category(char) in _INVISIBLE and char not in "\n\t" else char
        for char in text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """How a reader sees a case: in which language, and with the recipient hidden or not."""

    lang: str = "en"
    recipients: tuple[str, ...] = ()
    redacted: bool = True

    @classmethod
    def of(cls, case: Case) -> Lens:
        """How an open case is shown: in its language, the recipient hidden unless it was opened otherwise."""
        return cls(lang=case.lang, recipients=case.message.recipients, redacted=case.redacted)

    def text(self, value: object) -> str:
        """*value* fit to be printed: the recipient redacted, addresses defanged, controls spelled out."""
        shown = str(value)
        if self.redacted:
            shown = indicators.redact(shown, self.recipients)
        return visible(indicators.defang(shown))

    def say(self, sentence: str, **values: object) -> str:
        """The sentence in the lens's language, its values fit to be printed."""
        return wording.say(self.lang, sentence, **{name: self.text(value) for name, value in values.items()})

    def note(self, text: str) -> str:
        """A look-up's note in the lens's language, fit to be printed."""
        return self.text(wording.note(self.lang, text))

    def when(self, time: datetime | None) -> str:
        """*time* as ISO 8601 in UTC, for example ``2024-01-16T01:00:00Z``; ``—`` for None."""
        return "—" if time is None else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
