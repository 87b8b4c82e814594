from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.reference.module import Entry, Module, Output, Typed, attributes, page, read, short

SEARCH = """
variable "search" {
  description = <<-EOT
    The search function,
    called by "storefronts".

    - `public`: true lets anybody call it
    - `hosts`: where pictures
      may come from
  EOT
  type = object({
    public = optional(bool, false) # the switch
    hosts  = optional(list(string), ["a|b"])
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.search.public || length(var.search.hosts) > 0
    error_message = "write a host"
  }
}

output "search_url" {
  description = "Where to search."
  value       = module.search.uri
}
"""
PROJECT = """
variable "project_id" {
  description = "The project's id."
  type        = string
}

variable "name" {
  description = "Begins every name."
  type        = string
  default     = "visual-search"
}

variable "channel" {
  description = "Where alerts go."
  type        = string
  default     = null
}
"""


@pytest.fixture
def module(tmp_path: Path) -> Module:
    for name, content in {"b.tf": SEARCH, "a.tf": PROJECT, "empty.tf": ""}.items():
        (tmp_path / name).write_text(content)
    return read(tmp_path)


def test_variables_are_told_in_order_as_in_terraform_and_objects_attribute_by_attribute(
    module: Module,
) -> None:
    *others, search = module.variables
    defaults = {"project_id": None, "name": '"visual-search"', "channel": "null"}
    assert {each.entry.name: each.entry.default for each in others} == defaults
    assert [each.entry.name for each in others] == [*defaults]
    assert search.entry == Entry("search", "object", "{}", 'The search function, called by "storefronts".')
    assert search.attributes == (
        Entry("search.public", "bool", "false", "true lets anybody call it"),
        Entry("search.hosts", "list(string)", '["a|b"]', "where pictures may come from"),
    )
    assert module.outputs == (Output("search_url", "Where to search."),)


def test_the_page_says_what_has_to_be_written(module: Module) -> None:
    said = page(module)
    assert "| `project_id` | `string` | **required** | The project's id. |" in said
    assert '| `name` | `string` | `"visual-search"` | Begins every name. |' in said
    assert '| `search.hosts` | `list(string)` | `["a\\|b"]` | where pictures may come from |' in said
    assert "| `search_url` | Where to search. |" in said


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


@pytest.mark.parametrize("constraint", ["string", "list(object({a = string}))", "map(string)", "any"])
def test_other_types_have_no_attributes_and_keep_their_words(constraint: str) -> None:
    assert attributes(constraint) == ()
    assert short(constraint) == constraint
