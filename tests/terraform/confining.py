"""What a project's own rules ask for holds everywhere, or nowhere: a key, a network, a pool, regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.terraform.cases import Case
from tests.terraform.grants import grants

Values = Mapping[str, Any]
Asked = Callable[[Values], object]


def _job(told: Values) -> Values:
    job: Values = told["template"][0]["template"][0]
    return job


def _interface(told: Sequence[Values]) -> object:
    found = [(each["network"], each["subnetwork"], tuple(each["tags"] or ())) for each in told]
    return found[0] if found else None


def _service_egress(told: Values) -> object:
    service = told["service_config"][0]
    if service["vpc_connector"]:
        return service["vpc_connector"], service["vpc_connector_egress_settings"]
    interface = _interface(service["direct_vpc_network_interface"])
    return interface and (interface, service["direct_vpc_egress"].removeprefix("VPC_EGRESS_"))


def _job_egress(told: Values) -> object:
    for access in _job(told)["vpc_access"]:
        return access["connector"] or _interface(access["network_interfaces"]), access["egress"]
    return None


def _regions(told: Values) -> object:
    return [policy["allowed_persistence_regions"] for policy in told["message_storage_policy"]] or None


EXAMPLE = "enterprise"
"""The case that has every wish."""
WISHES: Mapping[str, Mapping[str, Asked]] = {
    "key": {
        "artifact_registry_repository": lambda told: told["kms_key_name"],
        "cloud_run_v2_job": lambda told: _job(told)["encryption_key"],
        "cloudfunctions2_function": lambda told: told["kms_key_name"],
        "pubsub_topic": lambda told: told["kms_key_name"],
        "storage_bucket": lambda told: (told["encryption"] or [{}])[0].get("default_kms_key_name"),
    },
    "way out": {"cloud_run_v2_job": _job_egress, "cloudfunctions2_function": _service_egress},
    "pool": {"cloudfunctions2_function": lambda told: told["build_config"][0]["worker_pool"]},
    "regions": {"pubsub_topic": _regions},
}
"""By what is asked for and the types of what it is asked for, where the plan has it."""


def wished(case: Case, wish: str) -> dict[str, object]:
    """What each resource has of a wish, by its address; None for nothing."""
    return {
        each.address: asked(each.values) or None
        for kind, asked in WISHES[wish].items()
        for each in case.of(kind)
    }


def wishes_hold_everywhere(case: Case) -> Iterator[str]:
    for wish in WISHES:
        found = wished(case, wish)
        if len({*map(str, found.values())}) > 1:
            yield from (f"{wish} of {address}: {value}" for address, value in found.items())
        elif case.name == EXAMPLE and None in found.values():
            yield f"{wish}: nothing has it"


def keys_are_lent_to_those_who_encrypt(case: Case) -> Iterator[str]:
    """By "Protect your data with CMEK" of Cloud Run functions, and the page of the same name of Pub/Sub."""
    agents = {"gs-project-accounts", "gcp-sa-pubsub", "gcf-admin-robot", "gcp-sa-artifactregistry"}
    agents.add("serverless-robot-prod")
    lent_here = case.given.get("encryption", {}).get("grant", True)
    for key in {*wished(case, "key").values()} - {None} if lent_here else ():
        lent = {
            grant.member.partition("@")[2].partition(".")[0] for grant in grants(case) if grant.on == str(key)
        }
        yield from (f"{agent} may not use {key}" for agent in sorted(agents - lent))
