"""PDFs that are encrypted and yet open without a password, as their makers mean to forbid copying alone.

Their strings are ciphertext to whoever reads the file; PDFium (optional extra ``qr``) opens it as a reader does.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from phishlab.mail import qr

_LONGEST = 4096
_MOST_ON_A_PAGE = 1_000


def targets(data: bytes, pages: int) -> tuple[str, ...] | None:
    """Where the links on its first *pages* lead, as they are written; None where it does not open."""
    document = qr.opened(data)
    if isinstance(document, qr.Reading):
        return None
    try:
        found = [
            target for number in range(min(len(document), pages)) for target in _of_page(document, number)
        ]
    except qr.TROUBLE:
        return None
    finally:
        document.close()
    return tuple(dict.fromkeys(found))


def _of_page(document: Any, number: int) -> Iterator[str]:  # noqa: ANN401 - pypdfium2 ships no types
    """``/Annots [<< /Subtype /Link /A << /S /URI /URI (https://evil.example/) >> >>]``."""
    import pypdfium2.raw as pdfium

    page, place, link = document[number], ctypes.c_int(0), pdfium.FPDF_LINK()
    for _ in range(_MOST_ON_A_PAGE):
        if not pdfium.FPDFLink_Enumerate(page.raw, place, link):
            return
        action = pdfium.FPDFLink_GetAction(link)
        if pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
            continue
        length = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
        if 1 < length <= _LONGEST:
            text = ctypes.create_string_buffer(length)
            pdfium.FPDFAction_GetURIPath(document.raw, action, text, length)
            yield text.value.decode("utf-8", errors="replace")
