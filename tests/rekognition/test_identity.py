"""The function's Google identity, from a metadata server of the test's own."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from devstack.environment import REPOSITORY, child_environment
from devstack.serving import serving

ASK = """
from shared.errors import Misconfigured
from shared.labeling.providers.rekognition.client import google_identity
try:
    print(google_identity())
except Misconfigured as error:
    print(error)
"""


def token_for(audience: str) -> str:
    parts: tuple[dict[str, object], ...] = ({"alg": "none"}, {"aud": audience, "exp": 4_000_000_000}, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)


@pytest.fixture
def metadata() -> Iterator[str]:
    headers = {"Metadata-Flavor": "Google"}

    def root(_: Request) -> Response:
        return PlainTextResponse("", headers=headers)

    def account(_: Request) -> Response:
        return JSONResponse({"email": "shop@project.iam.gserviceaccount.com", "scopes": []}, headers=headers)

    def identity(request: Request) -> Response:
        return PlainTextResponse(token_for(request.query_params["audience"]), headers=headers)

    whose = "/computeMetadata/v1/instance/service-accounts/{email}"
    routes = [Route("/", root), Route(f"{whose}/", account), Route(f"{whose}/identity", identity)]
    with serving(Starlette(routes=routes)) as port:
        yield f"127.0.0.1:{port}"


def ask(env: dict[str, str] | None = None) -> str:
    return subprocess.run(
        [sys.executable, "-c", ASK],
        env=child_environment(env),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()


def test_the_identity_is_made_out_to_amazon(metadata: str) -> None:
    here = {"GCE_METADATA_HOST": metadata, "GCE_METADATA_IP": metadata, "NO_GCE_CHECK": "false"}
    assert ask(here) == token_for("sts.amazonaws.com")


def test_a_machine_without_an_identity_is_told_what_to_set() -> None:
    told = ask()
    assert told.startswith("REKOGNITION_ROLE_ARN: ")
    assert "AWS_ACCESS_KEY_ID" in told
