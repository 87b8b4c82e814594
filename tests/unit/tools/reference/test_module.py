from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tools.reference.module import Typed, attributes

NAMES = st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True)
TYPES = ["string", "bool", "number", "list(string)", "map(object({a = string, b = number}))"]
DEFAULTS = st.none() | st.sampled_from(["null", "false", "10", '"a, b"', '["(", "]"]', '{a = "}"}', '"\\""'])


@settings(max_examples=30)
@given(fields=st.dictionaries(NAMES, st.tuples(st.sampled_from(TYPES), DEFAULTS), max_size=6))
def test_every_attribute_is_found_with_its_type_and_default(
    fields: dict[str, tuple[str, str | None]],
) -> None:
    written = (
        f"{name} = {kind}" if default is None else f"{name} = optional({kind}, {default})"
        for name, (kind, default) in fields.items()
    )
    found = attributes(f"object({{{', '.join(written)}}})")
    assert found == tuple(Typed(name, kind, default) for name, (kind, default) in fields.items())


def test_objects_in_objects_are_told_with_their_path() -> None:
    key = 'optional(object({secret = string, version = optional(string, "1")}))'
    assert attributes(f"object({{mode = optional(string), key = {key}, index = string}})") == (
        Typed("mode", "string", "null"),
        Typed("key", "object", "null"),
        Typed("key.secret", "string", None),
        Typed("key.version", "string", '"1"'),
        Typed("index", "string", None),
    )
