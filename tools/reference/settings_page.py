"""`docs/settings.md`: the environment variables of the functions, and the variable that sets each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from shared.labeling.registry import ENCODERS, RECOGNIZERS
from shared.settings import AlgoliaSettings, EnrichSettings, SearchSettings
from shared.settings.labeling import NO_ENCODER, LabelingSettings
from tools.reference.markdown import code, table
from tools.wiring import QueueSettings, TopicSettings

Setters = Mapping[str, tuple[str, ...]]

_ASSIGNED = re.compile(r'(?:^|\{)[ \t]*"?(?P<name>[A-Z][A-Z0-9_]+)"?\s*=\s*(?P<value>.+)$', re.MULTILINE)
_REFERENCE = re.compile(r"\bvar\.([a-z_]+(?:\.[a-z_]+)*)")

_ROOT = Path(__file__).parents[2]
_INTRODUCTION = """\
# Settings

Made from the classes that read them by `make docs`. Each is an environment variable of a function; an
empty one counts as unset. What is missing or wrong is named, with what to write, in the function's log and by
`visual-search`. The last column says who sets it in a deployment: a
[variable of the Terraform module](variables.md), *the module* by itself, or nobody (-), because it is for the
local stack and for what you run yourself."""

_COLUMNS = ("variable", "default", "what to write", "set by")
_MODULE, _NOBODY = "the module", "-"

DECIDED = (
    "ALGOLIA_APP_ID",
    "ALGOLIA_API_KEY",
    "ALGOLIA_INDEX",
    "PICTURE_BUCKET",
    "OBJECT_PATTERN",
    "RECOGNIZER",
    "CORS_ORIGINS",
)
"""The settings that every deployer has to decide about."""


def setters(files: Iterable[str]) -> Setters:
    """Environment variables the files set, each with the variables of the module its value is made of.

    Nothing is there for a name that is not set; an empty tuple for one that the module knows by itself.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for text in files:
        for assigned in _ASSIGNED.finditer(text):
            found[assigned["name"]].update(_REFERENCE.findall(assigned["value"]))
    return {name: tuple(sorted(variables)) for name, variables in found.items()}


def page(setters: Setters) -> str:
    """The page."""
    return "\n\n".join([_INTRODUCTION, *_functions(setters), *_choices(setters), *_operators()]) + "\n"


def _functions(setters: Setters) -> Iterator[str]:
    every = EnrichSettings.variables() | SearchSettings.variables()
    yield "## What you decide"
    yield "The first three are required, but for a search function that leaves searching to the storefront."
    yield _table({name: every[name] for name in DECIDED}, setters)
    both = LabelingSettings.variables() | AlgoliaSettings.variables()
    yield "## Both functions"
    yield "They have to agree on these: labels and visual words of different ones don't match each other."
    yield _table(_without(both, DECIDED), setters)
    for name, group in (("enrich", EnrichSettings), ("search", SearchSettings)):
        yield f"## `{name}`"
        yield _table(_without(group.variables(), (*both, *DECIDED)), setters)


def _without(fields: Mapping[str, FieldInfo], told: Collection[str]) -> dict[str, FieldInfo]:
    return {name: field for name, field in fields.items() if name not in told}


def _choices(setters: Setters) -> Iterator[str]:
    for variable, providers, by in (
        ("RECOGNIZER", RECOGNIZERS, "recognizer"),
        ("ENCODER", ENCODERS, "encoder"),
    ):
        for name, provider in providers.items():
            yield f"## `{variable}={name}`"
            fields = provider.settings.variables()
            # The module takes what it does not know by name from one of two maps.
            maps = {
                each: (f"{by}.{'secrets' if field.annotation is SecretStr else 'settings'}",)
                for each, field in fields.items()
            }
            yield _table(fields, maps | dict(setters))
            if variable == "RECOGNIZER" and provider.features:
                rows = ((code(each), feature.adds) for each, feature in provider.features.items())
                yield table(("`RECOGNIZER_FEATURES`", "adds"), rows)
    yield f"## `ENCODER={NO_ENCODER}`"
    yield "Needs nothing more."


def _operators() -> Iterator[str]:
    yield "## `visual-search`"
    yield (
        "The operator's commands read the variables of enrich, and these. The module's output `operator_env`"
        " has them all but the key, and `visual-search profile import` takes them over."
    )
    own = TopicSettings.variables() | QueueSettings.variables()
    known = EnrichSettings.variables()
    rows = [_row(name, field, _NOBODY)[:-1] for name, field in own.items() if name not in known]
    yield table(_COLUMNS[:-1], rows)


def _table(fields: Mapping[str, FieldInfo], setters: Setters) -> str:
    return table(_COLUMNS, (_row(name, field, _set_by(setters.get(name))) for name, field in fields.items()))


def _row(name: str, field: FieldInfo, set_by: str) -> tuple[str, ...]:
    default = "**required**" if field.is_required() else code(_written(field.get_default()))
    return (code(name), default, field.description or "", set_by)


def _set_by(variables: tuple[str, ...] | None) -> str:
    if variables is None:
        return _NOBODY
    return ", ".join(map(code, variables)) or _MODULE


def _written(value: object) -> str:
    """A default as it would be written into the variable; nothing for an empty one."""
    match value:
        case None:
            return ""
        case SecretStr():
            return value.get_secret_value()
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.12g}"
        case tuple():
            return ",".join(map(str, value))
        case _:
            return str(value).removeprefix(f"{_ROOT}/")
