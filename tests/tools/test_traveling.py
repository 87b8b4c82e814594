"""A picture's travel through a deployment: all is taken back, also what a killed check left."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from shared.attribute_names import DEFAULT_NAMES
from shared.errors import Reason, Transient
from tests.algolia import Algolia, local_algolia
from tools.importing.bucket import BucketTarget
from tools.live import watching
from tools.live.scratch import FORGOTTEN, PREFIX, new_name
from tools.live.travel import Traveler, setting_out

KEY = "check-key"
NOW = 1_800_000_000.0
NEW, OLD, OTHER = (new_name(NOW - age) for age in (0, FORGOTTEN + 1, 60))
OWN: Mapping[str, Any] = {"objectID": f"{PREFIX}-of-mine", "_tags": [PREFIX]}
BEFORE: Mapping[str, Any] = {"_tags": [PREFIX], "objectID": OLD.replace(PREFIX, "shop")}


@dataclass
class Bucket:
    """Notes what is deleted from it, if it can be."""

    broken: bool = False
    deleted: list[str] = field(default_factory=list)

    def delete(self, name: str) -> None:
        """See `BucketTarget`."""
        if self.broken:
            raise Transient(Reason.STORAGE_UNAVAILABLE, "Cloud Storage did not answer")
        self.deleted.append(name)


@pytest.fixture
def algolia() -> Iterator[Algolia]:
    with local_algolia(None, {KEY: {"acl": ["search", "addObject", "deleteObject"]}}) as running:
        running.seed([BEFORE, OWN])
        yield running


def traveler(algolia: Algolia, bucket: Bucket, product: str = NEW) -> Traveler:
    target = cast(BucketTarget, bucket)
    return Traveler(
        algolia.catalog(KEY), target, DEFAULT_NAMES, product, f"a/{product}.jpg", b"", clock=lambda: NOW
    )


def products(algolia: Algolia) -> set[str]:
    hits = algolia.catalog(KEY).index.search({"query": ""})["hits"]
    return {hit["objectID"] for hit in hits} - {BEFORE["objectID"], OWN["objectID"]}


def test_the_record_goes_even_where_the_picture_cannot(algolia: Algolia) -> None:
    with pytest.raises(Transient), setting_out(traveler(algolia, Bucket(broken=True))):
        assert products(algolia) == {NEW}
    assert products(algolia) == set()


def test_what_a_killed_check_left_goes_first_and_what_runs_or_is_the_shops_stays(algolia: Algolia) -> None:
    algolia.seed([{"objectID": product, "_tags": [PREFIX]} for product in (OLD, OTHER)])
    bucket = Bucket()
    with setting_out(traveler(algolia, bucket)):
        assert products(algolia) == {OTHER, NEW}
        assert bucket.deleted == [f"a/{OLD}.jpg"]
    assert products(algolia) == {OTHER}
    assert algolia.record(f"{PREFIX}-of-mine")


@pytest.mark.parametrize(
    ("asked", "expected"), [(1, "it is found"), (3, "it is found"), (99, "it is not found")]
)
def test_the_log_has_its_time(algolia: Algolia, asked: int, expected: str) -> None:
    bodies: list[Mapping[str, Any]] = []

    def google(_: str, body: Mapping[str, Any] | None) -> Mapping[str, Any]:
        bodies.append(body or {})
        line = {"message": "event", "outcome": "enriched", "product": NEW}
        return {"entries": [{"jsonPayload": line}] if len(bodies) >= asked else []}

    there = replace(traveler(algolia, Bucket()), clock=time.monotonic)
    assert watching.logs(google, "p", there, patience=0.3, pause=0.05).answer == expected
    assert f'jsonPayload.product="{NEW}"' in bodies[0]["filter"]
