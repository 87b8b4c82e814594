"""Rules: of Algolia's, those that pin records in searches of a context, as merchandisers make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from devstack.algolia.documents import JsonObject
from devstack.algolia.limits import AlgoliaError


@dataclass(frozen=True, slots=True)
class Rule:
    """Pins records at positions, from 0, in searches whose `ruleContexts` have the context."""

    context: str
    promoted: Mapping[str, int]


def read_rule(body: JsonObject) -> Rule:
    """Return a rule of one context that promotes records; raises AlgoliaError (400) for another."""
    match body:
        case {
            "conditions": [{"context": str(context), **others}],
            "consequence": {"promote": [*promoted], **rest},
        } if not others and not rest:
            try:
                return Rule(context, {str(each["objectID"]): int(each["position"]) for each in promoted})
            except (KeyError, TypeError, ValueError) as error:
                raise AlgoliaError("consequence.promote: expected objectID and position") from error
    raise AlgoliaError("rules: only promoted records in a context are available here")
