"""Who may do what on what, read from the resources that grant it."""

from __future__ import annotations

from typing import NamedTuple

from tests.terraform.cases import Case, Resource

GRANTING = "_iam_member"
_ON = (
    *("crypto_key_id", "bucket", "topic", "subscription", "secret_id"),
    *("repository", "service_account_id", "service", "name", "project"),
)


class Grant(NamedTuple):
    """One member's role on one resource."""

    member: str
    role: str
    kind: str
    on: str
    condition: str

    def __str__(self) -> str:
        condition = f" where {self.condition}" if self.condition else ""
        return f"{self.member} {self.role} {self.kind} {self.on}{condition}"


def grants(case: Case) -> list[Grant]:
    """Every grant of a deployment."""
    return [grant(each) for each in case.resources if each.type.endswith(GRANTING)]


def grant(resource: Resource) -> Grant:
    """What a resource grants."""
    told = resource.values
    return Grant(
        told["member"],
        told["role"],
        resource.type.removeprefix("google_").removesuffix(GRANTING),
        next(told[name] for name in _ON if told.get(name)),
        " and ".join(each["expression"] for each in told.get("condition") or ()),
    )
