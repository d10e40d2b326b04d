"""phishlab takes a suspicious mail apart, step by step, and leaves a write-up that anyone can check."""

from __future__ import annotations

__version__ = "0.1.0"
