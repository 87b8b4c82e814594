"""Who may do what on what, read from the resources that grant it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.terraform.cases import Case, Resource

EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
_GRANTING = ("_iam_member", "_iam_binding", "_iam_policy")
_ON = (
    "crypto_key_id",
    "bucket",
    "topic",
    "subscription",
    "secret_id",
    "repository",
    "service_account_id",
    "service",
    "name",
)


@dataclass(frozen=True, order=True)
class Grant:
    """One member's role on one resource."""

    member: str
    role: str
    kind: str
    on: str
    condition: str = ""

    def __str__(self) -> str:
        condition = f" where {self.condition}" if self.condition else ""
        return f"{self.member} {self.role} {self.kind} {self.on}{condition}"


def grants(case: Case) -> tuple[Grant, ...]:
    """Every grant of a deployment, in order."""
    return tuple(sorted(grant for resource in case.resources for grant in _of(resource)))


def _of(resource: Resource) -> Iterator[Grant]:
    kind = next((resource.type.removesuffix(end) for end in _GRANTING if resource.type.endswith(end)), None)
    if kind is None:
        return
    values = resource.values
    conditions = values.get("condition") or []
    members = values.get("members") or [values.get("member") or "everyone in a policy"]
    for member in members:
        yield Grant(
            member,
            str(values.get("role")),
            kind.removeprefix("google_"),
            next((str(values[name]) for name in _ON if values.get(name)), str(values.get("project"))),
            " and ".join(each["expression"] for each in conditions),
        )
