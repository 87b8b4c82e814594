"""How a group of variables is read and explained."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
)

from shared.errors import Misconfigured


def split(value: object) -> object:
    """Make a list of text that is separated by commas; anything else stays as it is."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


CommaSeparated = Annotated[tuple[str, ...], BeforeValidator(split)]


class Settings(BaseModel):
    """Base of every group of variables; an empty variable counts as unset, unknown ones are not ours."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=str.upper,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read and validate; raises `Misconfigured` that names the first wrong variable and what to write."""
        try:
            return cls.model_validate({name: value for name, value in env.items() if value.strip()})
        except ValidationError as error:
            raise cls._explained(error) from None

    @classmethod
    def _explained(cls, error: ValidationError) -> Misconfigured:
        fault = error.errors(include_input=False)[0]
        variable = str(fault["loc"][0]) if fault["loc"] else cls.__name__
        wanted = {(field.alias or name): field for name, field in cls.model_fields.items()}.get(variable)
        problem = "is not set" if fault["type"] == "missing" else fault["msg"].removeprefix("Value error, ")
        return Misconfigured(
            variable, f"{problem}; write {wanted.description if wanted else 'a valid value'}"
        )
