"""What must hold for every deployment, each rule telling what breaks it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from shared.events import reconcile
from tests.terraform.cases import Case
from tests.terraform.given import EVERYTHING, NAME, OWN_MODELS, PROJECT, REGION
from tests.terraform.leaves import of_resource, schemas

Rule = Callable[[Case], Iterator[str]]

PUBLIC = {EVERYTHING, OWN_MODELS, "public-storefront", "public-behind-load-balancer"}
"""The deployments that everybody may call or look at."""
FUNCTIONS = ("enrich", "search")
_DEFAULTS = re.compile(rf"{NAME.replace('-', '.')}(?! parked)|{REGION}|{PROJECT}")
"""`visual-search parked` is a command."""


def each_task_has_its_own_account(case: Case) -> Iterator[str]:
    tasks = dict(_tasks(case))
    for name, email in tasks.items():
        if not email.partition("@")[0].endswith(f"-{name}"):
            yield f"{name} runs as {email}"
    made = {each.values["account_id"].rpartition("-")[2] for each in case.of("service_account")}
    yield from (f"the account {name} has no task" for name in sorted(made - tasks.keys()))


def _tasks(case: Case) -> Iterator[tuple[str, str]]:
    for name in FUNCTIONS:
        yield name, case.function(name)["service_account_email"]
    for function in case.of("cloudfunctions2_function"):
        yield "build", function.values["build_config"][0]["service_account"].rpartition("/")[2]
    for subscription in case.of("pubsub_subscription"):
        for push in subscription.values["push_config"]:
            yield from (("delivery", token["service_account_email"]) for token in push["oidc_token"])
    for job in case.of("cloud_run_v2_job"):
        yield "backfill", job.values["template"][0]["template"][0]["service_account"]


def the_clock_says_what_enrich_hears(case: Case) -> Iterator[str]:
    for job in case.of("cloud_scheduler_job"):
        for target in job.values["pubsub_target"]:
            if target["attributes"] != reconcile():
                yield f"the clock says {target['attributes']}"


def nothing_planned_looks_like_a_key(case: Case) -> Iterator[str]:
    text = json.dumps(case.state)
    yield from re.findall(r"AIza[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|\b[0-9a-f]{32}\b", text)


def nothing_is_named_by_a_default(case: Case) -> Iterator[str]:
    for each in case.resources if "name" in case.given else ():
        lines = of_resource(each.type, each.values)
        yield from (f"{each.address}{line}" for line in lines if _DEFAULTS.search(line))


def all_that_can_have_labels_has_them(case: Case) -> Iterator[str]:
    """An example's own resources are its reader's affair."""
    for each in case.resources if "labels" in case.given else ():
        for field in schemas().get(each.type, {}).get("attributes", {}).keys() & {"labels", "user_labels"}:
            if each.values[field] != case.given["labels"]:
                yield f"{each.address}: {field} are {each.values[field]}"
