"""The suites for the services themselves, played on stand-ins; and what Algolia's keeps of its exchanges."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from devstack.environment import child_environment
from devstack.stack import LocalStack, StackOptions
from devstack.standins import stand_ins
from shared.catalog.query import search_params
from shared.model import Refinement
from tests.algolia import APP, INDEX, local_algolia
from tests.contract.shops import enrichment
from tests.live.recording import PERSONAL, exchanges
from tests.live.shops import HOSTS, NEEDED, RECORD, live_shop, missing
from tests.programs import ran
from tests.queries import asking
from tests.tagging import tag
from tests.worlds.worlds import KEY, RIGHTS


def played(suite: str, env: Mapping[str, str]) -> None:
    """Run a suite, of which nothing may fail or be skipped."""
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/live/{suite}.py"]
    done = ran(*words, env=child_environment(env))
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def test_the_suite_passes_where_the_local_engine_stands_in(tmp_path: Path) -> None:
    with local_algolia(more_keys={KEY: {"acl": RIGHTS}}) as algolia:
        env = dict(zip((*NEEDED, HOSTS), (APP, KEY, algolia.engine.url), strict=True))
        played("live_catalogs", {**env, RECORD: str(tmp_path / "kept.jsonl")})
        assert algolia.engine.services.engine.list_indices() == []
    assert list(exchanges(tmp_path / "kept.jsonl"))


@pytest.mark.parametrize("recognizer", stand_ins())
def test_the_recognizers_suite_passes_on_its_stand_in(recognizer: str) -> None:
    with LocalStack(StackOptions(frozenset({"recognizer"}), recognizer)) as stack:
        env = stack.endpoints.search_env()
        played("live_recognizers", {name: env[name] for name in env if not name.startswith("ALGOLIA_")})


def test_what_is_kept_names_no_key_and_nobody(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    with local_algolia(more_keys={KEY: {"acl": RIGHTS}}) as algolia:
        env = dict(zip((*NEEDED, HOSTS, RECORD), (APP, KEY, algolia.engine.url, str(file)), strict=True))
        with live_shop(env) as shop:
            tag(shop.catalog, "1", enrichment("Shoe"), 1)
            asked = Refinement(user_token="customer-7", client="203.0.113.9")  # noqa: S106 a name
            found = shop.finder.find(asking(Shoe=9), asked)
    kept = file.read_text()
    assert not [each for each in (APP, KEY) if each in kept]
    assert not [each for each in ("customer-7", "203.0.113.9", *PERSONAL) if f'"{each}"' in kept]
    [search] = [each for each in exchanges(file) if each["path"].endswith("/query")]
    assert search["path"] == f"/1/indexes/{INDEX}/query"
    assert search["body"].items() >= search_params(asking(Shoe=9), asked).items()
    products = [hit.record["objectID"] for hit in found.hits]
    assert [hit["objectID"] for hit in search["answer"]["hits"]] == products


def test_without_keys_nothing_is_asked() -> None:
    assert missing({}) == list(NEEDED)
    assert not {*NEEDED} & os.environ.keys()
