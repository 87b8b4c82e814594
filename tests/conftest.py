from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest

from devstack.endpoints import encoder_variables
from devstack.stack import LocalStack, StackOptions
from devstack.topology import Redelivery
from tests.outside import Outside

# A busy machine is no failure.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")

LONG = ("storm", "browser", "e2e", "terraform")
SERVED = ("storm", "browser", "e2e", "functions", "devstack")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """The whole product on this machine, shared by the tests that talk to it from outside."""
    options = StackOptions(
        run_dir=tmp_path_factory.mktemp("stack"),
        cors_origins="https://shop.example",
        both=encoder_variables(),
        redelivery=Redelivery(attempts=8, minimum_backoff=0.2, maximum_backoff=1.0),
    )
    with LocalStack(options) as running:
        yield running


@pytest.fixture(scope="session")
def outside(stack: LocalStack) -> Outside:
    return Outside(stack)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders of long files come first, so that the processes end at about the same time.

    In CI, what running servers or a clock decide is tried a second time, and the report tells of it.
    """
    items.sort(key=lambda item: item.path.parent.name not in LONG)
    if os.environ.get("CI") == "true":
        for item in items:
            if item.path.parent.name in SERVED or item.get_closest_marker("alone"):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything a test needs is there; a skipped one would pass unseen."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("CI") == "true":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
