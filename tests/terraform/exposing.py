"""What stands in front of search, where something does: it limits, and search knows whom it hears from."""

from __future__ import annotations

from collections.abc import Iterator

from tests.terraform.cases import Case, Resource
from tests.terraform.mistakes import Mistake

HOPS = "2"
"""The load balancer writes the client's address and then its own: "X-Forwarded-For header"
(cloud.google.com/load-balancing/docs/https)."""
_EVERYBODY = 2**31 - 1
"""The priority of a policy's last rule."""


def load_balancers_limit_each_address(case: Case) -> Iterator[str]:
    policies = {each.values["name"]: each for each in case.of("compute_security_policy")}
    for backend in case.of("compute_backend_service"):
        name = (backend.values["security_policy"] or "").rpartition("/")[2]
        if name not in policies:
            yield f"{backend.address} has no security policy"
        else:
            yield from _faults(policies[name])


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


RULES = (load_balancers_limit_each_address, search_behind_a_load_balancer_knows_it, photos_travel_encrypted)

EXAMPLE = "public-behind-load-balancer"
_FILE = f"examples/{EXAMPLE}/main.tf"
_POLICY = 'resource "google_compute_security_policy" "search"'
EXPOSED = (
    Mistake(
        "load balancer without a policy",
        _FILE,
        'resource "google_compute_backend_service" "search"',
        r"  security_policy .*\n",
        "",
        "google_compute_backend_service.search has no security policy",
        "load_balancers_limit_each_address",
    ),
    Mistake(
        "search that hears the load balancer alone",
        _FILE,
        'module "visual_search"',
        "(forwarded_hops = )2",
        r"\g<1>1",
        "search takes entry 1 of X-Forwarded-For",
        "search_behind_a_load_balancer_knows_it",
    ),
    Mistake(
        "way around the load balancer",
        _FILE,
        'module "visual_search"',
        "ALLOW_INTERNAL_AND_GCLB",
        "ALLOW_ALL",
        "search: ALLOW_ALL",
        "functions_are_reached_as_agreed",
    ),
    Mistake(
        "photos in the open",
        _FILE,
        'resource "google_compute_global_forwarding_rule" "search"',
        '"443"',
        '"80"',
        "google_compute_global_forwarding_rule.search: port 80",
        "photos_travel_encrypted",
    ),
    Mistake(
        "month of twenty days",
        "cost.tf",
        "locals",
        r"(busy_minutes = )30",
        r"\g<1>20",
        "search: 9411 USD, not 12866.5",
        "the_worst_month_is_that_of_the_plan",
    ),
)
"""In the example: planted together."""
UNLIMITED = (
    Mistake(
        "limit of all addresses together",
        _FILE,
        _POLICY,
        'enforce_on_key = "IP"',
        'enforce_on_key = "ALL"',
        "google_compute_security_policy.search limits no address",
        "load_balancers_limit_each_address",
    ),
    Mistake(
        "load balancer of another function",
        _FILE,
        'resource "google_compute_region_network_endpoint_group" "search"',
        r"module\.visual_search\.search_service",
        '"visual-search-enrich"',
        "google_compute_region_network_endpoint_group.search leads to visual-search-enrich",
        "search_behind_a_load_balancer_knows_it",
    ),
)
