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
RECORD_BYTES = 100


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    logs = tmp_path_factory.mktemp("logs")
    options = StackOptions(
        parts=PARTS,
        pubsub="stand-in",
        run_dir=logs,
        max_record_bytes=RECORD_BYTES,
        too_big="at-once",
        versioned=True,
    )
    with LocalStack(options) as running:
        yield running


def test_only_the_wanted_parts_run(stack: LocalStack) -> None:
    assert set(stack.processes.pids()) == PARTS
    assert stack.endpoints.enrich_url == stack.endpoints.recognizer_url == ""
    with pytest.raises(RuntimeError, match="bridge"):
        _ = stack.bridge


def test_topics_subscriptions_and_the_bucket_exist(stack: LocalStack) -> None:
    names = stack.endpoints
    with emulator.subscriber(names.pubsub_host) as subscriber:
        found = {
            subscription.name.rpartition("/")[2]: subscription
            for subscription in subscriber.list_subscriptions(project=f"projects/{names.project}")
        }
    assert set(found) == {topology.PICTURES, topology.PARKED, topology.DEAD_LETTER}
    policy = found[topology.PICTURES].dead_letter_policy
    assert policy.dead_letter_topic == topology.topic_path(names.project, topology.DEAD_LETTER)
    with storage.client(names.storage_url, names.project) as client:
        assert client.bucket(names.bucket).exists()


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


def test_each_key_may_do_what_its_function_needs_and_no_more(stack: LocalStack) -> None:
    names = stack.endpoints
    calls = {
        "add": ("PUT", f"/1/indexes/{names.index}/1"),
        "search": ("POST", f"/1/indexes/{names.index}/query"),
        "elsewhere": ("POST", "/1/indexes/other/query"),
        "settings": ("PUT", f"/1/indexes/{names.index}/settings"),
    }
    allowed = {
        key: {name for name, (method, path) in calls.items() if _algolia(stack, key, method, path) != 403}
        for key in (names.keys.admin, names.keys.enrich, names.keys.search)
    }
    assert allowed == {
        names.keys.admin: {"add", "search", "elsewhere", "settings"},
        names.keys.enrich: {"add", "search"},
        names.keys.search: {"search"},
    }


def test_algolia_takes_records_of_the_size_asked_for_and_refuses_larger_ones_when_asked(
    stack: LocalStack,
) -> None:
    path, key = f"/1/indexes/{stack.endpoints.index}/size", stack.endpoints.keys.admin
    halves = [{name: "x" * (RECORD_BYTES // 2)} for name in ("first", "second")]
    sent = [_algolia(stack, key, "POST", f"{path}/partial", half) for half in halves]
    assert sent == [200, 400]


def _algolia(stack: LocalStack, key: str, method: str, path: str, body: object = None) -> int:
    headers = {"x-algolia-application-id": stack.endpoints.app_id, "x-algolia-api-key": key}
    url = f"{stack.endpoints.algolia_url}{path}"
    return requests.request(method, url, json=body or {}, headers=headers, timeout=5).status_code


def test_faults_reach_the_server(stack: LocalStack) -> None:
    path = f"/1/indexes/{stack.endpoints.index}/query"
    stack.set_faults("algolia", Fault(path=path, status=503))
    assert _algolia(stack, stack.endpoints.keys.search, "POST", path) == 503
    stack.set_faults("algolia")
    assert _algolia(stack, stack.endpoints.keys.search, "POST", path) != 503


@pytest.mark.parametrize("restarted", [False, True])
def test_only_the_pictures_are_versioned_and_only_when_asked_for(
    stack: LocalStack, *, restarted: bool
) -> None:
    names = stack.endpoints
    if restarted:
        stack.restart("storage")
    with storage.client(names.storage_url, names.project) as client:
        buckets = {bucket.name: bucket.versioning_enabled for bucket in client.list_buckets()}
    assert buckets == {names.bucket: True, names.label_bucket: False}
    assert not StackOptions(parts=PARTS).versioned


@pytest.mark.parametrize("server", ["pubsub", "storage"])
def test_a_killed_server_comes_back_ready_for_use(stack: LocalStack, server: Server) -> None:
    names = stack.endpoints
    stack.kill(server)
    stack.restart(server)
    with storage.client(names.storage_url, names.project) as client:
        client.bucket(names.bucket).blob("products/1.jpg").upload_from_string(b"x")
    with emulator.subscriber(names.pubsub_host) as subscriber:
        subscription = topology.subscription_path(names.project, topology.PICTURES)
        received = subscriber.pull(subscription=subscription, max_messages=1).received_messages
    assert received[0].message.attributes["objectId"] == "products/1.jpg"


@pytest.mark.parametrize("stand_in", stand_ins().values(), ids=lambda stand_in: stand_in.recognizer)
def test_a_stand_in_is_a_recognizers_and_points_the_functions_to_its_doors(stand_in: StandIn) -> None:
    assert stand_in.recognizer in RECOGNIZERS
    doors = tuple(f"127.0.0.1:{number}" for number, _ in enumerate(stand_in.port_options, 1))
    told = Endpoints(
        recognizer=stand_in.recognizer, recognizer_hosts=doors, algolia_url="http://127.0.0.1:9"
    ).search_env()
    assert told["RECOGNIZER"] == stand_in.recognizer
    assert any(doors[0] in str(value) for _, value in SearchSettings.from_env(told).of_recognizer)


def test_a_recognizer_without_a_stand_in_needs_no_process(tmp_path: Path) -> None:
    parts: frozenset[Part] = frozenset({"algolia", "recognizer"})
    with LocalStack(
        StackOptions(parts=parts, recognizer="embedded", model=None, run_dir=tmp_path)
    ) as running:
        assert set(running.processes.pids()) == {"algolia"}
        assert running.search_env()["RECOGNIZER"] == "embedded"


def test_the_environment_speaks_to_a_recognizer_without_a_stand_in_only() -> None:
    env = {"EMBEDDED_HEAD": "head.json", "EMBEDDED_MODEL": " ", "AWS_ACCESS_KEY_ID": "real", "HOME": "/"}
    assert recognizer_variables("embedded", env) == {"EMBEDDED_HEAD": "head.json"}
    assert recognizer_variables("rekognition", env) == {}


def test_a_temporary_folder_of_logs_goes_with_the_stack() -> None:
    with LocalStack(StackOptions(parts=frozenset({"algolia"}))) as running:
        folder = running.processes.run_dir
        assert (folder / "algolia.log").exists()
    assert not folder.exists()


def test_a_stack_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"no model")
    stack = LocalStack(
        StackOptions(parts=frozenset({"algolia", "recognizer"}), model=model, run_dir=tmp_path)
    )
    with pytest.raises(ChildFailed, match="recognizer exited with code"), stack:
        pass
    assert stack.processes.pids() == {}


@pytest.mark.parametrize("part", ["storage", "enrich", "search", "bridge"])
def test_a_part_without_those_it_needs_is_refused(part: Part) -> None:
    with pytest.raises(ValueError, match="also needs"):
        StackOptions(parts=frozenset({part}), bridge=BridgeOptions())


def test_a_missing_model_is_told_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make setup"):
        StackOptions(model=tmp_path / "none.onnx")


def test_the_jar_named_by_the_environment_comes_first(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.touch(mode=0o755)
    library = tmp_path / "sdk" / "platform" / "pubsub-emulator" / "lib"
    library.mkdir(parents=True)
    jar = library / "cloud-pubsub-emulator-0.8.20-all.jar"
    jar.touch()
    env = {"PATH": str(tmp_path), "CLOUDSDK_ROOT": str(tmp_path / "sdk")}
    assert emulator.find_jar(env) == jar
    assert emulator.find_jar({**env, "PUBSUB_EMULATOR_JAR": "/own.jar"}) == Path("/own.jar")


def test_a_jar_is_found_beside_the_gcloud_on_the_path(tmp_path: Path) -> None:
    root = tmp_path / "google-cloud-sdk"
    jar = root / "platform" / "pubsub-emulator" / "lib" / "cloud-pubsub-emulator-0.8.20-all.jar"
    for file in (root / "bin" / "gcloud", jar, tmp_path / "bin" / "java"):
        file.parent.mkdir(parents=True)
        file.touch(mode=0o755)
    (tmp_path / "bin" / "gcloud").symlink_to(root / "bin" / "gcloud")
    assert emulator.find_jar({"PATH": str(tmp_path / "bin")}) == jar


def test_there_is_no_emulator_without_java(tmp_path: Path) -> None:
    assert emulator.find_jar({"PATH": str(tmp_path), "PUBSUB_EMULATOR_JAR": "/own.jar"}) is None
