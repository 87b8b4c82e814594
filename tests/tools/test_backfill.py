"""`visual-search pictures backfill` on the local stack."""

from __future__ import annotations

import itertools
import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from google.cloud.pubsub_v1 import SubscriberClient

from devstack import storage, topology
from devstack.pubsub import emulator
from devstack.stack import LocalStack
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools

_numbers = itertools.count()


@pytest.fixture
def product(outside: Outside) -> str:
    name = f"backfilled {next(_numbers)}"
    outside.seed([{"objectID": name, "name": "Product"}])
    return name


def test_a_dry_run_tells_figures_and_prices_and_changes_nothing(
    tools: Tools, outside: Outside, product: str
) -> None:
    picture = jpeg(seed=100)
    outside.upload(f"products/{product}/a.jpg", picture)
    outside.upload(f"products/{product}/copy.jpg", picture)
    outside.upload(f"products/{product}/deeper/a.jpg", b"no product picture")
    version = eventually(lambda: outside.record(product), lambda record: "labels" in record)["imageVersion"]
    options = ("pictures", "backfill", "--prefix", f"products/{product}/", "--dry-run")
    plan = tools.json(*options)
    assert plan["bytes"] == plan["pictureBytes"] + 18 == 2 * len(picture) + 18
    assert {key: plan[key] for key in ("objects", "outsidePattern", "products", "pictures")} == {
        "objects": 3,
        "outsidePattern": 1,
        "products": 1,
        "pictures": 2,
    }
    assert (plan["contents"], plan["paid"], plan["calls"], plan["priceUSDAfterFreeCalls"]) == (1, 1, 0, 0)
    due = tools.json(*options, MAX_LABELS="3")
    assert (due["paid"], due["calls"], due["priceUSD"], due["recognizer"][-5:]) == (0, 1, 0, "max=3")
    shown = tools(*options)
    assert shown.exit_code == 0
    assert f"such as products/{product}/deeper/a.jpg" in shown.stdout
    assert outside.record(product)["imageVersion"] >= version


def test_records_that_lost_their_labels_get_them_back_for_nothing(
    tools: Tools, outside: Outside, product: str
) -> None:
    outside.upload(f"products/{product}/a.jpg", jpeg(seed=101))
    eventually(lambda: outside.labels(product), bool)
    missing = ("pictures", "backfill", "--prefix", f"products/{product}/", "--missing", "--yes")
    assert tools.json(*missing)["products"] == 0
    calls = outside.vision_calls()
    outside.seed([{"objectID": product, "name": "Rebuilt"}])
    asked = tools(*missing)
    assert (asked.exit_code, asked.stderr.splitlines()[-1]) == (0, "1 of 1 products asked for.")
    eventually(lambda: outside.labels(product), bool)
    assert outside.record(product)["name"] == "Rebuilt"
    assert outside.vision_calls() == calls


def test_colors_reach_every_record_without_the_recognizer(
    tools: Tools, outside: Outside, product: str
) -> None:
    outside.upload(f"products/{product}/a.jpg", jpeg(seed=104))
    eventually(lambda: outside.labels(product), bool)
    missing = ("pictures", "backfill", "--prefix", f"products/{product}/", "--missing", "--dry-run")
    assert tools.json(*missing)["products"] == 0
    plan = tools.json(*missing, COLORS="true")
    assert (plan["products"], plan["calls"], plan["records"]) == (1, 0, {"partial": 1})


def test_relabeling_takes_only_what_another_recognizer_labeled(
    tools: Tools, outside: Outside, product: str
) -> None:
    outside.upload(f"products/{product}/a.jpg", jpeg(seed=102))
    outside.upload(f"products/{product} unknown/a.jpg", jpeg(seed=102))
    eventually(lambda: outside.labels(product), bool)
    options = ("pictures", "backfill", "--prefix", f"products/{product}", "--relabel", "--dry-run")
    assert tools.json(*options)["records"] == {"current": 1, "no_record": 1}
    plan = tools.json(*options, LABEL_MIN_SCORE="0.6")
    assert plan["records"] == {"other": 1, "no_record": 1}
    assert (plan["products"], plan["calls"]) == (1, 1)


@dataclass(frozen=True)
class Shelf:
    """A bucket and a topic nobody else uses; uploads to it are no events."""

    bucket: str
    topic: str
    subscription: str
    subscriber: SubscriberClient
    names: tuple[str, ...]

    @property
    def variables(self) -> dict[str, str]:
        """What sets a command to work on it."""
        return {"PICTURE_BUCKET": self.bucket, "PICTURE_TOPIC": self.topic}

    def asked(self) -> list[str]:
        """Take the names that another look was asked for."""
        pulled = self.subscriber.pull(subscription=self.subscription, max_messages=1_000, timeout=5)
        ids = [received.ack_id for received in pulled.received_messages]
        if ids:
            self.subscriber.acknowledge(subscription=self.subscription, ack_ids=ids)
        return [received.message.attributes["objectId"] for received in pulled.received_messages]


@pytest.fixture
def shelf(stack: LocalStack) -> Iterator[Shelf]:
    names = stack.endpoints
    own = f"shelf-{next(_numbers)}"
    topic, subscription = (
        topology.topic_path(names.project, own),
        topology.subscription_path(names.project, own),
    )
    objects = tuple(f"products/it's {number:03}/ä b.jpg" for number in range(60))
    Outside(stack).seed([{"objectID": f"it's {number:03}"} for number in range(60)])
    with storage.client(names.storage_url, names.project) as client:
        bucket = client.create_bucket(own)
        for name in objects:
            bucket.blob(name).upload_from_string(name.encode(), content_type="image/jpeg")
    publisher = emulator.publisher(names.pubsub_host)
    publisher.create_topic(name=topic)
    publisher.stop()
    publisher.transport.close()
    with emulator.subscriber(names.pubsub_host) as subscriber:
        subscriber.create_subscription(name=subscription, topic=topic)
        yield Shelf(own, topic, subscription, subscriber, objects)


def test_an_interrupted_backfill_goes_on_where_it_stopped_and_loses_nothing(
    tools: Tools, shelf: Shelf
) -> None:
    running = tools.process("pictures", "backfill", "--yes", "--rate", "20", **shelf.variables)
    first = eventually(shelf.asked, bool)
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=20)
    assert running.returncode == 130, error
    first += shelf.asked()
    assert len(first) < len(shelf.names)
    goes_on = shlex.split(error.partition("Go on with:\n")[2].splitlines()[0])
    assert goes_on[:5] == [sys.executable, "-m", "tools", "pictures", "backfill"]
    rest = tools(*(word for word in goes_on[3:] if "--rate" not in word), **shelf.variables)
    assert rest.exit_code == 0
    assert sorted(first + shelf.asked()) == list(shelf.names)


def test_a_limit_is_gone_on_from(tools: Tools, shelf: Shelf) -> None:
    limited = tools("pictures", "backfill", "--limit", "25", "--yes", **shelf.variables)
    assert limited.exit_code == 0
    goes_on = shlex.split(limited.stderr.splitlines()[-1])
    assert goes_on[-3:] == [f"--after={shelf.names[24]}", "--limit=25", "--yes"]
    tools(*goes_on[1:], **shelf.variables)
    assert sorted(shelf.asked()) == list(shelf.names[:50])


def test_an_interrupt_at_the_question_publishes_nothing(tools: Tools, shelf: Shelf) -> None:
    running = tools.process("pictures", "backfill", **shelf.variables)
    assert running.stderr is not None
    asked = ""
    while not asked.endswith("[y/N]: "):
        letter = running.stderr.read(1)
        assert letter, asked
        asked += letter
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Stopped." in error
    assert shelf.asked() == []


@pytest.mark.parametrize(("answer", "asked"), [("n\n", 0), ("y\n", 60)])
def test_nothing_is_published_without_a_yes(tools: Tools, shelf: Shelf, answer: str, asked: int) -> None:
    result = tools("pictures", "backfill", answer=answer, **shelf.variables)
    assert result.exit_code == 0
    assert "Look again at 60 products, with 60 recognizer calls?" in result.stderr
    assert len(shelf.asked()) == asked


def test_a_bucket_whose_products_are_mostly_unknown_is_asked_for_by_force_only(
    tools: Tools, shelf: Shelf
) -> None:
    variables = {**shelf.variables, "OBJECT_PATTERN": "products/<objectID>/<file>,<objectID>"}
    unknown = tools(
        "pictures", "backfill", "--yes", OBJECT_PATTERN="products/it's <objectID>/<file>", **shelf.variables
    )
    assert unknown.exit_code == 1
    assert "60 of 60 products have no record, such as 000, 001, 002: nothing was published." in unknown.stderr
    assert shelf.asked() == []
    assert tools("pictures", "backfill", "--yes", "--limit=2", **variables).exit_code == 0
    forced = {**shelf.variables, "OBJECT_PATTERN": "products/it's <objectID>/<file>"}
    assert tools("pictures", "backfill", "--yes", "--force", **forced).exit_code == 0
    assert len(shelf.asked()) == 62


def test_a_bucket_without_any_product_picture_is_wrong_data(tools: Tools, shelf: Shelf) -> None:
    result = tools(
        "pictures", "backfill", "--bucket", shelf.bucket, "--dry-run", OBJECT_PATTERN="shop/<objectID>.<ext>"
    )
    assert result.exit_code == 1
    assert "No name matches OBJECT_PATTERN" in result.stderr


def test_a_missing_topic_is_named_and_nothing_is_said_to_be_done(tools: Tools, shelf: Shelf) -> None:
    variables = {**shelf.variables, "PICTURE_TOPIC": f"{shelf.topic}-missing"}
    result = tools("pictures", "backfill", "--prefix=products/", "--yes", **variables)
    assert result.exit_code == 2
    assert "PICTURE_TOPIC: " in result.stderr
    assert "visual-search pictures backfill --prefix=products/ --yes\n" in result.stderr


def test_a_bucket_of_another_name_is_for_dry_runs_only(tools: Tools, shelf: Shelf) -> None:
    words = ("pictures", "backfill", "--bucket", shelf.bucket)
    result = tools(*words, "--yes", PICTURE_TOPIC=shelf.topic)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "looks at PICTURE_BUCKET only" in result.stderr
    assert "Add --dry-run, or write that bucket as PICTURE_BUCKET" in result.stderr
    assert shelf.asked() == []
    assert tools.json(*words, "--dry-run")["products"] == len(shelf.names)
