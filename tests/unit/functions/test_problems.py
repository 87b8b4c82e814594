"""What is told of a request that cannot be answered, however much it holds."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from shared import logs
from tests.functions.search_app import CATALOG, PHOTO, Behind, client, detail, endpoints

IMAGE, JSON, FORM = "image/jpeg", "application/json", "multipart/form-data; boundary=b"
ROOM = CATALOG | {"MAX_PICTURE_BYTES": "20000000", "FILTERABLE_ATTRIBUTES": "brand"}
ANY = "x" * 300_000
PART = f'--b\r\nContent-Disposition: form-data; name="{ANY}"; filename="a"\r\n\r\nx\r\n--b--\r\n'.encode()


def body(**fields: object) -> bytes:
    return json.dumps({"image": {"content": "QUJD"}, **fields}).encode()


TOLD: Mapping[str, tuple[str, str, bytes, str]] = {
    "path": ("GET", f"/{ANY}", b"", IMAGE),
    "method": ("PUT", f"/similar/{ANY}", b"", IMAGE),
    "product": ("GET", f"/similar/{ANY[:1_000]}", b"", IMAGE),
    "field": ("POST", f"/?{ANY}=1", PHOTO, IMAGE),
    "field twice": ("POST", f"/?{ANY}=1&{ANY}=2", PHOTO, IMAGE),
    "field of JSON": ("POST", "/", body(**{ANY: 1}), JSON),
    "field of JSON twice": ("POST", f"/?{ANY}=1", body(**{ANY: 1}), JSON),
    "field of an object": ("POST", "/", body(crop={ANY: 1}), JSON),
    "part": ("POST", "/", PART, FORM),
    "attribute": ("POST", "/", body(filters=ANY[:4_000]), JSON),
}


@pytest.mark.parametrize("case", TOLD)
def test_what_a_request_holds_is_told_and_logged_in_few_words(
    behind: Behind, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    method, path, content, kind = TOLD[case]
    logs.setup()
    browser = client(endpoints(behind, ROOM))
    answer = browser.open(path, method=method, data=content, content_type=kind)
    assert answer.status_code in {400, 404, 405}
    assert 10 < len(detail(answer, answer.status_code)) <= 500
    assert 10 < len(capsys.readouterr().out) < 1_000
