"""A wrong deployment fails before it takes traffic, and says what to write."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY, child_environment
from shared.labeling.registry import RECOGNIZERS

NAMES = Endpoints(algolia_url="http://127.0.0.1:1", recognizer_hosts=("127.0.0.1:1",))
ENVIRONMENTS = {"enrich": NAMES.enrich_env(), "search": NAMES.search_env()}


def start(name: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The function's process, which does not start."""
    code = f"import functions_framework as f; f.create_app({name!r}, 'functions/{name}/main.py')"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=child_environment(env),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


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
        (
            "enrich",
            {"ENCODER": "onnx", "ONNX_MODEL": "/no/such.onnx"},
            "ONNX_MODEL: cannot read /no/such",
        ),
        ("enrich", {"STRATEGIES": "labels,code"}, "STRATEGIES: words and code need an encoder"),
        (
            "search",
            {"ENCODER": "onnx", "ONNX_MODEL": __file__, "ENCODER_PROJECTION": "/no/such.json"},
            "ENCODER_PROJECTION: cannot read /no/such.json",
        ),
        ("enrich", {"ENCODER_PROJECTION": "p.json"}, "ENCODER_PROJECTION: there is no encoder to project"),
        ("search", {"VISION_REGION": "mars"}, "VISION_REGION: "),
    ],
)
def test_a_wrong_setting_is_one_json_line_and_ends_the_process(
    function: str, change: dict[str, str], words: str
) -> None:
    done = start(function, ENVIRONMENTS[function] | change)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [written] = done.stdout.splitlines()
    line = json.loads(written)
    assert line.keys() == {"severity", "message", "setting", "detail"}
    assert (line["severity"], line["message"]) == ("CRITICAL", "misconfigured")
    assert words in f"{line['setting']}: {line['detail']}"
