"""Text that nobody sees, by the styles of its own tags."""

from __future__ import annotations

import time

import pytest

from phishlab.mail import concealed


@pytest.mark.parametrize(
    ("html", "how"),
    [
        ('<div style="display:none">secret</div>', "display:none"),
        ('<div style="DISPLAY : NONE !important"><b>secret</b></div>', "display:none"),
        ("<p hidden>secret</p>", "display:none"),
        ('<span style="font-size:0">secret</span>', "font-size:0"),
        ('<span style="font-size:1px">secret</span>', "font-size:0"),
        ('<p style="font-size:0px"><b style="font-size:2em">secret</b></p>', "font-size:0"),
        ('<p style="visibility:hidden">secret</p>', "visibility:hidden"),
        ('<p style="opacity:0;">secret</p>', "opacity:0"),
        ('<div style="max-height:0px;overflow:hidden">secret</div>', "height:0"),
        ('<p style="text-indent:-9999px">secret</p>', "text-indent:-999"),
        ('<p style="color:#FFF">secret</p>', "color = background"),
        ('<td bgcolor="#123456"><font color="rgb(18,52,86)">secret</font>', "color = background"),
        ("<font color=white>secret</font>", "color = background"),
        ('<p style="background:black"><i>secret</i></p>', "color = background"),
    ],
)  # fmt: skip
def test_each_way_to_hide(html: str, how: str) -> None:
    assert concealed.find(f"<p>before</p>{html}") == (concealed.Concealed(how, "secret"),)


@pytest.mark.parametrize(
    "html",
    [
        "<p>plain</p>",
        '<td style="font-size:0"><span style="font-size:14px">shown</span></td>',
        '<p style="font-size:0.9em">shown</p>',
        '<div style="display:none"></div><p>shown</p>',
        '<div style="display:none">&nbsp;&zwnj;&#847;</div>',
        '<img style="display:none" src=x>shown',
        '<td style="background:#000"><b style="color:#fff">shown</b></td>',
        '<td style="background:url(x)"><b style="color:#fff">shown</b></td>',
        "<style>.b{background:#00f}</style><td class=b><b style='color:#fff'>shown</b></td>",
        '<p style="visibility:hidden"><b style="visibility:visible">shown</b></p>',
        '<td style="display:none"><td>shown</td>',
        '<a href=x style="background:#000">shown</a>',
        '<p style="max-height:0">shown</p>',
        "<style>p{display:none}</style><script>x</script>",
    ],
)
def test_what_is_seen_is_not_called_hidden(html: str) -> None:
    assert concealed.find(html) == ()


@pytest.mark.parametrize(
    "piece",
    [
        '<div style="display:none">x',
        '<td style="font-size:0">y</x>',
        "<a>",
        "</div>",
        '<p style="height:1;overflow:hiddn;">',
    ],
)
def test_a_megabyte_takes_seconds(piece: str) -> None:
    began = time.process_time()
    concealed.find(piece * (1_000_000 // len(piece)))
    assert time.process_time() - began < 5
