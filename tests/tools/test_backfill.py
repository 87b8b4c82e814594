"""`visual-search pictures backfill` on the local stack."""

from __future__ import annotations

import itertools
import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud.pubsub_v1 import SubscriberClient

from devstack import storage, topology
from devstack.pubsub import emulator
from devstack.stack import LocalStack
from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools, labeled

BACKFILL = ("pictures", "backfill")
_numbers = itertools.count()


def test_a_dry_run_tells_figures_and_prices_and_changes_nothing(
    tools: Tools, outside: Outside, product: str
) -> None:
    picture = jpeg(seed=100)
    outside.upload(f"products/{product}/copy.jpg", picture)
    outside.upload(f"products/{product}/deeper/a.jpg", b"no product picture")
    labeled(outside, product, seed=100)
    version = outside.record(product)["imageVersion"]
    options = (*BACKFILL, "--prefix", f"products/{product}/", "--dry-run")
    plan = tools.json(*options)
    assert plan["bytes"] == plan["pictureBytes"] + 18 == 2 * len(picture) + 18
    counts = ("objects", "outsidePattern", "products", "pictures", "contents", "paid", "calls")
    assert [plan[each] for each in counts] == [3, 1, 1, 2, 1, 1, 0]
    assert plan["priceUSDAfterFreeCalls"] == 0
    due = tools.json(*options, MAX_LABELS="3")
    assert (due["paid"], due["calls"], due["priceUSD"], due["recognizer"][-5:]) == (0, 1, 0, "max=3")
    shown = tools(*options)
    assert shown.exit_code == 0
    assert f"such as products/{product}/deeper/a.jpg" in shown.stdout
    assert outside.record(product)["imageVersion"] >= version


def test_only_what_lacks_something_or_has_another_recognizers_labels_is_wanted(
    tools: Tools, outside: Outside, product: str
) -> None:
    def planned(option: str, **changes: str) -> list[Any]:
        words = (*BACKFILL, "--prefix", f"products/{product}", option, "--dry-run")
        plan = tools.json(*words, **changes)
        assert plan["records"].pop("no_record") == 1
        return [plan["products"], plan["calls"], plan["records"]]

    outside.upload(f"products/{product} unknown/a.jpg", jpeg(seed=102))
    labeled(outside, product, seed=102)
    assert planned("--missing") == planned("--relabel") == [0, 0, {"current": 1}]
    assert planned("--missing", COLORS="true") == [1, 0, {"partial": 1}]
    assert planned("--relabel", LABEL_MIN_SCORE="0.6") == [1, 1, {"other": 1}]


NAMES = [f"products/it's {number:03}/ä b.jpg" for number in range(60)]
UNKNOWN = {"OBJECT_PATTERN": "products/it's <objectID>/<file>"}


@pytest.fixture(scope="module")
def bucket(stack: LocalStack) -> str:
    """A bucket nobody else uses; uploads to it are no events."""
    Outside(stack).seed([{"objectID": f"it's {number:03}"} for number in range(len(NAMES))])
    with storage.client(stack.endpoints.storage_url, stack.endpoints.project) as client:
        bucket = client.create_bucket("shelf")
        for name in NAMES:
            bucket.blob(name).upload_from_string(name.encode(), content_type="image/jpeg")
    return "shelf"


@dataclass(frozen=True)
class Shelf:
    """The bucket, and a topic of the test's own."""

    bucket: str
    topic: str
    subscription: str
    subscriber: SubscriberClient

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
def shelf(stack: LocalStack, bucket: str) -> Iterator[Shelf]:
    names, own = stack.endpoints, f"shelf-{next(_numbers)}"
    topic, subscription = (
        path(names.project, own) for path in (topology.topic_path, topology.subscription_path)
    )
    publisher = emulator.publisher(names.pubsub_host)
    publisher.create_topic(name=topic)
    publisher.stop()
    publisher.transport.close()
    with emulator.subscriber(names.pubsub_host) as subscriber:
        subscriber.create_subscription(name=subscription, topic=topic)
        yield Shelf(bucket, topic, subscription, subscriber)


def test_an_interrupted_backfill_goes_on_where_it_stopped_and_loses_nothing(
    tools: Tools, shelf: Shelf
) -> None:
    running = tools.process(*BACKFILL, "--yes", "--rate", "20", **shelf.variables)
    first = eventually(shelf.asked, bool)
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=20)
    assert running.returncode == 130, error
    first += shelf.asked()
    assert len(first) < len(NAMES)
    goes_on = shlex.split(error.partition("Go on with:\n")[2].splitlines()[0])
    assert goes_on[:5] == [sys.executable, "-m", "tools", *BACKFILL]
    rest = tools(*(word for word in goes_on[3:] if "--rate" not in word), **shelf.variables)
    assert rest.exit_code == 0
    assert sorted(first + shelf.asked()) == NAMES


def test_a_limit_is_gone_on_from(tools: Tools, shelf: Shelf) -> None:
    limited = tools(*BACKFILL, "--limit", "25", "--yes", **shelf.variables)
    assert limited.exit_code == 0
    goes_on = shlex.split(limited.stderr.splitlines()[-1])
    assert goes_on[-3:] == [f"--after={NAMES[24]}", "--limit=25", "--yes"]
    tools(*goes_on[1:], **shelf.variables)
    assert sorted(shelf.asked()) == NAMES[:50]


ANSWERS = {
    "": (2, "Nobody answers here: add --yes"),
    "n\n": (0, "Nothing was published."),
    "y\n": (0, "60 of 60 products asked for."),
}


def test_nothing_is_published_without_a_yes_nor_of_a_bucket_that_enrich_does_not_look_at(
    tools: Tools, shelf: Shelf
) -> None:
    other = tools(*BACKFILL, "--bucket", shelf.bucket, "--yes", PICTURE_TOPIC=shelf.topic)
    assert (other.exit_code, other.stdout) == (2, "")
    assert "looks at PICTURE_BUCKET only" in other.stderr
    assert "Add --dry-run, or write that bucket as PICTURE_BUCKET" in other.stderr
    for answer, (code, told) in ANSWERS.items():
        result = tools(*BACKFILL, answer=answer, **shelf.variables)
        assert "Look again at 60 products, with 60 recognizer calls?" in result.stderr
        assert (result.exit_code, told in result.stderr) == (code, True), result.stderr
    assert len(shelf.asked()) == 60


def test_a_bucket_whose_products_are_mostly_unknown_is_asked_for_by_force_only(
    tools: Tools, shelf: Shelf
) -> None:
    some = {"OBJECT_PATTERN": "products/<objectID>/<file>,<objectID>"}
    unknown = tools(*BACKFILL, "--yes", **UNKNOWN, **shelf.variables)
    assert unknown.exit_code == 1
    assert "60 of 60 products have no record, such as 000, 001, 002: nothing was published." in unknown.stderr
    assert tools(*BACKFILL, "--yes", "--limit=2", **some, **shelf.variables).exit_code == 0
    assert tools(*BACKFILL, "--yes", "--force", **UNKNOWN, **shelf.variables).exit_code == 0
    assert len(shelf.asked()) == 62


def test_a_missing_topic_is_named_and_nothing_is_said_to_be_done(tools: Tools, shelf: Shelf) -> None:
    variables = {**shelf.variables, "PICTURE_TOPIC": f"{shelf.topic}-missing"}
    result = tools(*BACKFILL, "--prefix=products/", "--yes", **variables)
    assert result.exit_code == 2
    assert "PICTURE_TOPIC: " in result.stderr
    assert "visual-search pictures backfill --prefix=products/ --yes\n" in result.stderr


def test_a_bucket_of_any_name_is_looked_at_and_must_have_product_pictures(tools: Tools, bucket: str) -> None:
    words = (*BACKFILL, "--bucket", bucket, "--dry-run")
    assert tools.json(*words)["products"] == len(NAMES)
    other = tools(*words, OBJECT_PATTERN="shop/<objectID>.<ext>")
    assert (other.exit_code, "No name matches OBJECT_PATTERN" in other.stderr) == (1, True)
