"""Sentences about fields, in our own words: the validator's would tell of classes and types."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .contract import Box, Image, JsonBody

_LONGEST_NAME = 100
"""Characters; a name that we don't know may be anything."""

_FIELDS = {
    field.alias or name for model in (JsonBody, Image, Box) for name, field in model.model_fields.items()
}
"""The fields' names in a request: among the parts of a place, the validator has names of types of its own."""

_NUMBER, _WHOLE = "write a number", "write a whole number"

_SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "write text",
    "string_unicode": "write text in UTF-8",
    "string_too_short": "write at least {min_length} character",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "write 1 to 129 letters, digits and _=/+-",
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    "greater_than_equal": "write at least {ge}",
    "less_than_equal": "write at most {le}",
    "tuple_type": "write a list",
    "too_long": "write at most {max_length} values",
    "literal_error": "write {expected}",
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "write an object"),
}
"""By the validator's name for it; what is not here is one of our own errors."""


def sentence(error: ValidationError) -> str:
    """The first fault: the field, and what to write."""
    first = error.errors(include_input=False, include_url=False)[0]
    name, *inside = first["loc"] or ("body",)
    known = [str(part) for part in inside if part in _FIELDS or isinstance(part, int)]
    unknown = [str(part) for part in inside[-1:] if first["type"] == "extra_forbidden"]
    where = ".".join([str(name), *known, *unknown])
    return f"{where[:_LONGEST_NAME]}: {_said(first)}"


def _said(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context["error"])
    return _SENTENCES.get(fault["type"], "is not as the API's description has it").format_map(context)
