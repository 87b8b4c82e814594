from __future__ import annotations

import itertools
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result

from devstack.environment import REPOSITORY, child_environment
from devstack.stack import LocalStack
from tests.algolia import ADMIN, APP, INDEX
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tools.cli import cli

ENV = {
    "ALGOLIA_API_KEY": ADMIN,
    "ALGOLIA_APP_ID": APP,
    "ALGOLIA_INDEX": INDEX,
    "ENCODER": "none",
    "GOOGLE_CLOUD_PROJECT": "p",
    "LABEL_BUCKET": "labels",
    "PARKED_TOPIC": "projects/p/topics/parked",
    "PICTURE_BUCKET": "pictures",
}
"""The variables of a shop whose services are nowhere."""


@dataclass(frozen=True)
class Tools:
    """The command line, with the variables an operator of the local stack sets."""

    env: dict[str, str]

    def __call__(self, *words: str, answer: str | bytes = "", **changes: str) -> Result:
        """Run a command in this process; an empty variable counts as unset."""
        env = child_environment({**self.env, **changes})
        result = CliRunner(env=env).invoke(cli, list(words), input=answer)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str, **changes: str) -> Any:  # noqa: ANN401 any JSON
        return json.loads(self(*words, "--json", **changes).stdout)

    def process(self, *words: str, **changes: str) -> subprocess.Popen[str]:
        """Start `python -m tools`, as a shell would."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools", *words],
            env=child_environment({**self.env, **changes}),
            cwd=REPOSITORY,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


_numbers = itertools.count()


@pytest.fixture
def product(outside: Outside) -> str:
    """A product of the test's own."""
    name = f"product {next(_numbers):03}"
    outside.seed([{"objectID": name, "name": "Product"}])
    return name


def labeled(outside: Outside, product: str, seed: int) -> str:
    """Give a product a picture, and wait for its labels."""
    name = f"products/{product}/a.jpg"
    outside.upload(name, jpeg(seed=seed))
    eventually(lambda: outside.labels(product), bool)
    return name


@pytest.fixture(scope="session")
def tools(stack: LocalStack) -> Tools:
    return Tools(stack.operator_env())
