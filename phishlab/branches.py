"""Questions that are still to be asked, and what their answers let be asked: a tree that is walked two ways.

``gather`` asks it side by side on a live wire; ``plan`` reads it without asking anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from phishlab.records import Lookup

P = ParamSpec("P")
T_co = TypeVar("T_co", covariant=True)

Asked: TypeAlias = Callable[[], Lookup[T_co] | tuple[Lookup[T_co], ...]]
"""Asks when it is called."""


class Asks(Generic[P, T_co]):
    """A function that yields questions to be asked. Called, it asks them in turn; ``each`` leaves them unasked."""

    def __init__(self, each: Callable[P, Iterator[Asked[T_co]]]) -> None:
        self.each = each
        update_wrapper(self, each)

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> list[Lookup[T_co]]:
        """The look-ups, in the order of their questions."""
        return [lookup for ask in self.each(*arguments, **named) for lookup in looked_up(ask)]


def asks(each: Callable[P, Iterator[Asked[T_co]]]) -> Asks[P, T_co]:
    """For a function that yields questions: its name then asks them."""
    return Asks(each)


def looked_up(ask: Asked[T_co]) -> tuple[Lookup[T_co], ...]:
    """What *ask* hands back, as a tuple in any case."""
    found = ask()
    return found if isinstance(found, tuple) else (found,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A question, and what is asked of each value that its answer has."""

    ask: Asked[Any]
    each: str = ""
    """What its answer has: ``address`` or ``name``; empty for a question that leads to none."""
    then: Callable[[str], Iterable[Branch]] = lambda _value: ()
    alone: bool = False
    """Asked by the thread that everything else waits in: it has a process to end when the work is stopped."""


def leaves(questions: Iterable[Asked[Any]]) -> Iterator[Branch]:
    """Questions that lead to no others."""
    return (Branch(ask=ask) for ask in questions)
