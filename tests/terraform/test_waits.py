"""What uses a service or a grant waits until it is in effect, in the order that `terraform graph` tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.terraform.harness import MODULE, Terraform, copied
from tests.terraform.mistakes import Mistake, plant

ENABLED, GRANTED = "time_sleep.enabled", "time_sleep.granted"
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
MISTAKES = (
    Mistake(
        "a bucket before its service",
        "storage.tf",
        'resource "google_storage_bucket" "labels"',
        r"  depends_on = .*\n",
        "",
        "google_storage_bucket.labels is made before time_sleep.enabled",
    ),
    Mistake(
        "a notification before its grant",
        "events.tf",
        'resource "google_storage_notification" "pictures"',
        r", time_sleep\.granted",
        "",
        "google_storage_notification.pictures is made before time_sleep.granted",
    ),
    Mistake(
        "a grant not waited for",
        "waits.tf",
        'resource "time_sleep" "granted"',
        r"    delivery = .*\n",
        "",
        "google_service_account_iam_member.pubsub_signs is not waited for",
    ),
)


def impatience(graph: str) -> Iterator[str]:
    """Everything that would use a service or a grant too early."""
    ahead = _ahead(graph)
    for each in _made(graph):
        if not re.match(r"(module\.\w+\.)?google_", each) or each == "google_project_service.needed":
            continue
        if ENABLED not in ahead[each]:
            yield f"{each} is made before {ENABLED}"
        if NEED_RIGHTS.search(each) and GRANTED not in ahead[each]:
            yield f"{each} is made before {GRANTED}"
        if "_iam_member." in each and _last(each) not in WHILE_WORKING and each not in ahead[GRANTED]:
            yield f"{each} is not waited for"


def test_services_and_grants_are_waited_for(run: Terraform, tmp_path: Path) -> None:
    assert list(impatience(_graph(run, copied(MODULE, tmp_path / "terraform")))) == []


def test_each_use_too_early_is_caught(run: Terraform, tmp_path: Path) -> None:
    tree = copied(MODULE, tmp_path / "terraform")
    plant(tree, MISTAKES)
    assert set(impatience(_graph(run, tree))) == {mistake.says for mistake in MISTAKES}


def _graph(run: Terraform, folder: Path) -> str:
    run.needed(folder, "init", "-backend=false", "-no-color")
    return run.needed(folder, "graph")


def _ahead(graph: str) -> Mapping[str, set[str]]:
    """Everything that must be done before each resource."""
    next_to: dict[str, set[str]] = {}
    for later, sooner in re.findall(r'"([^"]+)" -> "([^"]+)"', graph):
        next_to.setdefault(later, set()).add(sooner)
    found: dict[str, set[str]] = {}

    def ahead(each: str) -> set[str]:
        if each not in found:
            direct = next_to.get(each, set())
            found[each] = direct.union(*map(ahead, direct))
        return found[each]

    return {each: ahead(each) for each in _made(graph)}


def _made(graph: str) -> list[str]:
    return re.findall(r'^ *"([^"]+)" \[', graph, re.MULTILINE)


def _last(address: str) -> str:
    return address.rpartition(".")[2]
