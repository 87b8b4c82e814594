"""Both functions as the platform runs them: out of the unpacked bundle, with its requirements and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from devstack.delivery.wire import FORMS, Envelope, Wire
from devstack.endpoints import encoder_variables
from devstack.processes import LOOPBACK, Command, Processes, free_ports, http_answers
from devstack.stack import LocalStack, StackOptions
from devstack.standins import stand_ins
from devstack.topology import PICTURES, subscription_path
from shared.labeling.registry import DEFAULT_RECOGNIZER
from tests import pages
from tests.bundle.conftest import Built, Venv, clean
from tests.outside import Outside, eventually
from tests.pictures import encoded, heic, jpeg, scene

Bundles = Callable[..., Built]
Venvs = Callable[..., Venv]
Serve = Callable[..., str]
GROUPS = ("google-vision", "embedded")
HEALTHY = {"enrich": ("/", HTTPStatus.METHOD_NOT_ALLOWED), "search": ("/healthz", HTTPStatus.OK)}
PICTURE = jpeg(seed=71)
CROPPED = encoded(scene(seed=71).crop((40, 30, 360, 270)))
OTHERS = {"HEIC": heic(scene(seed=72)), "WebP": encoded(scene(seed=73), "WEBP")}
"""What is decoded in a process of its own, which must find everything in the bundle too."""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """What stands around the functions, without any function."""
    options = StackOptions(
        parts=frozenset({"pubsub", "storage", "algolia", "recognizer"}),
        run_dir=tmp_path_factory.mktemp("servers"),
        both=encoder_variables(),
    )
    with LocalStack(options) as running:
        yield running


@pytest.fixture(scope="module")
def around(servers: LocalStack) -> Outside:
    return Outside(servers)


@pytest.fixture(scope="module")
def serve(servers: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts a function out of a folder and says where it is."""
    started = Processes(tmp_path_factory.mktemp("functions"))

    def start(function: str, folder: Path, venv: Venv, **changes: str) -> str:
        env = (servers.enrich_env() if function == "enrich" else servers.search_env()) | changes
        [command] = started.start(lambda: platform(function, folder, venv, env))
        return f"http://{LOOPBACK}:{command.ports[0]}"

    yield start
    started.end()


def platform(function: str, folder: Path, venv: Venv, env: Mapping[str, str]) -> Command:
    """How Cloud Run runs a function: told by variables only, in the source's folder.

    It says `http` even of one that takes events, if it has no trigger; the function's own decorator knows
    better. The model's place is not told: it is in the bundle.
    """
    (port,) = free_ports(1)
    told = {
        "FUNCTION_TARGET": function,
        "FUNCTION_SIGNATURE_TYPE": "http",
        "HOST": LOOPBACK,
        "PORT": str(port),
    }
    return Command(
        name=f"{function} {port}",
        argv=(venv.program("functions-framework"),),
        healthy=http_answers(port, *HEALTHY[function]),
        env=clean(told | {name: value for name, value in env.items() if name != "EMBEDDED_MODEL"}),
        ports=(port,),
        cwd=folder,
    )


OF_STAND_INS = {"ALGOLIA_HOSTS", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST", "VISION_ENDPOINT"}


def command_of(function: str) -> str:
    """The line of the guide that deploys a function without Terraform, and what follows it in its block."""
    texts = pages.code("docs/operations.md", "console")
    [found] = [text for text in texts if f"functions deploy visual-search-{function}" in text]
    return found.partition(f"functions deploy visual-search-{function}")[2]


def told_by(command: str, env: Mapping[str, str]) -> dict[str, str]:
    """The variables of a command, with the stack's values; besides them only the addresses of stand-ins."""
    given = re.findall(r"--set-(?:env-vars|secrets)=(\S+)", command)[:2]
    names = {each.partition("=")[0] for part in given for each in part.strip('"').split(",")}
    assert {"ALGOLIA_APP_ID", "ALGOLIA_API_KEY"} < names
    return {name: value if name in names | OF_STAND_INS else "" for name, value in env.items()}


@pytest.fixture(scope="module")
def enrich(serve: Serve, bundles: Bundles, venv: Venvs) -> str:
    return serve("enrich", bundles().unpacked("enrich"), venv("enrich", *GROUPS))


@pytest.fixture(scope="module")
def search(servers: LocalStack, serve: Serve, bundles: Bundles, venv: Venvs) -> str:
    """With no more variables than the guide's command has."""
    told = told_by(command_of("search"), servers.search_env())
    return serve("search", bundles().unpacked("search"), venv("search", *GROUPS), **told)


def uploaded(around: Outside, product: str, picture: bytes = PICTURE) -> Envelope:
    """Put a picture into the bucket, and return what Cloud Storage has Pub/Sub say of it."""
    around.seed([{"objectID": product, "name": product}])
    around.upload(f"products/{product}/front.jpg", picture)
    return said(around)


def said(around: Outside) -> Envelope:
    """The only message about the bucket."""
    [(attributes, body)] = eventually(lambda: around.kept(PICTURES), bool)
    subscription = subscription_path(around.stack.endpoints.project, PICTURES)
    return Envelope(subscription, "1", datetime.now(UTC), json.dumps(body).encode(), attributes)


def deliver(enrich: str, event: Envelope, form: Wire) -> None:
    sent = FORMS[form](event)
    answer = requests.post(enrich, data=sent.body, headers=dict(sent.headers), timeout=30)
    assert answer.status_code == HTTPStatus.OK, answer.text


def found(search: str, photo: bytes = CROPPED) -> dict[str, Any]:
    answer = requests.post(search, files={"image": photo}, timeout=30)
    assert answer.status_code == HTTPStatus.OK, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize("form", FORMS)
def test_an_event_in_every_form_reaches_the_record(around: Outside, enrich: str, form: Wire) -> None:
    event = uploaded(around, form)
    assert around.labels(form) is None
    deliver(enrich, event, form)
    record = around.record(form)
    assert record["labelNames"]
    assert any(name.startswith("visualCode") for name in record)


def test_without_terraform_both_functions_work_with_the_variables_of_the_guides_commands(
    around: Outside, serve: Serve, bundles: Bundles, venv: Venvs, search: str
) -> None:
    told = told_by(command_of("enrich"), around.stack.enrich_env())
    told["FUNCTION_SIGNATURE_TYPE"] = "cloudevent"
    enrich = serve("enrich", bundles().unpacked("enrich"), venv("enrich", *GROUPS), **told)
    event = uploaded(around, "by hand")
    deliver(enrich, event, "binary")
    assert around.record("by hand")["labelNames"]
    assert "by hand" in [hit["objectID"] for hit in found(search)["hits"]]
    around.delete("products/by hand/front.jpg")
    gone = said(around)
    deliver(enrich, gone, "binary")
    assert not around.record("by hand")["labelNames"]
    types = re.findall(r"--(?:trigger-)?event-filters=type=(\S+)", command_of("enrich"))
    assert [FORMS["binary"](each).headers["ce-type"] for each in (event, gone)] == types


def test_a_photo_is_answered_with_how_close_products_are(around: Outside, enrich: str, search: str) -> None:
    deliver(enrich, uploaded(around, "close"), "push")
    hits = {hit["objectID"]: hit["_visual"] for hit in found(search)["hits"]}
    assert hits["close"]["closeness"] > 0.5
    assert hits["close"]["verdict"] == "verySimilar"


@pytest.mark.parametrize("kind", OTHERS)
def test_what_phones_and_browsers_write_is_read_by_both(
    around: Outside, enrich: str, search: str, kind: str
) -> None:
    deliver(enrich, uploaded(around, kind, OTHERS[kind]), "push")
    assert around.record(kind)["labelNames"]
    hits = {hit["objectID"]: hit["_visual"] for hit in found(search, OTHERS[kind])["hits"]}
    # The record has the mean of four views, the photo is one of them.
    assert hits[kind]["closeness"] > 0.98


@pytest.mark.parametrize("name", sorted(stand_ins().keys() - {DEFAULT_RECOGNIZER}))
def test_another_recognizer_without_an_encoder_needs_no_more_than_its_bundles_require(
    around: Outside, serve: Serve, bundles: Bundles, venv: Venvs, name: str
) -> None:
    built = bundles(name, "none")
    options = StackOptions(parts=frozenset({"recognizer"}), recognizer=name, model=None)
    with LocalStack(options) as other:
        names = replace(
            around.stack.endpoints, recognizer=name, recognizer_hosts=other.endpoints.recognizer_hosts
        )
        told = {"enrich": names.enrich_env(), "search": names.search_env()}

        def serving(function: str) -> str:
            return serve(function, built.unpacked(function), venv(function, name), **told[function])

        deliver(serving("enrich"), uploaded(around, name), "push")
        assert around.record(name)["labelNames"]
        assert name in [hit["objectID"] for hit in found(serving("search"))["hits"]]
