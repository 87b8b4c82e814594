"""What is kept: no picture, answer, or event is thrown away before its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.terraform.cases import Case, Resource

COPIES = ".source"
"""The bucket that holds only copies: a bundle can be built again."""
DESTROYS = ("force_destroy", "force_delete", "delete_contents_on_destroy", "disable_on_destroy")


def only_copies_are_destroyed_with_their_bucket(case: Case) -> Iterator[str]:
    for each in case.resources:
        if not each.address.endswith(COPIES):
            yield from (f"{each.address}: {name} is on" for name in DESTROYS if each.values.get(name))
            yield from _not_recoverable(each)


def _not_recoverable(resource: Resource) -> Iterator[str]:
    """A destroyed object comes back within a week, unless that is switched off."""
    for policy in resource.values.get("soft_delete_policy") or ():
        if policy["retention_duration_seconds"] == 0:
            yield f"{resource.address}: soft delete is off"


def subscriptions_keep_every_event(case: Case) -> Iterator[str]:
    for each in case.of("pubsub_subscription"):
        ends = [policy["ttl"] for policy in each.values["expiration_policy"]]
        if ends != [""]:
            yield f"{each.address} expires when nobody reads it: {ends}"
        kept, needed = _seconds(each.values["message_retention_duration"]), _attempts_take(each.values)
        if kept < needed:
            yield f"{each.address} keeps an event for {kept:g} seconds, and all attempts take {needed:g}"
        if each.values["filter"]:
            yield f"{each.address} drops what is not {each.values['filter']}"


def images_in_use_are_kept(case: Case) -> Iterator[str]:
    """What is swept of a repository is so only beside the newest ones."""
    for each in case.of("artifact_registry_repository"):
        policies = each.values["cleanup_policies"] or ()
        kept = [most["keep_count"] for policy in policies for most in policy["most_recent_versions"]]
        if any(policy["action"] == "DELETE" for policy in policies) and not any(kept):
            yield f"{each.address} keeps no image"


def _attempts_take(told: Mapping[str, Any]) -> float:
    """Seconds until the last attempt of a subscription has ended, each as late as it may."""
    if not told["dead_letter_policy"]:
        return 0
    attempts, [retry] = told["dead_letter_policy"][0]["max_delivery_attempts"], told["retry_policy"]
    first, longest = _seconds(retry["minimum_backoff"]), _seconds(retry["maximum_backoff"])
    pauses = sum(min(first * 2**n, longest) for n in range(attempts - 1))
    return float(pauses + attempts * told["ack_deadline_seconds"])


def _seconds(text: str) -> float:
    return float(text.removesuffix("s"))
