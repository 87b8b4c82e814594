"""The variables that Terraform sets against the classes that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from pydantic import SecretStr

from functions.search.guard import PATIENCE
from functions.search.strangers import ANSWER_SECONDS, BODY_SECONDS
from shared import wiring
from shared.environment import Settings
from shared.labeling.registry import DEFAULT_RECOGNIZER, PROVIDERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings
from tests.terraform.cases import Case
from tests.terraform.given import EVERYTHING, OWN_MODELS

CLASSES: Mapping[str, type[LabelingSettings]] = {"enrich": EnrichSettings, "search": SearchSettings}
LOCAL_ONLY = frozenset({"ALGOLIA_HOSTS", "EMBEDDED_MODEL", "REKOGNITION_ENDPOINT", "VISION_ENDPOINT"})
"""What no deployment sets: the addresses of stand-ins, and the model that a bundle has in its own place."""
USELESS = {EVERYTHING: {"EMBEDDED_HEAD"}, OWN_MODELS: {"RECOGNIZER_FEATURES"}}
"""What the recognizer of a case has no use for."""
LONGEST_TIMEOUT = "60"
"""The most that `RECOGNIZER_TIMEOUT` takes, in seconds."""
GIVEN = frozenset({"GOOGLE_CLOUD_PROJECT", "PICTURE_TOPIC", "ALGOLIA_APP_ID", "ALGOLIA_INDEX"}) | {
    name for name, field in EnrichSettings.variables().items() if field.is_required()
}
"""What has no default in the module."""
ON_PURPOSE = {
    name: str(SearchSettings.variables()[name].default)
    for name in ("MAX_CONCURRENT_SEARCHES", "DAILY_RECOGNIZER_BUDGET")
} | {"MAX_EVENT_AGE": "42322"}
"""What the module has to know, because threads and costs follow from it; and what it reckons and the class
cannot: an event is parked before its deliveries are used up."""


def every_field_is_set(case: Case) -> Iterator[str]:
    """Where everything is given; elsewhere a default may be left to the class."""
    for name in CLASSES if case.name in USELESS else ():
        missing = _fields(case, name).keys() - _set(case, name) - LOCAL_ONLY - USELESS[case.name]
        yield from (f"{name}: {variable} is not set" for variable in sorted(missing))


def no_local_variable_is_set(case: Case) -> Iterator[str]:
    for name in CLASSES:
        yield from (f"{name}: {variable}" for variable in sorted(_set(case, name) & LOCAL_ONLY))


def secrets_are_no_plain_variables(case: Case) -> Iterator[str]:
    for name in CLASSES:
        secret = {variable for variable, kind in _fields(case, name).items() if _is_secret(kind)}
        plain = sorted(secret & case.environment(name).keys())
        yield from (f"{name}: {variable} is in plain sight" for variable in plain)


def search_may_end(case: Case) -> Iterator[str]:
    """However long the recognizer's time-out is made, and whatever it is asked for."""
    slow = {"RECOGNIZER_TIMEOUT": LONGEST_TIMEOUT, "RECOGNIZER_FEATURES": "largest", "ENCODER": "none"}
    longest = wiring.longest_search(SearchSettings.from_env({"RECOGNIZER": DEFAULT_RECOGNIZER, **slow}))
    longest += BODY_SECONDS + PATIENCE + ANSWER_SECONDS
    if longest >= (ends := case.function("search")["timeout_seconds"]):
        yield f"search may take {longest:g} seconds, and is ended after {ends}"


def both_see_alike(case: Case) -> Iterator[str]:
    enrich, search = (case.environment(name) for name in CLASSES)
    shared = _aliases(LabelingSettings).keys()
    for variable in sorted(shared):
        if enrich.get(variable) != search.get(variable):
            yield f"{variable}: {enrich.get(variable)} for enrich, {search.get(variable)} for search"


def changed_defaults(case: Case) -> dict[str, str]:
    """The variables that are set though nobody gave them: a default stands in the class alone."""
    changed: dict[str, str] = {}
    for name, read_by in CLASSES.items():
        for variable in read_by.variables().keys() - GIVEN:
            plain = case.environment(name).get(variable)
            if plain is not None:
                changed[variable] = plain
    return changed


def _set(case: Case, name: str) -> set[str]:
    return case.environment(name).keys() | case.secrets(name)


def _fields(case: Case, name: str) -> dict[str, object]:
    """The variables a function reads, those of its recognizer and encoder included, with their types."""
    told = case.environment(name)
    chosen = (told.get("RECOGNIZER", DEFAULT_RECOGNIZER), told.get("ENCODER", ""))
    classes = (CLASSES[name], *(PROVIDERS[each].settings for each in chosen if each in PROVIDERS))
    return {variable: kind for each in classes for variable, kind in _aliases(each).items()}


def _aliases(read_by: type[Settings]) -> dict[str, object]:
    return {name: field.annotation for name, field in read_by.variables().items()}


def _is_secret(kind: object) -> bool:
    return kind is SecretStr or SecretStr in get_args(kind)
