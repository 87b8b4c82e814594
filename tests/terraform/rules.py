"""What must hold for every deployment, each rule telling what breaks it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.events import reconcile
from tests.terraform.cases import Case
from tests.terraform.grants import EVERYBODY, Grant, grants

Rule = Callable[[Case], Iterator[str]]

PUBLIC: Mapping[str, str] = {
    "public-storefront": "ALLOW_ALL",
    "public-behind-load-balancer": "ALLOW_INTERNAL_AND_GCLB",
}
"""The deployments that everybody may call or look at, and where calls may come from."""
ON_THE_PROJECT = frozenset(
    {
        ("build", "roles/logging.logWriter", False),
        ("build", "roles/storage.objectViewer", True),
    }
)
"""Account, role, and whether under a condition: what cannot be granted on anything smaller."""
CHANGES = frozenset({"OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE"})
"""What Cloud Storage must tell: where a bucket keeps versions, a deleted picture is only archived."""
GOOGLES_OWN = "https://storage.googleapis.com/"
"""How the addresses begin under which only public pictures are answered."""
FUNCTIONS = ("enrich", "search")
_DIGEST = re.compile(r"-[0-9a-f]{12,64}\.zip")


def nobody_is_everybody(case: Case) -> Iterator[str]:
    for grant in grants(case):
        if grant.member in EVERYBODY and case.name not in PUBLIC:
            yield str(grant)


def roles_are_on_resources(case: Case) -> Iterator[str]:
    for grant in grants(case):
        account = grant.member.partition("@")[0].rpartition("-")[2]
        wide = grant.kind in ("project", "folder", "organization")
        if wide and (account, grant.role, bool(grant.condition)) not in ON_THE_PROJECT:
            yield str(grant)


def roles_are_narrow(case: Case) -> Iterator[str]:
    broad = re.compile(r"roles/(owner|editor|viewer|.*[aA]dmin)$")
    yield from (str(grant) for grant in grants(case) if broad.match(grant.role))


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


def buckets_are_private(case: Case) -> Iterator[str]:
    for bucket in case.of("storage_bucket"):
        told = bucket.values
        open_ = case.name in PUBLIC and bucket.address.endswith(".pictures[0]")
        if told["public_access_prevention"] != "enforced" and not open_:
            yield f"{bucket.address}: public_access_prevention is {told['public_access_prevention']}"
        if told["uniform_bucket_level_access"] is not True:
            yield f"{bucket.address}: uniform_bucket_level_access is not on"


def every_change_is_told(case: Case) -> Iterator[str]:
    for notification in case.of("storage_notification"):
        missing = CHANGES - set(notification.values["event_types"] or ())
        yield from (f"{notification.address}: {change} is not told" for change in sorted(missing))


def addresses_can_be_read(case: Case) -> Iterator[str]:
    told = case.environment("enrich")
    address = told.get("IMAGE_URL_TEMPLATE", "none")
    public = any(grant.member in EVERYBODY and grant.on == told["PICTURE_BUCKET"] for grant in grants(case))
    if public != address.startswith(GOOGLES_OWN):
        yield f"address of pictures: {address}; everybody may read them: {public}"


def keys_of_algolia_have_one_reader(case: Case) -> Iterator[str]:
    """The cases name such a secret after the only account that needs it."""
    for grant in grants(case):
        account = grant.member.partition("@")[0].rpartition("-")[2]
        if grant.on.startswith("algolia-") and grant.on != f"algolia-{account}-key":
            yield str(grant)


def events_are_delivered_again(case: Case) -> Iterator[str]:
    pushing = [each for each in case.of("pubsub_subscription") if each.values["push_config"]]
    if len(pushing) != 1:
        yield f"{len(pushing)} subscriptions push"
    for each in pushing:
        yield from (f"{each.address}: {fault}" for fault in _delivery_faults(each.values, case))


def _delivery_faults(told: Mapping[str, Any], case: Case) -> Iterator[str]:
    retry = told["retry_policy"]
    if not retry or (retry[0]["minimum_backoff"], retry[0]["maximum_backoff"]) != ("10s", "600s"):
        yield "does not wait 10 to 600 seconds before it delivers again"
    if (
        not told["dead_letter_policy"]
        or not 5 <= told["dead_letter_policy"][0]["max_delivery_attempts"] <= 100
    ):
        yield "has no dead letter"
    if not case.function("enrich")["timeout_seconds"] < told["ack_deadline_seconds"] <= 600:
        yield "does not wait until the function has ended"
    yield from _push_faults(told["push_config"][0], case)


def _push_faults(push: Mapping[str, Any], case: Case) -> Iterator[str]:
    token, uri = push["oidc_token"], case.function("enrich")["uri"]
    if not token or "-delivery@" not in token[0]["service_account_email"] or token[0]["audience"] != uri:
        yield "pushes without the delivery account's token"
    if push["push_endpoint"] != uri:
        yield f"pushes to {push['push_endpoint']}"


def what_failed_is_kept(case: Case) -> Iterator[str]:
    kept = [each for each in case.of("pubsub_subscription") if not each.values["push_config"]]
    topics = {each.values["topic"].rpartition("-")[2] for each in kept}
    if topics != {"letter", "parked"}:
        yield f"kept: {sorted(topics)}"
    for each in kept:
        if each.values["message_retention_duration"] != f"{31 * 86_400}s":
            yield f"{each.address} does not keep for 31 days"


def claims_are_swept(case: Case) -> Iterator[str]:
    suffixes = {
        suffix
        for bucket in case.of("storage_bucket")
        for rule in bucket.values["lifecycle_rule"]
        for suffix in rule["condition"][0]["matches_suffix"] or ()
    }
    if suffixes != {".claim"}:
        yield f"swept: {sorted(suffixes)}"


def waiting_products_are_swept(case: Case) -> Iterator[str]:
    rules = [
        rule["condition"][0]
        for bucket in case.of("storage_bucket")
        for rule in bucket.values["lifecycle_rule"]
        if bucket.address.endswith(".labels")
    ]
    swept = {prefix: rule["age"] for rule in rules for prefix in rule["matches_prefix"] or ()}
    if swept != {"waiting/": 30}:
        yield f"swept after days: {swept}"


def waiting_products_are_looked_for(case: Case) -> Iterator[str]:
    topic = case.environment("enrich")["PICTURE_TOPIC"]
    targets = [target for job in case.of("cloud_scheduler_job") for target in job.values["pubsub_target"]]
    topics = [target["topic_name"] for target in targets]
    if topics != [topic]:
        yield f"no clock on {topic.rpartition('/')[2]}, or several: {topics}"
    for target in targets:
        if target["attributes"] != reconcile():
            yield f"the clock says {target['attributes']}"
        if base64.b64decode(target["data"] or "") != b"{}":
            yield "the clock's message has no data"


def enrich_can_ask_for_another_look(case: Case) -> Iterator[str]:
    topic = case.environment("enrich")["PICTURE_TOPIC"].rpartition("/")[2]
    publishers = {grant.on for grant in grants(case) if _publishes(grant, "-enrich@")}
    if topic not in publishers:
        yield f"enrich publishes to {sorted(publishers)}, not to {topic}"


def _publishes(grant: Grant, account: str) -> bool:
    return account in grant.member and grant.role == "roles/pubsub.publisher"


def sources_carry_their_digest(case: Case) -> Iterator[str]:
    for each in case.of("cloudfunctions2_function"):
        source = each.values["build_config"][0]["source"][0]["storage_source"][0]["object"]
        if not _DIGEST.search(source):
            yield f"{each.address} is built from {source}"


def secrets_are_references(case: Case) -> Iterator[str]:
    for made in case.of("secret_manager_secret_version"):
        yield f"{made.address} has a value in the state"
    for name in FUNCTIONS:
        for secret in case.function(name)["secret_environment_variables"]:
            if not re.fullmatch("[1-9][0-9]*", secret["version"]):
                yield f"{name}: {secret['key']} is of version {secret['version']}"


def threads_match_requests(case: Case) -> Iterator[str]:
    for name in FUNCTIONS:
        threads = case.environment(name).get("THREADS")
        requests = case.function(name)["max_instance_request_concurrency"]
        if threads != str(requests):
            yield f"{name}: {threads} threads for {requests} requests"


def threads_are_left_beside_searches(case: Case) -> Iterator[str]:
    told = case.environment("search")
    threads, at_work = int(told["THREADS"]), int(told["MAX_CONCURRENT_SEARCHES"])
    if not 3 * at_work <= threads <= 4 * at_work:
        yield f"search: {threads} threads for {at_work} searches at work"


def functions_are_reached_as_agreed(case: Case) -> Iterator[str]:
    search = PUBLIC.get(case.name, "ALLOW_INTERNAL_AND_GCLB")
    for name, wanted in (("enrich", "ALLOW_INTERNAL_ONLY"), ("search", search)):
        if case.function(name)["ingress_settings"] != wanted:
            yield f"{name}: {case.function(name)['ingress_settings']}"


def nothing_planned_looks_like_a_key(case: Case) -> Iterator[str]:
    text = json.dumps(case.plan)
    yield from re.findall(r"AIza[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY|\b[0-9a-f]{32}\b", text)


def the_modules_own_checks_hold(case: Case) -> Iterator[str]:
    """A check that fails is only a warning to Terraform."""
    for check in case.plan["checks"]:
        if check["status"] not in ("pass", "unknown"):
            yield f"{check['address']['to_display']}: {check['status']}"


RULES: tuple[Rule, ...] = (
    nobody_is_everybody,
    roles_are_on_resources,
    roles_are_narrow,
    each_task_has_its_own_account,
    buckets_are_private,
    every_change_is_told,
    addresses_can_be_read,
    keys_of_algolia_have_one_reader,
    events_are_delivered_again,
    what_failed_is_kept,
    claims_are_swept,
    waiting_products_are_swept,
    waiting_products_are_looked_for,
    enrich_can_ask_for_another_look,
    sources_carry_their_digest,
    secrets_are_references,
    threads_match_requests,
    threads_are_left_beside_searches,
    functions_are_reached_as_agreed,
    nothing_planned_looks_like_a_key,
    the_modules_own_checks_hold,
)
