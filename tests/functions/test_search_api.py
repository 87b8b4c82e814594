"""The running search function keeps what its own OpenAPI description promises, whatever is sent to it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, checks
from schemathesis.schemas import BaseSchema

from devstack.stack import LocalStack, StackOptions
from tests.functions.instances import PARTS
from tests.outside import Outside
from tests.pictures import encoded, jpeg, scene

PHOTO = jpeg(seed=1)
PHOTOS = [PHOTO, jpeg(seed=2, size=(30, 20)), encoded(scene(), "PNG"), encoded(scene(), "WEBP")]
pictures = st.sampled_from([*PHOTOS, *(photo[: len(photo) // 2] for photo in PHOTOS)]) | st.binary()

schemathesis.openapi.format("binary", pictures)
schemathesis.openapi.format("byte", pictures.map(lambda photo: base64.b64encode(photo).decode()))
ALIASES = [f"image/{kind}" for kind in ("png", "webp", "gif", "avif", "heic", "tiff")]
schemathesis.openapi.media_type("image/jpeg", pictures, aliases=ALIASES)

KEPT = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
SEARCH, SIMILAR = ("/", "POST"), ("/similar/{objectID}", "GET")
REJECTED = {"expected-statuses": [400, 404, 413, 415]}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A stack without the bridge, whose threads draw random numbers, which Hypothesis notices."""
    with LocalStack(StackOptions(PARTS, model=None, run_dir=tmp_path_factory.mktemp("stack"))) as running:
        labels = [{"description": "Boot", "score": 0.9}]
        Outside(running).seed([{"objectID": "d1", "labels": labels}, {"objectID": "d2"}])
        yield running.endpoints.search_url


@pytest.fixture(scope="module")
def described(url: str) -> BaseSchema:
    config = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": REJECTED}})
    return schemathesis.openapi.from_url(f"{url}/openapi.json", config=config)


def checked(case: Case[Any]) -> schemathesis.Response:
    return case.call_and_validate(checks=KEPT, timeout=10)


def reaches_us(case: Case[Any]) -> bool:
    """The framework's router answers a path with a line break itself."""
    return "\n" not in unquote(case.path_parameters.get("objectID", ""))


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), [SEARCH, SIMILAR])
def test_whatever_is_sent_is_answered_as_described(
    described: BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    @settings(max_examples=75, derandomize=True, database=None, deadline=None, suppress_health_check=SLOW)
    @given(described[path][method].as_strategy(generation_mode=mode).filter(reaches_us))
    def is_as_described(case: Case[Any]) -> None:
        checked(case)

    is_as_described()


BODY = {"image": {"content": base64.b64encode(PHOTO).decode()}}
GOOD: Mapping[str, tuple[tuple[str, str], Mapping[str, Any]]] = {
    "raw": (SEARCH, {"media_type": "image/jpeg", "body": PHOTO}),
    "filters": (SEARCH, {"media_type": "image/jpeg", "body": PHOTO, "query": {"return": "filters"}}),
    "strict": (SEARCH, {"media_type": "image/jpeg", "body": PHOTO, "query": {"mode": "strict"}}),
    "crop": (SEARCH, {"media_type": "image/jpeg", "body": PHOTO, "query": {"crop": "0,0,0.5,1"}}),
    "JSON": (SEARCH, {"media_type": "application/json", "body": {**BODY, "facets": ["labels.description"]}}),
    "multipart": (SEARCH, {"media_type": "multipart/form-data", "body": {"image": PHOTO, "page": 1}}),
    "similar": (SIMILAR, {"path_parameters": {"objectID": "d1"}, "query": {"facets": "labels.description"}}),
    "similar filters": (SIMILAR, {"path_parameters": {"objectID": "d1"}, "query": {"return": "filters"}}),
    "description": (("/openapi.json", "GET"), {}),
    "health": (("/healthz", "GET"), {}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_found_is_as_described(described: BaseSchema, name: str) -> None:
    (path, method), request = GOOD[name]
    assert checked(described[path][method].Case(**request)).status_code == 200
