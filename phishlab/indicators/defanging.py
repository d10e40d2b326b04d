"""Making indicators inert in a text, and back.

``http://evil.example/a`` becomes ``hxxp://evil[.]example/a``; an address ``192[.]0[.]2[.]1`` or
``2001[:]db8[:][:]1``; a mail address ``a[@]evil[.]example``. Sentences, file names, versions and times stay.
"""

from __future__ import annotations

import re
from functools import cache

from phishlab import patterns
from phishlab.indicators.addresses import address
from phishlab.indicators.urls import under_public_suffix

_SCHEMES = {"http": "hxxp", "https": "hxxps", "ftp": "fxp"}
_BACK = {inert: live for live, inert in _SCHEMES.items()}

# Endings that are top-level domains too, but in a text nearly always name a file.
_FILE_ENDINGS = frozenset(
    ["ai", "app", "bat", "cc", "java", "mov", "md", "pl", "ps", "py", "rs", "sh", "so", "zip"]
)

_LETTERS = "A-Za-z"
_ALIKE = "\u0130\u0131\u017f\u212a"
"""Four more that are one of those in the other case: browsers read the Kelvin sign as k. Spelled out, and only
where a text has one: without regard to case, or beyond ASCII, the pattern takes four times as long to compile."""
_AUTHORITY = r"""(?!(?i:h(?:tt|xx)ps?:|f[tx]p:))[^\s/\\?\#<>"'`]"""
_V6 = r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,40}:[0-9A-Fa-f:.]{0,40}[0-9A-Fa-f:]"
_INERT = patterns.late(r"(hxxps?|fxp)(?=:[/\\])|\[([.:@])\]", re.IGNORECASE)


@cache
def _indicator(az: str) -> re.Pattern[str]:
    """For the letters *az*. Every repetition is bounded, so that the time stays linear in the text."""
    label = rf"[{az}0-9_](?:[{az}0-9_-]{{0,61}}[{az}0-9_])?"
    host = rf"(?:{label}\.){{1,20}}[{az}](?:[{az}0-9-]{{0,61}}[{az}0-9])?"
    return re.compile(
        rf"""
      (?P<scheme>(?i:https?|ftp|hxxps?|fxp))(?P<slashes>:[/\\]{{1,4}})(?P<authority>(?:{_AUTHORITY}){{0,2048}})
    | (?<![{az}0-9:.])(?P<v6>{_V6})(?![{az}0-9:-]|\[?\.[{az}0-9\]])
    | (?P<at>(?<=[{az}0-9._+\-!\#$%&'*/=?^`{{|}}~"])@)(?P<domain>{host})(?![{az}0-9-]*:[/\\])
    | (?<![{az}0-9.-])(?P<v4>(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}})(?![{az}0-9-]|\.[{az}0-9]|\[@\]|@|::)
    | (?<![{az}0-9_.@-])(?P<host>{host})\.?(?![{az}0-9_@-]|\[@\])
        """,
        re.VERBOSE,
    )


def defang(text: str) -> str:
    """*text* with every URL, address, mail address and host name made inert; doing it twice changes nothing."""
    if "." not in text and ":" not in text and "@" not in text:
        return text  # each of them has one
    alike = not text.isascii() and any(letter in text for letter in _ALIKE)
    return _indicator(_LETTERS + _ALIKE if alike else _LETTERS).sub(_inert, text)


def refang(text: str) -> str:
    """The text that *defang* was given."""
    return _INERT.sub(lambda mark: mark[2] or _cased(mark[1], _BACK), text)


def _inert(found: re.Match[str]) -> str:
    if found["scheme"]:
        return _cased(found["scheme"], _SCHEMES) + found["slashes"] + _bracket(found["authority"])
    if found["at"]:
        return "[@]" + _bracket(found["domain"])
    if found["v6"]:
        return _bracket(found["v6"]).replace(":", "[:]") if address(found["v6"]) else found[0]
    if found["v4"]:
        return _bracket(found["v4"]) if address(found["v4"]) else found[0]
    host = found["host"]
    return _bracket(host) + found[0][len(host) :] if _names_a_host(host) else found[0]


def _names_a_host(host: str) -> bool:
    ending = host.rpartition(".")[2]
    if not (ending.islower() or ending.isupper()):  # "It ended.No one": a sentence without its space
        return False
    if ending.lower() in _FILE_ENDINGS and host.count(".") == 1:
        return False
    return under_public_suffix(host)


def _bracket(host: str) -> str:
    return re.sub(r"(?<!\[)\.(?!\])", "[.]", host)


def _cased(scheme: str, table: dict[str, str]) -> str:
    other = table.get(scheme.lower(), scheme)
    return other.upper() if scheme.isupper() else other
