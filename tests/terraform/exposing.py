"""What stands in front of search, where something does: it limits, and search knows whom it hears from."""

from __future__ import annotations

from collections.abc import Iterator

from tests.terraform.cases import Case, Resource

HOPS = "2"
"""The load balancer writes the client's address and then its own: "X-Forwarded-For header"
(cloud.google.com/load-balancing/docs/https)."""
_EVERYBODY = 2**31 - 1
"""The priority of a policy's last rule."""


def load_balancers_limit_each_address(case: Case) -> Iterator[str]:
    policies = {each.values["name"]: each for each in case.of("compute_security_policy")}
    for backend in case.of("compute_backend_service"):
        if (backend.values["security_policy"] or "").rpartition("/")[2] not in policies:
            yield f"{backend.address} has no security policy"
    for policy in policies.values():
        yield from _faults(policy)


def _faults(policy: Resource) -> Iterator[str]:
    rules = policy.values["rule"]
    limits = [limit for rule in rules for limit in rule["rate_limit_options"] if rule["action"] == "throttle"]
    if not any(limit["enforce_on_key"] == "IP" for limit in limits):
        yield f"{policy.address} limits no address"
    yield from (
        f"{policy.address}: who asks too often gets {limit['exceed_action']}"
        for limit in limits
        if limit["exceed_action"] != "deny(429)"
    )
    if [rule["action"] for rule in rules if rule["priority"] == _EVERYBODY] != ["allow"]:
        yield f"{policy.address} does not let in whoever is left"


def search_behind_a_load_balancer_knows_it(case: Case) -> Iterator[str]:
    told = case.environment("search").get("FORWARDED_HOPS", "1")
    for each in case.of("compute_region_network_endpoint_group"):
        if told != HOPS:
            yield f"search takes entry {told} of X-Forwarded-For, which is not the client's"
        service = each.values["cloud_run"] and each.values["cloud_run"][0]["service"]
        if not str(service).endswith("-search"):
            yield f"{each.address} leads to {service}"


def photos_travel_encrypted(case: Case) -> Iterator[str]:
    for each in case.of("compute_global_forwarding_rule"):
        if each.values["port_range"] != "443" or "targetHttpsProxies" not in each.values["target"]:
            yield f"{each.address}: port {each.values['port_range']} of {each.values['target']}"
