"""The provider against an Amazon of somebody else's making, and how it proves who asks."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from devstack.environment import child_environment
from devstack.serving import serving
from shared.errors import Misconfigured, Transient
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling import Recognizer
from shared.labeling.provider import Wanted
from shared.labeling.providers.rekognition import PROVIDER, RekognitionSettings
from shared.labeling.providers.rekognition.client import connect
from shared.labeling.providers.rekognition.recognizer import Rekognition
from shared.model import Label
from tests.pictures import jpeg
from tests.programs import ran
from tests.recognizers.services import Vendor

PHOTO = Picture(jpeg())


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def asking_as_a_role(endpoint: str, token: Callable[[], str]) -> Recognizer:
    """The recognizer as it is made for the settings of a role, but for the identity."""
    settings = RekognitionSettings.from_env({**PROVIDER.example, "REKOGNITION_ENDPOINT": endpoint})
    return Rekognition(partial(connect, settings, token, 20.0), product_opener(), Wanted(timeout=20.0), 0.5)


def check(labels: tuple[Label, ...]) -> None:
    phone, parent = labels
    assert (phone.name, parent.name) == ("Mobile Phone", "Phone")
    assert parent.score == phone.score / 2 > 0.49
    assert phone.box is not None
    assert 0.2 < phone.box.width < 0.3


def test_a_role_is_assumed_once_for_many_pictures(amazon: str) -> None:
    tokens = iter(["the only token"])
    recognizer = asking_as_a_role(amazon, lambda: next(tokens))
    for _ in range(3):
        check(recognizer.label(PHOTO))


@pytest.mark.parametrize(
    "failure", [Misconfigured("REKOGNITION_ROLE_ARN", "nobody"), Transient("away", "away")]
)
def test_without_an_identity_no_role_is_assumed(amazon: str, failure: Exception) -> None:
    def token() -> str:
        raise failure

    with pytest.raises(type(failure)) as raised:
        asking_as_a_role(amazon, token).label(PHOTO)
    assert raised.value is failure


ALONE = """
from shared import wiring
from shared.imaging import Picture
from shared.settings.labeling import LabelingSettings
from tests.pictures import jpeg

recognizer = wiring.chosen_recognizer(LabelingSettings.from_env())
print([label.name for label in recognizer.label(Picture(jpeg()))])
"""


def test_a_key_signs_and_what_amazons_tools_share_is_unread(
    vendor: Vendor, amazon: str, tmp_path: Path
) -> None:
    poison = tmp_path / "config"
    poison.write_text("[default]\nthis is no configuration")
    files = {"AWS_CONFIG_FILE": str(poison), "AWS_SHARED_CREDENTIALS_FILE": str(poison)}
    elsewhere = {"AWS_PROFILE": "missing", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    env = {**vendor.env, "REKOGNITION_ENDPOINT": amazon, **files, **elsewhere}
    done = ran(sys.executable, "-c", ALONE, env=child_environment(env))
    assert done.stdout == "['Mobile Phone', 'Phone']\n", done.stderr


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
    return ran(sys.executable, "-c", ASK, env=child_environment(env)).stdout.strip()


def test_the_identity_is_made_out_to_amazon(metadata: str) -> None:
    here = {"GCE_METADATA_HOST": metadata, "GCE_METADATA_IP": metadata, "NO_GCE_CHECK": "false"}
    assert ask(here) == token_for("sts.amazonaws.com")


def test_a_machine_without_an_identity_is_told_what_to_set() -> None:
    told = ask()
    assert told.startswith("REKOGNITION_ROLE_ARN: ")
    assert "AWS_ACCESS_KEY_ID" in told
