"""The case folder: what was received, every answer that was got, and who did what with it.

A folder is a BagIt bag (RFC 8493), answers are WARC 1.1, so that other tools can check both.
"""

from __future__ import annotations
