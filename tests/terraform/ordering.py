"""What must be there before something else is made, or its first minutes fail.

A state says of each resource what it was made after, through modules and locals alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.terraform.cases import Case, Resource
from tests.terraform.confining import wished

Needs = Iterator[tuple[Resource, Resource]]
"""Something, and what it needs."""


def nothing_comes_before_what_it_needs(case: Case) -> Iterator[str]:
    for needs in (_notifications, _functions, _jobs, _callers, _clocks, _encrypted):
        for user, needed in needs(case):
            if _without_keys(needed.address) not in user.after:
                yield f"{user.address} may be made before {needed.address}"


def everything_waits_for_its_service(case: Case) -> Iterator[str]:
    for each in case.resources:
        if each.type.startswith("google_") and each.type != "google_project_service":
            name = "compute" if each.type.startswith("google_compute_") else "needed"
            if not any(after.endswith(f"google_project_service.{name}") for after in each.after):
                yield f"{each.address} does not wait for its API"


def _without_keys(address: str) -> str:
    return re.sub(r"\[(\d+|\"[^\"]*\")\]", "", address)


def _grants(case: Case, account: str, *types: str) -> Iterator[Resource]:
    """Those of an account, by its e-mail address; of some types, if any are named."""
    for each in case.of(*types) if types else case.resources:
        if each.values.get("member", "").endswith(f":{account}"):
            yield each


def _notifications(case: Case) -> Needs:
    """Cloud Storage tries its right to publish when a notification is made."""
    for each in case.of("storage_notification"):
        for grant in case.of("pubsub_topic_iam_member"):
            agent = "@gs-project-accounts." in grant.values["member"]
            if agent and each.values["topic"].endswith(f"/{grant.values['topic']}"):
                yield each, grant


def _functions(case: Case) -> Needs:
    """A function is built, and its first instance reads its secrets, before the API says that it is made."""
    for each in case.of("cloudfunctions2_function"):
        account = each.values["service_config"][0]["service_account_email"]
        builder = each.values["build_config"][0]["service_account"].rpartition("/")[2]
        for grant in (*_grants(case, account, "secret_manager_secret_iam_member"), *_grants(case, builder)):
            yield each, grant


def _jobs(case: Case) -> Needs:
    for each in case.of("cloud_run_v2_job"):
        account = each.values["template"][0]["template"][0]["service_account"]
        for grant in _grants(case, account, "secret_manager_secret_iam_member"):
            yield each, grant


def _callers(case: Case) -> Needs:
    """A call that is refused uses up an attempt, or a night."""
    callers = [
        (each, token["service_account_email"])
        for each in case.of("pubsub_subscription", "cloud_scheduler_job")
        for target in (*each.values.get("push_config", ()), *each.values.get("http_target", ()))
        for token in (*target["oidc_token"], *target.get("oauth_token", ()))
    ]
    for each, account in callers:
        for grant in _grants(case, account, "cloud_run_v2_service_iam_member", "cloud_run_v2_job_iam_member"):
            yield each, grant


def _encrypted(case: Case) -> Needs:
    """What is encrypted by a key needs Google's agents to have it."""
    encrypted = wished(case, "key")
    for each in case.resources:
        if encrypted.get(each.address):
            for grant in case.of("kms_crypto_key_iam_member"):
                yield each, grant


def _clocks(case: Case) -> Needs:
    """What nobody subscribes to is lost."""
    for each in case.of("cloud_scheduler_job"):
        topics = {target["topic_name"] for target in each.values["pubsub_target"]}
        for subscription in case.of("pubsub_subscription"):
            if subscription.values["topic"] in topics:
                yield each, subscription


RULES = (nothing_comes_before_what_it_needs, everything_waits_for_its_service)
