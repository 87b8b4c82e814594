from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.reference.module import Typed, attributes, short

NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
SIMPLE = st.sampled_from(
    ["string", "bool", "number", "list(string)", "map(object({a = string, b = number}))"]
)
DEFAULTS = st.none() | st.sampled_from(["null", "false", "10", '"a, b"', '["(", "]"]', '{a = "}"}', '"\\""'])


@given(fields=st.dictionaries(NAMES, st.tuples(SIMPLE, DEFAULTS), max_size=6))
def test_every_attribute_is_found_with_its_type_and_default(
    fields: dict[str, tuple[str, str | None]],
) -> None:
    written = (
        f"{name} = {kind}" if default is None else f"{name} = optional({kind}, {default})"
        for name, (kind, default) in fields.items()
    )
    found = attributes(f"object({{{', '.join(written)}}})")
    assert found == tuple(Typed(name, kind, default) for name, (kind, default) in fields.items())


def test_an_attribute_that_may_be_left_out_is_null() -> None:
    assert attributes("object({mode = optional(string)})") == (Typed("mode", "string", "null"),)


def test_objects_in_objects_are_told_with_their_path() -> None:
    key = 'optional(object({secret = string, version = optional(string, "1")}))'
    assert attributes(f"object({{key = {key}, index = string}})") == (
        Typed("key", "object", "null"),
        Typed("key.secret", "string", None),
        Typed("key.version", "string", '"1"'),
        Typed("index", "string", None),
    )


@pytest.mark.parametrize("constraint", ["string", "list(object({a = string}))", "map(string)", "any"])
def test_other_types_have_no_attributes_and_keep_their_words(constraint: str) -> None:
    assert attributes(constraint) == ()
    assert short(constraint) == constraint
