"""A saved plan as `terraform show -json` prints it: the functions in it, and what they will be told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tools.bundle.contents import FUNCTIONS
from tools.exits import Ended, Exit
from tools.profile.tfvars import OURS

MAX_BYTES = 50_000_000
_SLOW = ": search is slow"


@dataclass(frozen=True, slots=True)
class Planned:
    """A function as it will be: `secrets` are variables whose values nobody sees, `timeout` is in seconds.

    `environment` is None where it is known only after the apply; `bundle` is where its zip should be.
    """

    function: str
    name: str
    bundle: Path
    environment: Mapping[str, str] | None
    secrets: frozenset[str]
    timeout: float


@dataclass(frozen=True, slots=True)
class TerraformPlan:
    """The functions; `whole` unless only parts were planned (`-target`).

    `latency` is from how many seconds on searches are called slow, None where nobody is told. `given` has
    what configurations that call the module write as plain values, by the call's address.
    """

    functions: tuple[Planned, ...]
    whole: bool
    latency: float | None
    given: Mapping[str, Mapping[str, Any]]


def read(file: TextIO) -> TerraformPlan:
    """Read the plan; raises `Ended` for what is none, or has neither function."""
    wanted = "give what `terraform show -json PLAN` prints of a plan that was saved with -out=PLAN"
    text = file.read(MAX_BYTES + 1)
    try:
        document = json.loads(text) if len(text) <= MAX_BYTES else {}
        resources = list(_resources(document["planned_values"]["root_module"]))
        plan = TerraformPlan(
            tuple(_functions(document, resources)),
            document.get("complete", True),
            _latency(resources),
            dict(_given("", document.get("configuration", {}).get("root_module", {}))),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Ended(Exit.BAD_DATA, f"this is no plan: {wanted}") from error
    if not plan.functions:
        raise Ended(Exit.BAD_DATA, f"neither function is in this plan: {wanted}")
    return plan


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _resources(child)


def _given(within: str, module: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, call in module.get("module_calls", {}).items():
        address, called = f"{within}module.{name}", call["module"]
        if called.get("variables", {}).keys() >= OURS:
            written = call.get("expressions", {})
            yield (
                address,
                {key: it["constant_value"] for key, it in written.items() if "constant_value" in it},
            )
        yield from _given(f"{address}.", called)


def _functions(document: Mapping[str, Any], resources: list[Mapping[str, Any]]) -> Iterator[Planned]:
    zips = dict(_zips(document, resources))
    for each in resources:
        if each["type"] != "google_cloudfunctions2_function":
            continue
        [build], [service] = each["values"]["build_config"], each["values"]["service_config"]
        if build["entry_point"] in FUNCTIONS:
            archive = build["source"][0]["storage_source"][0]["object"]
            yield Planned(
                build["entry_point"],
                each["values"]["name"],
                zips.get(archive, Path(archive)),
                service.get("environment_variables"),
                frozenset(secret["key"] for secret in service["secret_environment_variables"]),
                float(service["timeout_seconds"]),
            )


def _zips(document: Mapping[str, Any], resources: list[Mapping[str, Any]]) -> Iterator[tuple[str, Path]]:
    """The zips by their names; where this plan's variables name one, that is where it lies now."""
    uploaded = (each["values"] for each in resources if each["type"] == "google_storage_bucket_object")
    bundles = document.get("variables", {}).get("bundles", {}).get("value") or {}
    places = [*(each.get("source") for each in uploaded), *(bundles.get(name) for name in FUNCTIONS)]
    yield from ((Path(place).name, Path(place)) for place in places if place)


def _latency(resources: list[Mapping[str, Any]]) -> float | None:
    for each in resources:
        if each["type"] == "google_monitoring_alert_policy" and each["values"]["display_name"].endswith(
            _SLOW
        ):
            return float(each["values"]["conditions"][0]["condition_threshold"][0]["threshold_value"]) / 1000
    return None
