"""A page of somebody else's origin, let into the local stack by the lines that it prints."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from devstack.endpoints import Endpoints
from tests.e2e.programs import running
from tests.pictures import jpeg

PATIENCE = 30
ORIGINS = ["http://localhost:5173", "https://shop.example"]
ADDING = {"requests": [{"action": "addObject", "body": {"objectID": "own"}}]}
STRANGER = "http://localhost:5174"
_PRINTED = {
    "package": r"^npm install (.+)$",
    "algolia": r"\burl: '([\w.:]+)', accept",
    "app_id": r"algoliasearch\('(\w+)'",
    "key": r"algoliasearch\('\w+', '([\w-]+)'",
    "index": r"indexName: '(\w+)'",
    "search_url": r"imageSearch\(\{ container: '#image-search', url: '(http:.+)' \}\)",
}


@dataclass(frozen=True)
class Printed:
    """What the lines to install and to paste say."""

    package: str
    algolia: str
    app_id: str
    key: str
    index: str
    search_url: str

    def algolia_call(self, path: str, key: str, body: object, origin: str = "") -> requests.Response:
        headers = {"X-Algolia-Application-Id": self.app_id, "X-Algolia-API-Key": key}
        from_page = {"Origin": origin} if origin else {}
        url = f"http://{self.algolia}/1/indexes/{self.index}/{path}"
        return requests.post(url, json=body, headers=headers | from_page, timeout=5)


def printed(process: subprocess.Popen[str]) -> Printed:
    """Read until the widget's element, which comes last."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line == '<div id="image-search"></div>\n':
            break
    text = "".join(lines)
    assert f"Your page may search from {' and '.join(ORIGINS)}." in text
    found = {name: re.findall(pattern, text, re.MULTILINE) for name, pattern in _PRINTED.items()}
    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(_PRINTED, 1), text
    return Printed(**{name: value for name, [value] in found.items()})


@pytest.fixture(scope="module")
def told() -> Iterator[Printed]:
    let_in = [word for origin in ORIGINS for word in ("--origin", f"{origin}/")]
    with running("devstack", *let_in) as process:
        try:
            told = printed(process)
            told.algolia_call("batch", Endpoints().keys.admin, ADDING).raise_for_status()
            yield told
        finally:
            process.terminate()
            process.wait(PATIENCE)


def preflight(url: str, origin: str, asked: str) -> str | None:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }
    answer = requests.options(url, headers=headers, timeout=5)
    allowed = answer.headers.get("Access-Control-Allow-Headers", "").lower()
    return answer.headers.get("Access-Control-Allow-Origin") if asked in allowed and answer.ok else None


def test_the_package_is_there(told: Printed) -> None:
    assert Path(told.package).is_file()


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_page_that_is_let_in_sends_a_photo_and_reads_the_answer(told: Printed, origin: str) -> None:
    assert preflight(told.search_url, origin, "content-type") == origin
    answer = requests.post(
        told.search_url, files={"image": jpeg(seed=40)}, headers={"Origin": origin}, timeout=20
    )
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.json()["labels"]


def test_another_page_is_refused(told: Printed) -> None:
    assert preflight(told.search_url, STRANGER, "content-type") is None
    answer = requests.post(
        told.search_url, files={"image": jpeg(seed=41)}, headers={"Origin": STRANGER}, timeout=20
    )
    assert answer.status_code == requests.codes.forbidden
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_that_is_let_in_searches_the_index_and_changes_nothing(told: Printed) -> None:
    url = f"http://{told.algolia}/1/indexes/*/queries"
    assert preflight(url, ORIGINS[0], "x-algolia-api-key") == "*"
    answer = told.algolia_call("query", told.key, {"hitsPerPage": 100}, ORIGINS[0])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "own" in [hit["objectID"] for hit in answer.json()["hits"]]
    assert told.algolia_call("batch", told.key, ADDING, ORIGINS[0]).status_code == 403
