"""The variables that Terraform sets against the classes that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import SecretStr

from shared.errors import Misconfigured
from shared.settings import ENCODERS, RECOGNISERS, EnrichSettings, LabelingSettings, SearchSettings, Settings
from tests.terraform.cases import EVERYTHING, OWN_MODELS, Case

CLASSES: Mapping[str, type[LabelingSettings]] = {"enrich": EnrichSettings, "search": SearchSettings}
LOCAL_ONLY = frozenset({"ALGOLIA_HOSTS", "EMBEDDED_MODEL", "REKOGNITION_ENDPOINT", "VISION_ENDPOINT"})
"""What no deployment sets: the addresses of stand-ins, and the model that a bundle has in its own place."""
PLATFORM = frozenset({"LOG_EXECUTION_ID", "THREADS"})
"""What the functions framework reads, not we."""
GIVEN = frozenset({"GOOGLE_CLOUD_PROJECT", "PICTURE_TOPIC"}) | {
    field.alias or name for name, field in EnrichSettings.model_fields.items() if field.is_required()
}
"""What has no default in the module."""
ON_PURPOSE = {"MAX_EVENT_AGE": "43200"}
"""Where the module's default is not the class's: an event is parked before its deliveries are used up."""


def every_variable_is_read(case: Case) -> Iterator[str]:
    for name in CLASSES:
        strange = _set(case, name) - PLATFORM - _fields(case, name).keys()
        yield from (f"{name}: {variable} is read by no class" for variable in sorted(strange))


def every_field_is_set(case: Case) -> Iterator[str]:
    """Where everything is given; elsewhere a default may be left to the class."""
    for name in CLASSES if case.name in (EVERYTHING, OWN_MODELS) else ():
        missing = _fields(case, name).keys() - _set(case, name) - LOCAL_ONLY
        yield from (f"{name}: {variable} is not set" for variable in sorted(missing))


def no_local_variable_is_set(case: Case) -> Iterator[str]:
    for name in CLASSES:
        yield from (f"{name}: {variable}" for variable in sorted(_set(case, name) & LOCAL_ONLY))


def secrets_are_no_plain_variables(case: Case) -> Iterator[str]:
    for name in CLASSES:
        secret = {variable for variable, kind in _fields(case, name).items() if _is_secret(kind)}
        plain = sorted(secret & case.environment(name).keys())
        yield from (f"{name}: {variable} is in plain sight" for variable in plain)


def settings_accept_what_is_set(case: Case) -> Iterator[str]:
    for name, read_by in CLASSES.items():
        try:
            read_by.from_env(_readable(case, name))
        except Misconfigured as error:
            yield f"{name}: {error}"


def time_outs_agree(case: Case) -> Iterator[str]:
    told, ends = case.environment("search").get("SEARCH_TIMEOUT"), case.function("search")["timeout_seconds"]
    if told != str(ends):
        yield f"search believes that it ends after {told} seconds, and does after {ends}"


def both_see_alike(case: Case) -> Iterator[str]:
    enrich, search = (case.environment(name) for name in CLASSES)
    shared = _aliases(LabelingSettings).keys()
    for variable in sorted(shared):
        if enrich.get(variable) != search.get(variable):
            yield f"{variable}: {enrich.get(variable)} for enrich, {search.get(variable)} for search"


def changed_defaults(case: Case) -> dict[str, str]:
    """The variables whose value, as read, is not the class's default though nobody gave it."""
    changed: dict[str, str] = {}
    for name, read_by in CLASSES.items():
        read = read_by.from_env(_readable(case, name))
        for field, told in type(read).model_fields.items():
            variable = told.alias or field
            plain = case.environment(name).get(variable)
            if plain is not None and variable not in GIVEN and getattr(read, field) != told.default:
                changed[variable] = plain
    return changed


def _set(case: Case, name: str) -> set[str]:
    return case.environment(name).keys() | case.secrets(name)


def _readable(case: Case, name: str) -> dict[str, str]:
    """The function's environment with a dummy for each secret."""
    return {**case.environment(name), **dict.fromkeys(case.secrets(name), "dummy")}


def _fields(case: Case, name: str) -> dict[str, object]:
    """The variables a function reads, those of its recogniser and encoder included, with their types."""
    told = case.environment(name)
    own = (RECOGNISERS.get(told.get("LABELER", "")), ENCODERS.get(told.get("ENCODER", "")))
    classes = (CLASSES[name], *(each for each in own if each))
    return {variable: kind for each in classes for variable, kind in _aliases(each).items()}


def _aliases(read_by: type[Settings]) -> dict[str, object]:
    return {(field.alias or name): field.annotation for name, field in read_by.model_fields.items()}


def _is_secret(kind: object) -> bool:
    return kind is SecretStr or SecretStr in get_args(kind)


RULES = (
    every_variable_is_read,
    every_field_is_set,
    no_local_variable_is_set,
    secrets_are_no_plain_variables,
    settings_accept_what_is_set,
    time_outs_agree,
    both_see_alike,
)
