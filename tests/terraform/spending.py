"""What can be spent is reckoned from what is planned, bounded where that is wanted, and told of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.terraform.cases import Case
from tools.reference.worst_month import BusyFunction, Deployment


def the_worst_month_is_that_of_the_plan(case: Case) -> Iterator[str]:
    recognizer = case.environment("search").get("RECOGNIZER") or "google-vision"
    features = tuple(case.environment("search").get("RECOGNIZER_FEATURES", "").split(","))
    search, enrich = _size(case, "search"), _size(case, "enrich")
    busy = {
        "search": Deployment("", search, features=features),
        "everything": Deployment("", search, enrich, features),
    }
    told = _outputs(case)
    for who, each in busy.items():
        if (reckoned := told["pictures_per_minute"][who]) != each.pictures:
            yield f"{who}: {reckoned} pictures a minute, not {each.pictures}"
        usd, reckoned = each.recognizer(recognizer), told["worst_month"][who]
        if usd is None or not 0 <= reckoned - usd <= 1:
            yield f"{who}: {reckoned} USD, not {usd}"


def _size(case: Case, name: str) -> BusyFunction:
    told, given = case.function(name), case.environment(name)
    at_work = int(given.get("MAX_CONCURRENT_SEARCHES") or told["max_instance_request_concurrency"])
    rate, budget = (round(float(given.get(each, 0))) for each in ("TOTAL_RATE", "DAILY_RECOGNIZER_BUDGET"))
    return BusyFunction(told["max_instance_count"], at_work, rate, budget)


def _outputs(case: Case) -> dict[str, Any]:
    """Those of the module, which an example hands on whole."""
    told = {name: each["value"] for name, each in case.state["values"]["outputs"].items()}
    return dict(told.get("visual_search", told))
