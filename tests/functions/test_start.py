"""A wrong deployment fails before it takes traffic, and says what to write."""

from __future__ import annotations

import json

import functions_framework
import pytest

from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY
from shared.labeling.registry import RECOGNIZERS

NAMES = Endpoints(algolia_url="http://127.0.0.1:1", recognizer_hosts=("127.0.0.1:1",))
ENVIRONMENTS = {"enrich": NAMES.enrich_env(), "search": NAMES.search_env()}
ONNX = {"ENCODER": "onnx"}


@pytest.mark.parametrize(
    ("function", "change", "words"),
    [
        ("enrich", {"PICTURE_BUCKET": ""}, "PICTURE_BUCKET: is not set; write the name of the bucket"),
        ("enrich", {"PARKED_TOPIC": "parked"}, "PARKED_TOPIC: "),
        ("enrich", {"OBJECT_PATTERN": "products/<file>"}, "OBJECT_PATTERN: "),
        ("enrich", {"RECOGNIZER": "clarifai"}, f"write one of: {', '.join(RECOGNIZERS)}"),
        ("search", {"ALGOLIA_API_KEY": ""}, "ALGOLIA_API_KEY: is not set; write an API key"),
        ("search", {"SEARCH_TIMEOUT": "20"}, "it follows from RECOGNIZER_TIMEOUT; remove it"),
        ("enrich", {"VISION_OBJECTS": "largest"}, "VISION_OBJECTS: is no setting any more; "),
        ("enrich", {"RECOGNIZER_FEATURES": "shoes"}, "RECOGNIZER_FEATURES: google-vision has no 'shoes'"),
        ("search", {"MAX_LABLES": "3"}, "MAX_LABLES: is no setting; did you mean MAX_LABELS?"),
        ("enrich", {"PICTURE_BUCKET": "", "PARKED_TOPIC": "parked"}, "PICTURE_BUCKET, PARKED_TOPIC: "),
        ("search", {"SEARCH_MODE": "loose"}, "SEARCH_MODE: "),
        ("search", {"FORWARDED_HOPS": "-1"}, "FORWARDED_HOPS: "),
        ("search", {"PICTURE_URL_HOSTS": "https://x"}, "PICTURE_URL_HOSTS: 'https://x' is no host name"),
        ("search", {"RECOGNIZER": "embedded"}, "EMBEDDED_MODEL: cannot read "),
        ("search", {"ENCODER": "embedded"}, "or do without: ENCODER=none"),
        ("enrich", ONNX | {"ONNX_MODEL": "/no/such.onnx"}, "ONNX_MODEL: cannot read /no/such"),
        ("enrich", {"STRATEGIES": "labels,code"}, "STRATEGIES: words and code need an encoder"),
        ("search", ONNX | {"ONNX_MODEL": __file__, "ENCODER_PROJECTION": "/no/such.json"},
         "ENCODER_PROJECTION: cannot read /no/such.json"),
        ("enrich", {"ENCODER_PROJECTION": "p.json"}, "ENCODER_PROJECTION: there is no encoder to project"),
        ("search", {"VISION_REGION": "mars"}, "VISION_REGION: "),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_one_json_line(
    function: str,
    change: dict[str, str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in (ENVIRONMENTS[function] | change).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as caught:
        functions_framework.create_app(function, f"{REPOSITORY}/functions/{function}/main.py")  # type: ignore[no-untyped-call]
    assert caught.value.code == 1
    [written] = capsys.readouterr().out.splitlines()
    line = json.loads(written)
    assert line.keys() == {"severity", "message", "setting", "detail"}
    assert (line["severity"], line["message"]) == ("CRITICAL", "misconfigured")
    assert words in f"{line['setting']}: {line['detail']}"
