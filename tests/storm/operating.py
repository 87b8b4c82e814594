"""The operator, at whose command line the index is made right again."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from typing import Any

from devstack.environment import child_environment
from devstack.stack import LocalStack
from tests.programs import ran
from tools.exits import Exit

_ASKED = re.compile(r"([\d,]+) of [\d,]+ products? asked for")


class BackfillFailed(Exception):
    """A backfill ended as it must not; the message is what it said."""


class TryAgain(BackfillFailed):
    """A backfill ended because another one may go better."""


@dataclass
class Operator:
    """Runs `pictures backfill --missing`; `asked` are the products that each run asked another look at."""

    stack: LocalStack
    asked: list[int] = field(default_factory=list)
    given_up: int = 0

    def backfill(self) -> int:
        """How many products another look was asked at."""
        _, said = self._run("--yes")
        found = _ASKED.search(said)
        self.asked.append(int(found[1].replace(",", "")) if found else 0)
        return self.asked[-1]

    def backfill_meanwhile(self) -> None:
        """The same while things go wrong, when a run may be given up."""
        try:
            self.backfill()
        except TryAgain:
            self.given_up += 1

    def due(self) -> int:
        """At how many products a backfill would ask another look."""
        plan, _ = self._run("--dry-run")
        return int(plan["products"])

    def _run(self, *words: str) -> tuple[dict[str, Any], str]:
        operator = self.stack.endpoints.operator_env()
        env = {**operator, **self.stack.enrich_env(), "ALGOLIA_API_KEY": operator["ALGOLIA_API_KEY"]}
        command = (sys.executable, "-m", "tools", "pictures", "backfill", "--missing", "--json", *words)
        ended = ran(*command, env=child_environment(env))
        if ended.returncode:
            raise (TryAgain if ended.returncode == Exit.TRY_AGAIN else BackfillFailed)(ended.stderr)
        return json.loads(ended.stdout), ended.stderr
