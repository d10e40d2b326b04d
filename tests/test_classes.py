"""Records are dataclasses in all but what it takes to make them: each is held against the standard library's own."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import pprint
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

import pytest

from phishlab import classes

T = TypeVar("T")


@classes.dataclass(frozen=True, slots=True, kw_only=True)
class Record(Generic[T]):
    """One like those of phishlab."""

    name: str
    value: T
    marks: tuple[str, ...] = ()

    @property
    def loud(self) -> str:
        """The name, loud."""
        return self.name.upper()


@classes.dataclass(frozen=True, slots=True)
class Pair:
    """Given by position."""

    left: int
    right: int = 2
    hidden: str = classes.field(default="", repr=False)


@classes.dataclass(slots=True)
class Draft:
    """One that is filled while something is read."""

    title: str
    words: list[str] = classes.field(default_factory=list)
    count: int = classes.field(init=False)

    def __post_init__(self) -> None:
        """Counts what is there."""
        self.count = len(self.words)


@classes.dataclass(frozen=True, slots=True)
class One:
    """With a single field, and a way of its own to be shown."""

    only: float

    def __repr__(self) -> str:
        return "one"


def _twin(cls: type, **options: bool) -> Any:
    """The same class body, made by the standard library."""
    body = {
        name: value
        for name, value in vars(cls).items()
        if name in {"__annotations__", "__module__", "__post_init__"}
    }
    for each in dataclasses.fields(cls):
        body[each.name] = dataclasses.field(
            default=each.default, default_factory=each.default_factory, init=each.init, repr=each.repr
        )
    return dataclasses.dataclass(**options)(type(cls.__name__, (), body))


RECORD = _twin(Record, frozen=True, slots=True, kw_only=True)
PAIR = _twin(Pair, frozen=True, slots=True)
DRAFT = _twin(Draft, slots=True)

SAME: list[tuple[type, Any, tuple[Any, ...], dict[str, Any]]] = [
    (Record, RECORD, (), {"name": "a", "value": 1}),
    (Record, RECORD, (), {"name": "件名", "value": [2], "marks": ("x",)}),
    (Pair, PAIR, (1,), {}),
    (Pair, PAIR, (1, 3), {}),
    (Pair, PAIR, (), {"right": 4, "left": 1}),
    (Draft, DRAFT, ("t",), {}),
    (Draft, DRAFT, ("t", ["a", "b"]), {}),
]
WRONG: list[tuple[type, Any, tuple[Any, ...], dict[str, Any]]] = [
    (Record, RECORD, (), {"name": "a"}),
    (Record, RECORD, ("a", 1), {}),
    (Record, RECORD, (), {"name": "a", "value": 1, "other": 2}),
    (Pair, PAIR, (), {}),
    (Pair, PAIR, (1, 2, "", 3), {}),
    (Pair, PAIR, (1,), {"left": 1}),
    (Draft, DRAFT, ("t",), {"count": 1}),
]


@pytest.mark.parametrize(("cls", "twin", "values", "named"), SAME)
def test_it_holds_and_shows_the_same_the_first_time_and_the_hundredth(
    cls: Any, twin: Any, values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    expected = twin(*values, **named)
    for _ in range(100):
        made = cls(*values, **named)
        assert repr(made) == repr(expected)
        assert dataclasses.asdict(made) == dataclasses.asdict(expected)


@pytest.mark.parametrize("times", [0, 100])
@pytest.mark.parametrize(("cls", "twin", "values", "named"), WRONG)
def test_what_is_missing_or_too_much_is_refused_in_the_same_words(
    cls: Any, twin: Any, values: tuple[Any, ...], named: dict[str, Any], times: int
) -> None:
    """Before and after the class has an initialiser of its own."""
    fresh = _again(cls)
    for _ in range(times):
        fresh(
            **{"name": "a", "value": 1} if cls is Record else {"left": 1} if cls is Pair else {"title": "t"}
        )
    with pytest.raises(TypeError) as expected:
        twin(*values, **named)
    with pytest.raises(TypeError) as refused:
        fresh(*values, **named)
    assert str(refused.value) == str(expected.value)


def _again(cls: Any) -> Any:
    """The class made once more, as if nothing had been made of it."""
    body = {name: value for name, value in vars(cls).items() if name in {"__annotations__", "__post_init__"}}
    for each in dataclasses.fields(cls):
        if each.default is not dataclasses.MISSING:
            body[each.name] = each.default
        elif each.default_factory is not dataclasses.MISSING:
            body[each.name] = classes.field(default_factory=each.default_factory)
        elif not each.init:
            body[each.name] = classes.field(init=False)
    params = cls.__dataclass_params__
    kw_only = all(each.kw_only for each in dataclasses.fields(cls))
    return classes.dataclass(frozen=params.frozen, slots=True, kw_only=kw_only)(type(cls.__name__, (), body))


def test_it_is_equal_by_value_and_kind() -> None:
    assert Pair(1) == Pair(1, 2)
    assert Pair(1) != Pair(2)
    assert One(1.5) == One(1.5)
    assert Pair(1, 2) != PAIR(1, 2)
    assert len({Pair(1), Pair(1, 2), Pair(3)}) == 2
    with pytest.raises(TypeError, match="unhashable"):
        hash(Draft("t"))


@pytest.mark.parametrize(
    "change",
    [
        lambda pair: setattr(pair, "left", 2),
        lambda pair: setattr(pair, "other", 2),
        lambda pair: delattr(pair, "left"),
    ],
)
def test_a_frozen_one_cannot_be_changed(change: Callable[[Pair], None]) -> None:
    pair = Pair(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        change(pair)
    assert pair == Pair(1)
    assert not hasattr(pair, "__dict__")


def test_one_that_is_filled_can_be_changed_but_not_extended() -> None:
    draft = Draft("t")
    draft.title = "u"
    draft.words.append("a")
    assert (draft.title, draft.words, Draft("v").words) == ("u", ["a"], [])
    with pytest.raises(AttributeError):
        draft.other = 1  # type: ignore[attr-defined] # that is the point


@pytest.mark.parametrize("replace", [classes.replace, dataclasses.replace])
def test_replace_keeps_the_rest(replace: Any) -> None:
    record: Record[int] = Record(name="a", value=1, marks=("x",))
    assert replace(record, value=2) == Record(name="a", value=2, marks=("x",))
    assert replace(Draft("t", ["a"]), words=["b", "c"]).count == 2
    with pytest.raises(TypeError, match="other"):
        replace(record, other=1)


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))],
    ids=["copy", "deep", "pickle"],
)
def test_it_can_be_copied_and_travels(again: Any) -> None:
    for record in (Record(name="a", value=[1]), Pair(1), Draft("t", ["a"]), One(1.5)):
        assert again(record) == record


def test_the_standard_library_knows_it() -> None:
    assert dataclasses.is_dataclass(Record)
    assert [field.name for field in dataclasses.fields(Pair(1))] == ["left", "right", "hidden"]
    assert dataclasses.asdict(Record(name="a", value=Pair(1))) == {
        "name": "a",
        "value": {"left": 1, "right": 2, "hidden": ""},
        "marks": (),
    }
    assert str(inspect.signature(Pair)) == str(inspect.signature(PAIR))
    assert str(inspect.signature(Record)) == str(inspect.signature(RECORD))
    assert pprint.pformat(Pair(1)) == "Pair(left=1, right=2)"
    assert (Pair.__match_args__, Record.__match_args__) == (PAIR.__match_args__, RECORD.__match_args__)


def test_methods_of_its_own_stay() -> None:
    assert Record(name="a", value=1).loud == "A"
    assert repr(One(1.0)) == "one"
    assert Record[int](name="a", value=1) == Record(name="a", value=1)
    assert (Record.__name__, Record.__qualname__, Record.__module__) == ("Record", "Record", __name__)


@classes.late("text")
@classes.dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """Its text takes long to make."""

    name: str
    text: str = ""


def test_a_late_field_is_made_once_and_when_it_is_read() -> None:
    asked: list[str] = []

    def text() -> str:
        asked.append("once")
        return "made"

    record = Slow(name="a", text=classes.later(text))
    assert record.name == "a"
    assert not asked
    assert (record.text, record.text) == ("made", "made")
    assert asked == ["once"]


@pytest.mark.parametrize(
    "look",
    [
        lambda record: record.text,
        lambda record: pickle.loads(pickle.dumps(record)).text,
        lambda record: copy.copy(record).text,
        lambda record: copy.deepcopy(record).text,
        lambda record: dataclasses.asdict(record)["text"],
        lambda record: classes.replace(record, name="b").text,
        lambda record: dataclasses.replace(record, name="b").text,
        lambda record: record == Slow(name="a", text="made") and "made",
        lambda record: hash(record) == hash(Slow(name="a", text="made")) and "made",
        lambda record: eval(repr(record)).text,
    ],
)
def test_a_late_field_is_like_any_other_to_whoever_looks(look: Callable[[Slow], str]) -> None:
    assert look(Slow(name="a", text=classes.later(lambda: "made"))) == "made"


def test_a_late_field_cannot_be_changed_either_and_may_be_given_as_it_is() -> None:
    assert Slow(name="a").text == ""
    assert Slow(name="a", text="given").text == "given"
    with pytest.raises(dataclasses.FrozenInstanceError):
        Slow(name="a").text = "other"  # type: ignore[misc] # that is the point


def test_a_class_without_slots_is_not_for_it() -> None:
    with pytest.raises(TypeError, match="dataclasses' own"):
        classes.dataclass(slots=False)(type("Wide", (), {}))


def test_what_dataclasses_needs_is_not_imported_for_a_record() -> None:
    code = "import sys; from phishlab.records import Hop; Hop(index=0, raw=''); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"dataclasses", "inspect", "ast"} & set(run.stdout.split())


class Token(classes.NamedTuple):
    """A kind, its text, where it starts."""

    kind: str
    text: str = ""
    start: int = 0

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


class TokenTwin(NamedTuple):
    """The standard library's."""

    kind: str
    text: str = ""
    start: int = 0


def test_a_named_tuple_is_one() -> None:
    token = Token("word", "abc", start=2)
    assert token == ("word", "abc", 2)
    assert (token.end, token._replace(start=0).start, Token("x")) == (5, 0, ("x", "", 0))
    assert repr(token) == repr(TokenTwin("word", "abc", 2)).replace("TokenTwin", "Token")
    assert (Token._fields, Token._field_defaults) == (TokenTwin._fields, TokenTwin._field_defaults)
    assert (Token.__doc__, Token.__module__, Token.__qualname__) == (
        "A kind, its text, where it starts.",
        __name__,
        "Token",
    )
    assert pickle.loads(pickle.dumps(token)) == token
    assert copy.deepcopy(token) == token
    assert Token.__mro__ == (Token, tuple, object)
    for cls in (Token, TokenTwin):
        with pytest.raises(TypeError, match="kind"):
            cls()  # type: ignore[call-arg] # that is the point
    match token:
        case Token(kind, text):
            assert (kind, text) == ("word", "abc")
