"""Changes to a plan as Terraform shows it: what a function is told, and how long it may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Plan = dict[str, Any]
Change = Callable[[Plan], None]
FUNCTIONS = ("enrich", "search")


def resources(module: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    yield from (each["values"] for each in module.get("resources", ()) if each["type"] == kind)
    for child in module.get("child_modules", ()):
        yield from resources(child, kind)


def service(plan: Plan, function: str) -> dict[str, Any]:
    """What runs of a function, to be changed."""
    root = plan["planned_values"]["root_module"]
    [found] = (
        each["service_config"][0]
        for each in resources(root, "google_cloudfunctions2_function")
        if each["build_config"][0]["entry_point"] == function
    )
    service_config: dict[str, Any] = found
    return service_config


def environment(plan: Plan, function: str) -> dict[str, str]:
    found: dict[str, str] = service(plan, function)["environment_variables"]
    return found


def edit(function: str, **variables: str) -> Change:
    return lambda plan: environment(plan, function).update(variables)


def both(**variables: str) -> Change:
    def change(plan: Plan) -> None:
        for function in FUNCTIONS:
            edit(function, **variables)(plan)

    return change


def ended_after(function: str, seconds: int) -> Change:
    return lambda plan: service(plan, function).update(timeout_seconds=seconds)


def secret(function: str, name: str) -> Change:
    return lambda plan: service(plan, function)["secret_environment_variables"].append({"key": name})


def unknown(function: str) -> Change:
    return lambda plan: service(plan, function).pop("environment_variables")
