"""Links that lead through somebody else's server: the target is read from the link itself, nothing is asked.

Mail filters rewrite links (SafeLinks, Proofpoint …), large sites redirect (Google, Bing, YouTube …), and phishers
borrow both. Only wrappers whose form is known are opened: a ``url=`` of an unknown host means nothing.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote, unquote_plus

from phishlab import patterns
from phishlab.classes import dataclass
from phishlab.indicators.urls import Url, url

MAX_LAYERS = 10
_LONGEST = 65_536
"""Longer than any server takes; what is longer is not opened."""
_FOLLOWED = frozenset({"http", "https", "ftp"})
# google.com, google.jp, google.co.jp, google.com.br: the forms that Google's own country sites have.
_GOOGLE = patterns.late(r"(?:[a-z0-9-]+\.){0,2}google\.(?:com|cat|[a-z]{2}|com?\.[a-z]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapper:
    """One kind of wrapper: whose it is, which hosts and paths it has, and how it names its target.

    *hosts* match themselves and every name below them. *domain_only*: it tells the target's domain, not the URL.
    """

    title: str
    hosts: tuple[str, ...]
    target: Callable[[Url], str | None]
    paths: tuple[str, ...] = ("/",)
    domain_only: bool = False

    def fits(self, found: Url) -> bool:
        """Whether *found* stands on its hosts and begins with one of its paths."""
        return found.path.startswith(self.paths) and any(_below(found.host, host) for host in self.hosts)


def unwrap(text: str) -> tuple[str, ...]:
    """The chain of URLs from *text* to its target, the outermost first; one link alone where nothing is wrapped.

    ``https://www.google.com/url?q=https://evil.example/`` gives that and ``https://evil.example/``. At most
    MAX_LAYERS wrappers are opened; an empty tuple where *text* is no URL.
    """
    found = url(text)
    if found is None:
        return ()
    return (found.href, *(inner.href for _, inner in islice(_layers(found), MAX_LAYERS)))


def through(text: str) -> Wrapper | None:
    """The outermost wrapper that *text* leads through, or None."""
    found = url(text)
    layer = next(_layers(found), None) if found is not None else None
    return layer[0] if layer else None


def is_wrapped(found: Url) -> bool:
    """Whether a wrapper of known form stands around another URL: cheap for all other hosts."""
    return bool(_candidates(found.host)) and next(_layers(found), None) is not None


def _layers(found: Url) -> Iterator[tuple[Wrapper, Url]]:
    """Each wrapper around *found*'s target with the URL inside it; stops where a URL comes back."""
    seen = {found.href}
    while layer := _opened(found):
        found = layer[1]
        if found.href in seen:
            return
        seen.add(found.href)
        yield layer


def _opened(found: Url) -> tuple[Wrapper, Url] | None:
    if len(found.href) > _LONGEST:
        return None
    for wrapper in _candidates(found.host):
        inner = url(wrapper.target(found) or "") if wrapper.fits(found) else None
        if inner is not None and inner.scheme in _FOLLOWED and inner.host:
            return wrapper, inner
    return None


@lru_cache(maxsize=1024)
def _candidates(host: str) -> tuple[Wrapper, ...]:
    return _GOOGLE_WRAPPERS if _GOOGLE.fullmatch(host) else _BY_TAIL.get(_tail(host), ())


def _below(host: str, parent: str) -> bool:
    return host == parent or host.endswith("." + parent) or parent == "google"


def _tail(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])


# --- how a wrapper names its target -----------------------------------------------------------------------


def _value(found: Url, *names: str) -> str | None:
    """The first query parameter of that name, as it stands, percent-encoding and all."""
    for pair in found.query.split("&"):
        name, _, value = pair.partition("=")
        if name in names and value:
            return value
    return None


def _parameter(*names: str) -> Callable[[Url], str | None]:
    """``?url=https%3A%2F%2Fevil.example%2F``."""

    def target(found: Url) -> str | None:
        value = _value(found, *names)
        return unquote_plus(value) if value else None

    return target


def _open_ended(name: str) -> Callable[[Url], str | None]:
    """``…&adurl=https://evil.example/?a=1&b=2``: a bare URL runs to the end, an encoded one to the next ``&``."""

    def target(found: Url) -> str | None:
        _, mark, rest = ("&" + found.query).partition(f"&{name}=")
        if not mark:
            return None
        return (
            rest if rest.lower().startswith(("http://", "https://")) else unquote_plus(rest.partition("&")[0])
        )

    return target


def _base64(text: str) -> str | None:
    clean = unquote(text).strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return urlsafe_b64decode(clean + "=" * (-len(clean) % 4)).decode("utf-8")
    except ValueError:
        return None


def _sophos(found: Url) -> str | None:
    """``?d=evil.example&u=aHR0cHM6Ly9ldmlsLmV4YW1wbGUvYQ==``."""
    value = _value(found, "u")
    return _base64(value) if value else None


def _bing(found: Url) -> str | None:
    """``/ck/a?!&&p=…&u=a1aHR0cHM6Ly9ldmlsLmV4YW1wbGUvYQ&ntb=1``: ``a1`` and base64url."""
    value = _value(found, "u") or ""
    return _base64(value[2:]) if value.startswith("a1") else None


def _domain(found: Url) -> str | None:
    """``/s/AbCdEf?domain=evil.example``: the rest of the URL is known to the wrapper's owner alone."""
    value = _value(found, "domain")
    return f"https://{unquote(value)}/" if value else None


def _in_path(found: Url) -> str | None:
    """``/1abcDEF/https%3A%2F%2Fevil.example%2Fa``."""
    return unquote(found.path.partition("/")[2].partition("/")[2])


def _proofpoint(found: Url) -> str | None:
    """The three forms: ``/v1/url?u=``, ``/v2/url?u=`` and ``/v3/__…__;…!``."""
    if found.path.startswith("/v1/"):
        value = _value(found, "u")
        return unquote(value) if value else None
    if found.path.startswith("/v2/"):
        value = _value(found, "u")
        return unquote(value.translate(_PROOFPOINT_V2)) if value else None
    return _proofpoint_v3(found.href)


_PROOFPOINT_V2 = str.maketrans("-_", "%/")
_PROOFPOINT_V3 = patterns.late(r"https?://[^/]{1,300}/v3/__(.+?)__;([A-Za-z0-9_=-]*)!")
_RUNS = {
    letter: length
    for length, letter in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", start=2
    )
}


def _proofpoint_v3(href: str) -> str | None:
    """``/v3/__https://evil.example/a*b__;Iw!!…``: ``*`` stands for one taken-out character, ``**B`` for three.

    The characters stand behind the semicolon in base64url; the letter after ``**`` counts from two (``A``).
    """
    found = _PROOFPOINT_V3.match(href)
    taken = _base64(found[2]) if found else None
    if found is None or taken is None:
        return None
    left = iter(taken)

    def put_back(mark: re.Match[str]) -> str:
        return "".join(islice(left, _RUNS[mark[1]] if mark[1] else 1))

    inside = re.sub(r"\A([A-Za-z][A-Za-z0-9+.-]{0,20}:/)(?=[^/])", r"\1/", found[1])
    return re.sub(r"\*(?:\*([A-Za-z0-9_-]))?", put_back, unquote(inside))


def _google_translate(found: Url) -> str | None:
    """``https://evil--host-com.translate.goog/a?_x_tr_sl=auto``: dots as ``-``, hyphens doubled.

    By Google's description for advertisers: ``_x_tr_hp`` holds the beginning of a long name, ``_x_tr_enc=0`` says
    that ``0-`` stands for ``xn--``, ``1`` that ``1-`` only shields what follows.
    """
    label = found.host.removesuffix(".translate.goog")
    if "." in label or label == found.host:
        return None
    label = (_value(found, "_x_tr_hp") or "") + label
    encodings = (unquote(_value(found, "_x_tr_enc") or "")).split(",")
    if "1" in encodings:
        label = label.removeprefix("1-")
    international = "0" in encodings and label.startswith("0-")
    name = re.sub(r"(?<=[0-9A-Za-z_])-(?=[0-9A-Za-z_])", ".", label[2:] if international else label)
    scheme = "http" if _value(found, "_x_tr_sch") == "http" else "https"
    return f"{scheme}://{'xn--' if international else ''}{name.replace('--', '-')}{_rest(found)}"


def _rest(found: Url) -> str:
    kept = [pair for pair in found.query.split("&") if pair and not pair.startswith("_x_tr_")]
    query = "?" + "&".join(kept) if kept else ""
    return found.path + query + (f"#{found.fragment}" if found.fragment else "")


def _amp(found: Url) -> str | None:
    """``/amp/s/evil.example/a`` (https) and ``/amp/evil.example/a`` (http), also ``/c/s/…`` of the AMP cache."""
    inner = found.path.strip("/").partition("/")[2]
    scheme = "https" if inner.startswith("s/") else "http"
    query = f"?{found.query}" if found.query else ""
    return f"{scheme}://{inner.removeprefix('s/')}{query}" if inner else None


def _yahoo(found: Url) -> str | None:
    """``/_ylt=…/RU=https%3a%2f%2fevil.example%2fa/RK=2/RS=…``."""
    mark = re.search(r"/RU=([^/]{1,4096})/", found.path)
    return unquote(mark[1]) if mark else None


# --- the wrappers -------------------------------------------------------------------------------------------

WRAPPERS = (
    Wrapper(
        title="Microsoft Safe Links",
        hosts=("safelinks.protection.outlook.com", "safelinks.protection.office365.us"),
        target=_parameter("url"),
    ),
    Wrapper(
        title="Microsoft Safe Links",
        hosts=("statics.teams.cdn.office.net",),
        paths=("/evergreen-assets/safelinks/",),
        target=_parameter("url"),
    ),
    Wrapper(
        title="Proofpoint URL Defense",
        hosts=("urldefense.proofpoint.com", "urldefense.com", "urldefense.us"),
        paths=("/v1/", "/v2/", "/v3/"),
        target=_proofpoint,
    ),
    Wrapper(
        title="Mimecast",
        hosts=("mimecast.com", "mimecastprotect.com"),
        paths=("/s/",),
        target=_domain,
        domain_only=True,
    ),
    Wrapper(title="Barracuda", hosts=("linkprotect.cudasvc.com",), paths=("/url",), target=_parameter("a")),
    Wrapper(title="Cisco Secure Email", hosts=("secure-web.cisco.com",), target=_in_path),
    Wrapper(title="Trend Micro", hosts=("tmase.trendmicro.com",), target=_parameter("url")),
    Wrapper(
        title="Trend Micro", hosts=("trendmicro.com",), paths=("/wis/clicktime/",), target=_parameter("url")
    ),
    Wrapper(title="Sophos", hosts=("protection.sophos.com",), target=_sophos),
    Wrapper(
        title="FireEye",
        hosts=("protect.fireeye.com", "protect2.fireeye.com"),
        paths=("/url", "/v1/url"),
        target=_parameter("u"),
    ),
    Wrapper(title="Google Translate", hosts=("translate.goog",), target=_google_translate),
    Wrapper(
        title="Google Translate", hosts=("google",), paths=("/translate", "/website"), target=_parameter("u")
    ),
    Wrapper(title="Google AMP", hosts=("google",), paths=("/amp/",), target=_amp),
    Wrapper(title="Google AMP", hosts=("cdn.ampproject.org",), paths=("/c/", "/v/"), target=_amp),
    Wrapper(title="Google", hosts=("google",), paths=("/url",), target=_parameter("q", "url")),
    Wrapper(
        title="Google advertising",
        hosts=("doubleclick.net", "googleadservices.com"),
        paths=("/pcs/click", "/aclk", "/pagead/aclk"),
        target=_open_ended("adurl"),
    ),
    Wrapper(title="YouTube", hosts=("youtube.com",), paths=("/redirect",), target=_parameter("q")),
    Wrapper(title="Bing", hosts=("bing.com",), paths=("/ck/a",), target=_bing),
    Wrapper(title="Yahoo Search", hosts=("search.yahoo.com", "r.search.yahoo.com"), target=_yahoo),
    Wrapper(title="Slack", hosts=("slack-redir.net",), paths=("/link",), target=_parameter("url")),
    Wrapper(
        title="LinkedIn",
        hosts=("linkedin.com",),
        paths=("/safety/go", "/redir/redirect"),
        target=_parameter("url"),
    ),
    Wrapper(title="Facebook", hosts=("l.facebook.com", "lm.facebook.com"), target=_parameter("u")),
    Wrapper(title="Instagram", hosts=("l.instagram.com",), target=_parameter("u")),
)
"""From the wrappers' own links; each has a test with one of its forms."""

_GOOGLE_WRAPPERS = tuple(wrapper for wrapper in WRAPPERS if wrapper.hosts == ("google",))
_BY_TAIL: dict[str, tuple[Wrapper, ...]] = {}
for _wrapper in WRAPPERS:
    for _name in _wrapper.hosts:
        _BY_TAIL[_tail(_name)] = (*_BY_TAIL.get(_tail(_name), ()), _wrapper)
