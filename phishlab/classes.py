"""``dataclass``, ``field``, ``replace`` and ``NamedTuple`` of the standard library, made in a tenth of its time.

Whoever reads the code or checks its types may take them for those, and what they make as well: frozen where it says
so, slotted, equal by value, with the same repr, pickled, known to ``dataclasses.fields``, ``asdict`` and ``replace``.
But the standard library imports ``inspect``, and writes out and compiles six functions for each class: 30 ms for the
forty classes on the way of one mail, a third of a cold start. Here the classes share their methods; only the
initialiser of a class that is made often is written out, and what ``dataclasses`` knows of a class is worked out when
it is asked.

A field that ``late`` names may be given as ``later(make)``: *make* is called when the field is first read, and what
it returns is kept. Who looks at the links of ten thousand mails does not wait for their visible text.

A ``NamedTuple`` compiles the annotation of each field to check that it is a type; here ``collections.namedtuple``
makes it, as there, and the annotations stay texts.

Left out: inherited fields, ``InitVar``, ``order``, classes without slots, ``init=False`` with a default, and what
``field`` can say of comparing.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from itertools import repeat
from operator import attrgetter, call
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
    from typing import NamedTuple

__all__ = ["NamedTuple", "dataclass", "field", "late", "later", "replace"]

_T = TypeVar("_T")

_FEW = 64
"""So many objects of a class are filled field by field; its own initialiser takes as long to write as 100 to fill."""

_NONE: Any = object()
"""Stands where no default is."""

_Methods = dict[str, Any]

_become: Callable[[object, type], None] = vars(object)["__class__"].__set__
"""Gives an object another class with the same slots."""


class _Field:
    """What is said of one field, in the words of ``dataclasses.field``."""

    __slots__ = ("default", "init", "new", "repr")

    def __init__(
        self,
        *,
        default: Any = _NONE,  # noqa: ANN401 - any default
        default_factory: Callable[[], Any] = _NONE,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - its name there
    ) -> None:
        self.default, self.new, self.init, self.repr = default, default_factory, init, repr

    def told(self) -> Any:  # noqa: ANN401 - as dataclasses.field has it
        """The same for ``dataclasses``."""
        import dataclasses

        said: dict[str, Any] = {"default": self.default, "default_factory": self.new}
        given = {key: value for key, value in said.items() if value is not _NONE}
        return dataclasses.field(init=self.init, repr=self.repr, **given)


class _Plan:
    """What the shared methods have to know of one class."""

    __slots__ = ("fields", "frozen", "given", "known", "kw_only", "made", "needed", "setters", "values")

    def __init__(self, fields: dict[str, _Field], *, frozen: bool, kw_only: bool) -> None:
        self.fields, self.frozen, self.kw_only, self.made = fields, frozen, kw_only, 0
        self.given = tuple(name for name, each in fields.items() if each.init)
        self.known = frozenset(self.given)
        self.needed = {name for name in self.given if fields[name].default is fields[name].new is _NONE}
        self.setters: dict[str, Callable[[Any, Any], None]] = {}
        getter = attrgetter(*fields)
        self.values: Callable[[Any], Any] = getter if len(fields) > 1 else lambda record: (getter(record),)


def _dataclass(*, slots: bool, frozen: bool = False, kw_only: bool = False) -> Callable[[type], type]:
    """The class again, with a slot for each of its annotations, and the methods that it does not have itself."""
    if not slots:
        raise TypeError("a class without slots is dataclasses' own")

    def made(cls: type) -> type:
        own = dict(vars(cls))
        fields = {name: _field_of(own.pop(name, _NONE)) for name in cls.__annotations__}
        for name in ("__dict__", "__weakref__"):
            own.pop(name, None)
        plan = _Plan(fields, frozen=frozen, kw_only=kw_only)
        names = {
            "__slots__": tuple(fields),
            "__match_args__": () if kw_only else plan.given,
            "__plan__": plan,
        }
        new = type(cls)(cls.__name__, cls.__bases__, {**(_FROZEN if frozen else _OPEN), **own, **names})
        new.__qualname__ = cls.__qualname__
        plan.setters = {name: vars(new)[name].__set__ for name in fields}
        return new

    return made


def late(*names: str) -> Callable[[type[_T]], type[_T]]:
    """The frozen class again, the fields *names* of which may be given as ``later(make)``."""

    def made(cls: type[_T]) -> type[_T]:
        for name in names:
            setattr(cls, name, _Late(vars(cls)[name]))
        return cls

    return made


def later(make: Callable[[], _T]) -> _T:
    """What stands in a late field until it is read; *make* must not raise."""
    return cast(_T, _Later(make))


class _Later:
    __slots__ = ("make",)

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make


class _Late:
    """A slot whose value is made when it is first read: for what compares, copies and pickles as well."""

    __slots__ = ("_slot",)

    def __init__(self, slot: Any) -> None:  # noqa: ANN401 - a member descriptor, which has no name of its own
        self._slot = slot

    def __get__(self, record: Any, cls: type) -> Any:  # noqa: ANN401 - any record, any value
        if record is None:
            return self
        value = self._slot.__get__(record)
        if type(value) is _Later:
            value = value.make()
            self._slot.__set__(record, value)
        return value


def _field_of(default: object) -> _Field:
    return default if isinstance(default, _Field) else _Field(default=default)


def _replace(record: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - any record, any field
    """A record like *record*, with other values in some fields."""
    plan: _Plan = record.__plan__
    if (
        len(plan.given) < len(plan.setters)
        or hasattr(record, "__post_init__")
        or not changes.keys() <= plan.known
    ):
        kept = {name: getattr(record, name) for name in plan.given}
        return type(record)(**{**kept, **changes})
    made = object.__new__(type(record))
    any(
        map(call, plan.setters.values(), repeat(made), plan.values(record))
    )  # a setter returns None: all are called
    for name, value in changes.items():
        plan.setters[name](made, value)
    return made


def _init(self: Any, /, *values: Any, **named: Any) -> None:  # noqa: ANN401 - any field
    """Fills the fields one by one; the class's own initialiser takes over where it is called often, or wrongly."""
    plan: _Plan = self.__plan__
    plan.made += 1
    given = {**dict(zip(() if plan.kw_only else plan.given, values, strict=False)), **named}
    whole = len(given) == len(values) + len(named) and plan.needed <= given.keys() <= plan.known
    if plan.made > _FEW or not whole:
        type(self).__init__ = _initialiser(type(self), plan)
        self.__init__(*values, **named)
        return
    for name, each in plan.fields.items():
        if name in given:
            plan.setters[name](self, given[name])
        elif each.init:
            plan.setters[name](self, each.default if each.new is _NONE else each.new())
    if hasattr(self, "__post_init__"):
        self.__post_init__()


def _initialiser(cls: type, plan: _Plan) -> Callable[..., None]:
    """``def __init__(self, *, what, detail=_default_detail): …; self.what = what; …``, compiled.

    Python stores into a slot in a tenth of the time that its descriptor takes, but not where the class has a
    ``__setattr__``. So a frozen record is, while it is filled, one of a class with the same slots and nothing else.
    """
    names: dict[str, Any] = {"_NONE": _NONE, "_cls": cls, "_become": _become}
    parameters, lines = ["self", *(["*"] if plan.kw_only and plan.given else [])], ["pass"]
    as_open = plan.frozen and cls.__bases__ == (object,)
    if as_open:
        names["_Open"] = type(cls.__name__, (), {"__slots__": tuple(plan.fields)})
        lines.append("_become(self, _Open)")
    for name in plan.given:
        each = plan.fields[name]
        names |= {
            f"_set_{name}": plan.setters[name],
            f"_default_{name}": each.default,
            f"_new_{name}": each.new,
        }
        parameters.append(name if name in plan.needed else f"{name}=_default_{name}")
        fresh = name if each.new is _NONE else f"_new_{name}() if {name} is _NONE else {name}"
        lines.append(f"self.{name} = {fresh}" if as_open else f"_set_{name}(self, {fresh})")
    lines += ["_become(self, _cls)"] if as_open else []
    lines += ["self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines), names)  # noqa: S102 - names of fields, as dataclasses does
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _repr(self: Any) -> str:  # noqa: ANN401 - any record
    shown = (name for name, each in self.__plan__.fields.items() if each.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _eq(self: Any, other: Any) -> bool:  # noqa: ANN401 - any record
    if type(other) is not type(self):
        return NotImplemented  # type: ignore[no-any-return] # as every __eq__ does
    values = self.__plan__.values
    same: bool = values(self) == values(other)
    return same


def _hash(self: Any) -> int:  # noqa: ANN401 - any record
    return hash(self.__plan__.values(self))


def _state(self: Any) -> Any:  # noqa: ANN401 - any record
    return self.__plan__.values(self)


def _restore(self: Any, state: Any) -> None:  # noqa: ANN401 - any record
    for setter, value in zip(self.__plan__.setters.values(), state, strict=True):
        setter(self, value)


def _refuse(_self: object, name: str, *_value: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change field {name!r}: use replace")


class _Told:
    """What ``dataclasses`` and ``inspect`` know of a class, worked out from a twin when it is first asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, _record: object, cls: Any) -> Any:  # noqa: ANN401 - any class
        import dataclasses
        import inspect

        plan: _Plan = cls.__plan__
        body = {name: each.told() for name, each in plan.fields.items()}
        named = {"__annotations__": cls.__annotations__, "__module__": cls.__module__}
        twin: Any = type(cls.__name__, (), {**named, **body})
        twin = dataclasses.dataclass(frozen=plan.frozen, kw_only=plan.kw_only)(twin)
        cls.__signature__ = inspect.signature(twin)
        cls.__dataclass_fields__, cls.__dataclass_params__ = (
            twin.__dataclass_fields__,
            twin.__dataclass_params__,
        )
        return vars(cls)[self.name]


_OPEN: _Methods = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": None,
    "__replace__": _replace,
    "__dataclass_fields__": _Told("__dataclass_fields__"),
    "__dataclass_params__": _Told("__dataclass_params__"),
    "__signature__": _Told("__signature__"),
}
_FROZEN: _Methods = {
    **_OPEN,
    "__hash__": _hash,
    "__setattr__": _refuse,
    "__delattr__": _refuse,
    "__getstate__": _state,
    "__setstate__": _restore,
}


class _Named(type):
    """Makes ``collections.namedtuple``'s class out of the body of one that says ``class Name(NamedTuple)``."""

    def __new__(cls, name: str, _bases: tuple[type, ...], body: dict[str, Any]) -> Any:  # noqa: ANN401 - a tuple's class
        fields = body.get("__annotations__", {})
        defaults = [body.pop(field) for field in fields if field in body]
        made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])  # type: ignore[misc] # noqa: PYI024 - it is what typing's is made of
        for key, value in body.items():
            if key not in {"__module__", "__orig_bases__"}:
                setattr(made, key, value)
        return made


class _AsBase:
    """What stands in the place of the base: Python asks it for the real one."""

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        return (type.__new__(_Named, "NamedTuple", (), {}),)


if not TYPE_CHECKING:
    dataclass, field, replace, NamedTuple = _dataclass, _Field, _replace, _AsBase()
