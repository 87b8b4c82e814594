"""The suite for Algolia itself, played on the local engine; and what it keeps of its exchanges."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from devstack.environment import REPOSITORY, child_environment
from shared.catalog.query import search_params
from shared.model import Refinement
from tests.algolia import APP, INDEX, local_algolia
from tests.contract.shops import enrichment
from tests.live.recording import PERSONAL, exchanges
from tests.live.shops import HOSTS, NEEDED, RECORD, live_shop, missing
from tests.queries import asking
from tests.tagging import tag
from tests.worlds.worlds import KEY, RIGHTS


def test_the_suite_passes_where_the_local_engine_stands_in(tmp_path: Path) -> None:
    with local_algolia(more_keys={KEY: {"acl": RIGHTS}}) as algolia:
        env = dict(zip((*NEEDED, HOSTS), (APP, KEY, algolia.engine.url), strict=True))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/live/live_catalogs.py"],
            env=child_environment({**env, RECORD: str(tmp_path / "kept.jsonl")}),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        left = [entry["name"] for entry in algolia.engine.services.engine.list_indices()]
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
    assert left == []
    assert list(exchanges(tmp_path / "kept.jsonl"))


def test_what_is_kept_names_no_key_and_nobody(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    with local_algolia(more_keys={KEY: {"acl": RIGHTS}}) as algolia:
        env = dict(zip((*NEEDED, HOSTS, RECORD), (APP, KEY, algolia.engine.url, str(file)), strict=True))
        with live_shop(env) as shop:
            tag(shop.catalog, "1", enrichment("Shoe"), 1)
            asked = Refinement(user_token="customer-7", client="203.0.113.9")  # noqa: S106 a name
            found = shop.finder.find(asking(Shoe=9), asked)
    kept = file.read_text()
    assert not [each for each in (APP, KEY, "customer-7", "203.0.113.9", *PERSONAL) if f'"{each}"' in kept]
    assert APP not in kept
    assert KEY not in kept
    [search] = [each for each in exchanges(file) if each["path"].endswith("/query")]
    assert search["path"] == f"/1/indexes/{INDEX}/query"
    assert search["body"] == search_params(asking(Shoe=9), asked)
    assert [hit["objectID"] for hit in search["answer"]["hits"]] == [
        hit.record["objectID"] for hit in found.hits
    ]


def test_without_keys_nothing_is_asked() -> None:
    assert missing({}) == list(NEEDED)
    assert not {*NEEDED} & os.environ.keys()
