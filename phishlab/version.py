"""The version: of the package, and in every case and report that it makes."""

from __future__ import annotations

__version__ = "0.1.0"
