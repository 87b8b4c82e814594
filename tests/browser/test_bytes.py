"""The bytes of searches with a picture, beside those of the first hundred hits as whole records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from playwright.sync_api import Response

from devstack.endpoints import Endpoints
from tests.browser.demo import Demo
from tests.browser.shopper import Shopper

FIRST, ALL = 0.7, 0.5
"""The most of it that a picture's first search may take, and that with a word typed beside the picture.

Of the first, the codes of 54 products alone are 0.47, for they do not compress.
"""


@dataclass(frozen=True)
class Traffic:
    """Compressed bytes of answers, and of the same searches where all records come whole."""

    now: int
    whole: int


def _compressed(body: bytes) -> int:
    return len(gzip.compress(body))


def _whole(endpoints: Endpoints, request: Mapping[str, Any]) -> int:
    """The bytes of a search without what makes it smaller; 0 for one of records by id."""
    if "objectID:" in request.get("filters", ""):
        return 0
    slim = {"attributesToRetrieve", "attributesToHighlight", "attributesToSnippet"}
    body = {"requests": [{name: value for name, value in request.items() if name not in slim}]}
    headers = {"x-algolia-application-id": endpoints.app_id, "x-algolia-api-key": endpoints.keys.search}
    answer = requests.post(
        f"{endpoints.algolia_url}/1/indexes/*/queries", json=body, headers=headers, timeout=9
    )
    answer.raise_for_status()
    return _compressed(answer.content)


@pytest.fixture
def traffic(shopper: Shopper, demo: Demo) -> Callable[[], Traffic]:
    """What went over the wire since it was asked for last."""
    heard: list[tuple[dict[str, Any], bytes]] = []

    def hear(response: Response) -> None:
        if response.url.split("?")[0].endswith("/queries") and response.request.method == "POST":
            [asked] = json.loads(response.request.post_data or "")["requests"]
            heard.append((asked, response.body()))

    def since() -> Traffic:
        shopper.page.wait_for_load_state("networkidle")
        shopper.page.wait_for_timeout(500)
        taken = Traffic(
            sum(_compressed(body) for _, body in heard),
            sum(_whole(demo.endpoints, asked) for asked, _ in heard),
        )
        heard.clear()
        return taken

    shopper.page.on("response", hear)
    return since


def test_of_a_picture_only_codes_come_and_what_is_shown(
    shopper: Shopper, demo: Demo, traffic: Callable[[], Traffic]
) -> None:
    traffic()
    shopper.use(demo.photo_of("tent"))
    first = traffic()
    assert first.now <= FIRST * first.whole
    searches = [first]
    for letter in "ten":
        shopper.page.get_by_role("searchbox").press_sequentially(letter)
        searches.append(traffic())
    assert sum(each.now for each in searches) <= ALL * sum(each.whole for each in searches)
