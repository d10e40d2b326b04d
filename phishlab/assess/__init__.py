"""Judging: pure functions from records to findings. Nothing here asks, reads a clock or draws."""

from __future__ import annotations
