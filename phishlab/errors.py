"""phishlab's own trouble. Bad mail and failed look-ups are outcomes, not exceptions."""

from __future__ import annotations


class PhishlabError(Exception):
    """Root of all; its text is one line that says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a page of traceback: IPython asks the exception itself for it.

        The text may quote a file's name or what a server said: controls, with which a terminal would be
        driven, are not passed on.
        """
        line = " ".join(str(self).split())
        return [
            "phishlab: "
            + "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
        ]


class InputError(PhishlabError, ValueError):
    """What was given cannot be investigated: no mail in it, or it cannot be read."""


class EvidenceError(PhishlabError):
    """The case folder is not as it was sealed, or not a case folder."""


class NotRecordedError(EvidenceError, LookupError):
    """A replay asked for an answer that is not in the case, where one is indispensable."""


class DataError(PhishlabError):
    """A database that phishlab needs is missing, damaged or unreadable."""


class MissingExtraError(PhishlabError, ImportError):
    """Something optional is not installed; the text names the command that brings it."""


class StoppedError(PhishlabError, KeyboardInterrupt):
    """The analyst stopped the work; the text says where it is kept, and how it goes on."""
