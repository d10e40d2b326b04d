"""What outside sources say: plain functions from a wire and a subject to a Lookup.

A source never raises for an answer and never reads the absence of one as good news: what could not be
asked, refused or read is its own outcome, with a note and the exchanges that it rests on.
"""

from __future__ import annotations
