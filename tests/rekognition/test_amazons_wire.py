"""The provider against an Amazon of somebody else's making, and the ways it proves who asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer
from shared.labeling.providers.rekognition.access import Access

from devstack.environment import REPOSITORY, child_environment
from shared.errors import Misconfigured, Transient
from shared.imaging import Picture
from shared.imaging.opening import product_opener
from shared.labeling.providers import rekognition
from shared.labeling.providers.rekognition.client import Destination, connect
from shared.labeling.providers.rekognition.labeler import Rekognition
from shared.model import Label
from tests.pictures import jpeg

PHOTO = Picture(jpeg())
SECRET = "secret"  # noqa: S105 - nobody checks it
ROLE = Access("", "", "arn:aws:iam::123456789012:role/shop")


@pytest.fixture(scope="module")
def amazon() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def asking_as(access: Access, endpoint: str, token: Callable[[], str]) -> Rekognition:
    opened = partial(connect, Destination("eu-west-1", endpoint), access, token, 5.0)
    return Rekognition(
        opened, image_properties=False, timeout=5.0, min_score=0.5, max_labels=10, imaging=product_opener()
    )


def check(labels: tuple[Label, ...]) -> None:
    phone, parent = labels
    assert (phone.name, parent.name) == ("Mobile Phone", "Phone")
    assert parent.score == phone.score / 2 > 0.49
    assert phone.box is not None
    assert 0.2 < phone.box.width < 0.3


def test_a_request_signed_with_a_key_is_answered(amazon: str) -> None:
    labeler = rekognition.create(
        region="eu-west-1", endpoint=amazon, access_key_id="KEY", secret_access_key=SECRET
    )
    check(labeler.label(PHOTO))


def test_a_role_is_assumed_once_for_many_pictures(amazon: str) -> None:
    tokens = iter(["the only token"])
    labeler = asking_as(ROLE, amazon, lambda: next(tokens))
    for _ in range(3):
        check(labeler.label(PHOTO))


@pytest.mark.parametrize(
    "failure", [Misconfigured("REKOGNITION_ROLE_ARN", "nobody"), Transient("away", "away")]
)
def test_without_an_identity_no_role_is_assumed(amazon: str, failure: Exception) -> None:
    def token() -> str:
        raise failure

    with pytest.raises(type(failure)) as raised:
        asking_as(ROLE, amazon, token).label(PHOTO)
    assert raised.value is failure


ALONE = """
import os, sys
from shared.labeling.providers import rekognition
from shared.imaging import Picture
from tests.pictures import jpeg

labeler = rekognition.create(region="eu-west-1", endpoint=sys.argv[1], {credentials})
print([label.name for label in labeler.label(Picture(jpeg()))])
"""


def run(code: str, amazon: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, amazon],
        env=child_environment(env),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_what_amazons_tools_share_is_not_read(amazon: str, tmp_path: Path) -> None:
    poison = tmp_path / "config"
    poison.write_text("[default]\nthis is no configuration")
    files = {"AWS_CONFIG_FILE": str(poison), "AWS_SHARED_CREDENTIALS_FILE": str(poison)}
    elsewhere = {"AWS_PROFILE": "missing", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    code = ALONE.format(credentials='access_key_id="KEY", secret_access_key="secret"')
    done = run(code, amazon, {**files, **elsewhere})
    assert done.stdout == "['Mobile Phone', 'Phone']\n", done.stderr
