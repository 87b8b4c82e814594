"""Groups of environment variables: declared, read and explained here, and looked at nowhere else.

Field names in upper case are the variables' names; `description` says what to write, and is what an operator
reads when the value is missing or wrong.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from shared.errors import Misconfigured

# pydantic reads about every installed package to find plugins of its own, before its first model is built.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

LETTERS = 2
"""A variable that differs in so many letters from one of ours is taken for a slip of the pen."""


_OTHERS = frozenset({"COLOR"})
"""Variables of other programs with names like ours: this one is npm's."""


def separated(value: str) -> list[str]:
    """Make a list of text that is separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()]


def split(value: object) -> object:
    """Do the same; anything but text stays as it is."""
    return separated(value) if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(split)]


class Settings(BaseModel):
    """Base of every group of variables; an empty variable counts as unset."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=str.upper,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        # Most groups are only parts of others, which alone are read.
        defer_build=True,
    )

    former: ClassVar[Mapping[str, str]] = {}
    """Variables that are no more, and what to do instead."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read and check; raises `Misconfigured` that names all that is missing or wrong."""
        settings, faults = cls.judged(env)
        if settings is None or faults:
            raise Misconfigured.together(faults)
        return settings

    @classmethod
    def judged(cls, env: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """Read and check; None where a value is wrong, and everything that is missing or wrong."""
        given = {name: value for name, value in env.items() if value.strip()}
        settings, faults = cls.read(given)
        return settings, [*_misnamed(given), *faults]

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Self | None, list[Misconfigured]]:
        """Read variables of which none is empty; None where one is wrong, and all faults, each once."""
        try:
            settings = cls.model_validate(given)
        except ValidationError as error:
            faults = [cls._explained(*_told(fault)) for fault in error.errors(include_input=False)]
            # A part of which each value is right may still contradict itself.
            parts = [part for part in cls.__bases__ if issubclass(part, Settings) and part is not Settings]
            return None, unique([*faults, *(fault for part in parts for fault in part.read(given)[1])])
        return settings, list(settings.contradictions())

    def contradictions(self) -> Iterator[Misconfigured]:
        """The faults of values that are right by themselves but not together."""
        return iter(())

    @classmethod
    def variables(cls) -> dict[str, FieldInfo]:
        """The fields by the names of their variables."""
        return {field.alias or name: field for name, field in cls.model_fields.items()}

    @classmethod
    def _explained(cls, variable: str, problem: str) -> Misconfigured:
        wanted = cls.variables().get(variable)
        return Misconfigured(
            variable or cls.__name__, f"{problem}; write {wanted.description if wanted else 'a valid value'}"
        )


def unique(faults: Sequence[Misconfigured]) -> list[Misconfigured]:
    """Each fault once."""
    return list({str(fault): fault for fault in faults}.values())


def _told(fault: Mapping[str, object]) -> tuple[str, str]:
    """The variable that one of pydantic's errors is about, and its fault."""
    where, said = fault["loc"], str(fault["msg"]).removeprefix("Value error, ")
    variable = str(where[0]) if isinstance(where, tuple) and where else ""
    return variable, "is not set" if fault["type"] == "missing" else said


def _misnamed(given: Mapping[str, str]) -> Iterator[Misconfigured]:
    """The faults of names that are no more, or that are nearly ours."""
    names, former = known().keys(), dict[str, str]()
    for group in _all(Settings):
        former |= group.former
    for name in sorted(given.keys() - names - _OTHERS):
        if name in former:
            yield Misconfigured(name, f"is no setting any more; {former[name]}")
        elif meant := nearest(name, names - given.keys()):
            yield Misconfigured(name, f"is no setting; did you mean {meant}? Rename it, or remove it")


def known() -> dict[str, FieldInfo]:
    """The variables of all groups that are loaded, with their fields."""
    return {name: field for group in _all(Settings) for name, field in group.variables().items()}


def nearest(name: str, names: Iterable[str]) -> str:
    """The first name that differs in no more than `LETTERS`; empty where none is so near."""
    return next((each for each in sorted(names) if _is_near(name, each)), "")


def _all(group: type[Settings]) -> Iterator[type[Settings]]:
    for each in group.__subclasses__():
        yield each
        yield from _all(each)


def _is_near(one: str, other: str, letters: int = LETTERS) -> bool:
    """True if at most so many letters are wrong, too many or missing."""
    if abs(len(one) - len(other)) > letters or len(set(one) ^ set(other)) > 2 * letters:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    if not (one and other):
        return True
    rests = ((one[1:], other[1:]), (one[1:], other), (one, other[1:]))
    return letters > 0 and any(_is_near(*rest, letters - 1) for rest in rests)
