from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from devstack import storage, topology
from devstack.delivery.bridge import BridgeOptions
from devstack.endpoints import Endpoints, recognizer_variables
from devstack.processes import ChildFailed
from devstack.pubsub import emulator
from devstack.serving import Fault
from devstack.stack import LocalStack, Part, Server, StackOptions
from devstack.standins import StandIn, stand_ins
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings

PARTS: frozenset[Part] = frozenset({"pubsub", "storage", "algolia"})
RECOGNIZING: frozenset[Part] = frozenset({"algolia", "recognizer"})
RECORD_BYTES = 100


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    logs = tmp_path_factory.mktemp("logs")
    options = StackOptions(
        PARTS,
        run_dir=logs,
        versioned=True,
        max_record_bytes=RECORD_BYTES,
        too_big="at-once",
    )
    with LocalStack(options) as running:
        yield running


def test_only_the_wanted_parts_run(stack: LocalStack) -> None:
    assert set(stack.processes.pids()) == PARTS
    assert stack.endpoints.enrich_url == stack.endpoints.recognizer_url == ""
    with pytest.raises(RuntimeError, match="bridge"):
        _ = stack.bridge


def test_topics_and_subscriptions_exist(stack: LocalStack) -> None:
    names = stack.endpoints
    with emulator.subscriber(names.pubsub_host) as subscriber:
        listed = subscriber.list_subscriptions(project=f"projects/{names.project}")
        found = {each.name.rpartition("/")[2]: each for each in listed}
    assert set(found) == {topology.PICTURES, topology.PARKED, topology.DEAD_LETTER}
    policy = found[topology.PICTURES].dead_letter_policy
    assert policy.dead_letter_topic == topology.topic_path(names.project, topology.DEAD_LETTER)


def test_servers_listen_on_one_loopback_address_only(stack: LocalStack) -> None:
    names = stack.endpoints
    for address in (names.pubsub_host, names.storage_url, names.algolia_url):
        port = int(address.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), 1).close()
        with pytest.raises(OSError, match=r"refused|timed out|assign"):
            socket.create_connection(("127.0.0.2", port), 1)


def test_the_functions_settings_accept_what_the_stack_tells_them(stack: LocalStack) -> None:
    enrich = EnrichSettings.from_env(stack.enrich_env())
    search = SearchSettings.from_env(stack.search_env())
    assert enrich.picture_bucket == stack.endpoints.bucket
    assert search.algolia_hosts == (stack.endpoints.algolia_url,)
    assert enrich.algolia_api_key != search.algolia_api_key


def _algolia(stack: LocalStack, key: str, method: str, path: str, body: object = None) -> int:
    headers = {"x-algolia-application-id": stack.endpoints.app_id, "x-algolia-api-key": key}
    url = f"{stack.endpoints.algolia_url}/1/indexes/{path}"
    return requests.request(method, url, json=body or {}, headers=headers, timeout=5).status_code


def test_each_key_may_do_what_its_function_needs_and_no_more(stack: LocalStack) -> None:
    index, keys = stack.endpoints.index, stack.endpoints.keys
    calls = {
        "add": ("PUT", f"{index}/1"),
        "search": ("POST", f"{index}/query"),
        "elsewhere": ("POST", "other/query"),
        "settings": ("PUT", f"{index}/settings"),
    }
    for key, allowed in (
        (keys.admin, {"add", "search", "elsewhere", "settings"}),
        (keys.enrich, {"add", "search"}),
        (keys.search, {"search"}),
    ):
        assert {name for name, call in calls.items() if _algolia(stack, key, *call) != 403} == allowed


def test_algolia_takes_records_of_the_size_asked_for_and_refuses_larger_ones(
    stack: LocalStack,
) -> None:
    path, key = f"{stack.endpoints.index}/size/partial", stack.endpoints.keys.admin
    halves = [{name: "x" * (RECORD_BYTES // 2)} for name in ("first", "second")]
    assert [_algolia(stack, key, "POST", path, half) for half in halves] == [200, 400]


def test_faults_reach_the_server(stack: LocalStack) -> None:
    path = f"{stack.endpoints.index}/query"
    for faults, refused in (((Fault(path=path, status=503),), True), ((), False)):
        stack.set_faults("algolia", *faults)
        answer = _algolia(stack, stack.endpoints.keys.search, "POST", path)
        assert (answer == 503) == refused


@pytest.mark.parametrize("server", ["pubsub", "storage"])
def test_a_killed_server_comes_back_and_pictures_are_versioned(stack: LocalStack, server: Server) -> None:
    names = stack.endpoints
    stack.kill(server)
    stack.restart(server)
    with storage.client(names.storage_url, names.project) as client:
        buckets = {bucket.name: bucket.versioning_enabled for bucket in client.list_buckets()}
        client.bucket(names.bucket).blob("products/1.jpg").upload_from_string(b"x")
    assert buckets == {names.bucket: True, names.label_bucket: False}
    with emulator.subscriber(names.pubsub_host) as subscriber:
        subscription = topology.subscription_path(names.project, topology.PICTURES)
        received = subscriber.pull(subscription=subscription, max_messages=1).received_messages
    assert received[0].message.attributes["objectId"] == "products/1.jpg"


@pytest.mark.parametrize("stand_in", stand_ins().values(), ids=stand_ins())
def test_a_stand_in_is_a_recognizers_and_points_the_functions_to_its_doors(stand_in: StandIn) -> None:
    name = stand_in.recognizer
    doors = tuple(f"127.0.0.1:{number}" for number, _ in enumerate(stand_in.port_options, 1))
    names = Endpoints(recognizer=name, recognizer_hosts=doors, algolia_url="http://127.0.0.1:9")
    told = names.search_env()
    assert name in RECOGNIZERS
    assert told["RECOGNIZER"] == name
    assert any(doors[0] in str(value) for _, value in SearchSettings.from_env(told).of_recognizer)


def test_a_recognizer_without_a_stand_in_needs_no_process_and_temporary_logs_go_with_the_stack() -> None:
    with LocalStack(StackOptions(RECOGNIZING, "embedded", model=None)) as running:
        assert set(running.processes.pids()) == {"algolia"}
        assert running.search_env()["RECOGNIZER"] == "embedded"
        folder = running.processes.run_dir
        assert (folder / "algolia.log").exists()
    assert not folder.exists()


def test_the_environment_speaks_to_a_recognizer_without_a_stand_in_only() -> None:
    env = {"EMBEDDED_HEAD": "head.json", "EMBEDDED_MODEL": " ", "AWS_ACCESS_KEY_ID": "real", "HOME": "/"}
    assert recognizer_variables("embedded", env) == {"EMBEDDED_HEAD": "head.json"}
    assert recognizer_variables("rekognition", env) == {}


def test_a_stack_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"no model")
    stack = LocalStack(StackOptions(RECOGNIZING, "visenze", model=model, run_dir=tmp_path))
    with pytest.raises(ChildFailed, match="recognizer exited with code"), stack:
        pass
    assert stack.processes.pids() == {}


@pytest.mark.parametrize("part", ["storage", "enrich", "search", "bridge"])
def test_a_part_without_those_it_needs_is_refused(part: Part) -> None:
    with pytest.raises(ValueError, match="also needs"):
        StackOptions(parts=frozenset({part}), bridge=BridgeOptions())


def test_a_missing_model_is_told_before_all_starts_and_nothing_is_versioned_unasked(
    tmp_path: Path,
) -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        StackOptions(model=tmp_path / "none.onnx")
    assert not StackOptions(parts=PARTS).versioned


def test_the_emulators_jar_is_beside_gcloud_but_for_one_named_and_needs_java(
    tmp_path: Path,
) -> None:
    sdk, bin_ = tmp_path / "google-cloud-sdk", tmp_path / "bin"
    jar = sdk / "platform" / "pubsub-emulator" / "lib" / "cloud-pubsub-emulator-0.8.20-all.jar"
    for file in (sdk / "bin" / "gcloud", jar, bin_ / "java"):
        file.parent.mkdir(parents=True)
        file.touch(mode=0o755)
    (bin_ / "gcloud").symlink_to(sdk / "bin" / "gcloud")
    assert emulator.find_jar({"PATH": str(bin_)}) == jar
    (bin_ / "gcloud").unlink()
    env = {"PATH": str(bin_), "CLOUDSDK_ROOT": str(sdk)}
    assert emulator.find_jar(env) == jar
    own = {"PUBSUB_EMULATOR_JAR": "/own.jar"}
    assert emulator.find_jar({**env, **own}) == Path("/own.jar")
    assert emulator.find_jar({"PATH": str(tmp_path), **own}) is None
