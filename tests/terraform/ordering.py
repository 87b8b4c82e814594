"""What must be there before something else is made, or its first minutes fail.

A state says of each resource what it was made after, through modules and locals alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.terraform.cases import Case
from tests.terraform.confining import wished

ENABLED, GRANTED, SERVICES = "time_sleep.enabled", "time_sleep.granted", "google_project_service.needed"
NEED_RIGHTS = re.compile(
    r"google_(cloudfunctions2_function|cloud_run_v2_job|storage_notification)\.|subscription\.pictures$"
)
"""What Google checks rights for when it is made, or what works from then on."""
WHILE_WORKING = {
    "backfill_asks", "backfill_lists", "backfill_starts", "enrich_asks_again", "enrich_parks",
    "enrich_reads_pictures", "enrich_remembers_labels", "everybody_reads_pictures", "invokers",
    "pubsub_acknowledges", "pubsub_buries",
}  # fmt: skip
"""Grants that nothing is made with; what comes before them is tried again."""
AFTER = {
    # A call that is refused uses up an attempt, or a night; what nobody subscribes to is lost.
    "google_pubsub_subscription.pictures": "module.enrich.google_cloud_run_v2_service_iam_member.invokers",
    "google_cloud_scheduler_job.backfill": "google_cloud_run_v2_job_iam_member.backfill_starts",
    "google_cloud_scheduler_job.reconcile": "google_pubsub_subscription.pictures",
}


def everything_waits_for_its_service(case: Case) -> Iterator[str]:
    for each in case.resources:
        needed = ("google_project_service.compute",) if "_compute_" in each.type else (ENABLED, SERVICES)
        if each.type.startswith("google_") and each.type != "google_project_service":
            yield from (f"{each.address} is made before {one}" for one in needed if not each.comes_after(one))


def rights_are_in_effect_before_they_are_used(case: Case) -> Iterator[str]:
    [granted] = (each for each in case.resources if each.address.endswith(GRANTED))
    for each in case.resources:
        if NEED_RIGHTS.search(each.place) and not each.comes_after(GRANTED):
            yield f"{each.address} is made before {GRANTED}"
        while_working = each.place.rpartition(".")[2] in WHILE_WORKING
        if "_iam_member." in each.place and not while_working and each.place not in granted.after:
            yield f"{each.address} is not waited for"


def nothing_comes_before_what_it_needs(case: Case) -> Iterator[str]:
    for each in case.resources:
        needed = next((needed for end, needed in AFTER.items() if each.place.endswith(end)), None)
        if needed and not each.comes_after(needed):
            yield f"{each.address} is made before {needed}"


def what_is_encrypted_waits_for_its_key(case: Case) -> Iterator[str]:
    encrypted, grants = wished(case, "key"), {each.place for each in case.of("kms_crypto_key_iam_member")}
    for each in case.resources:
        if encrypted.get(each.address) and not grants <= each.after:
            yield f"{each.address} is made before its key may be used"
