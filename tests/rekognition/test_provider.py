"""The provider with Amazon's own client, over HTTP, against the stand-in."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Callable

import pytest
from PIL import Image

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from tests.pictures import encoded, huge_png, jpeg, scene

Create = Callable[..., Recognizer]
Order = Callable[..., None]
Counts = Callable[[], dict[str, int]]

PHOTO = Picture(jpeg(1))


def noise(size: tuple[int, int], kind: str) -> bytes:
    chance = random.Random(1)  # noqa: S311 - any bytes will do
    return encoded(Image.frombytes("RGB", size, chance.randbytes(3 * size[0] * size[1])), kind)


def test_a_photo_gets_the_labels_that_the_service_gives(recognizer: Recognizer, counts: Counts) -> None:
    labels = recognizer.label(PHOTO)
    assert labels
    assert all(label.kind == "label" and 0.55 <= label.score <= 1 for label in labels)
    assert counts() == {"calls": 1, "pictures": 1}


def test_labels_keep_to_the_settings(create: Create) -> None:
    everything = create(LABEL_MIN_SCORE="0", MAX_LABELS="50").label(PHOTO)
    assert create(LABEL_MIN_SCORE="0", MAX_LABELS="2").label(PHOTO) == everything[:2]
    least = everything[2].score
    assert create(LABEL_MIN_SCORE=str(least - 1e-6), MAX_LABELS="50").label(PHOTO) == everything[:3]


def test_colors_come_where_they_are_asked_for(create: Create) -> None:
    picture = Picture(encoded(Image.new("RGB", (100, 100), (210, 30, 40)), "PNG"))
    labels = create(RECOGNIZER_FEATURES="colors").label(picture)
    assert [(label.name, label.score) for label in labels if label.kind == "color"] == [("red", 1.0)]
    assert not [label for label in create().label(picture) if label.kind == "color"]


@pytest.mark.parametrize(
    "content",
    [
        encoded(scene(), "WEBP"),
        encoded(scene(), "GIF"),
        encoded(scene().convert("CMYK"), "JPEG"),
        noise((1500, 1500), "PNG"),
        noise((1500, 1500), "BMP"),
        jpeg(1)[:-2_000],
    ],
    ids=["webp", "gif", "cmyk", "a png above 5 MB", "a bmp above 5 MB", "cut off"],
)
def test_what_amazon_does_not_take_is_converted(
    recognizer: Recognizer, content: bytes, counts: Counts
) -> None:
    assert recognizer.label(Picture(content))
    assert counts() == {"calls": 1, "pictures": 1}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bad-picture"),
        (b"%PDF-1.7", "unsupported-format"),
        (huge_png(), "too-many-pixels"),
        (PHOTO.content and PHOTO.content + bytes(20_000_000), "too-large"),
    ],
    ids=["empty", "no picture", "100 megapixels", "20 MB"],
)
def test_a_picture_that_cannot_be_sent_costs_no_call(
    recognizer: Recognizer, content: bytes, reason: str, counts: Counts
) -> None:
    with pytest.raises(Permanent) as raised:
        recognizer.label(Picture(content))
    assert raised.value.reason == reason
    assert counts()["calls"] == 0


def test_a_picture_below_80_pixels_a_side_is_bad(recognizer: Recognizer) -> None:
    with pytest.raises(Permanent) as raised:
        recognizer.label(Picture(jpeg(1, (79, 200))))
    assert raised.value.reason == "bad-picture"


@pytest.mark.parametrize(
    "fault",
    [
        {"code": "ThrottlingException"},
        {"code": "ProvisionedThroughputExceededException"},
        {"code": "InternalServerError", "status": 500},
        {"status": 503},
        {"refuse": True},
    ],
    ids=str,
)
def test_what_passes_is_survived_and_the_picture_is_paid_once(
    recognizer: Recognizer, order: Order, counts: Counts, fault: dict[str, object]
) -> None:
    order(**fault, times=2)
    assert recognizer.label(PHOTO)
    assert counts() == {"calls": 3, "pictures": 1}


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"code": "InvalidImageFormatException"}, (Permanent, "bad-picture")),
        ({"code": "ImageTooLargeException"}, (Permanent, "too-large")),
        ({"code": "SomethingNewException"}, (Transient, "rekognition-refused")),
        ({"status": 504}, (Transient, "rekognition-timeout")),
        ({"status": 413}, (Permanent, "too-large")),
    ],
    ids=str,
)
def test_a_call_that_is_refused_is_not_repeated(
    recognizer: Recognizer,
    order: Order,
    counts: Counts,
    fault: dict[str, object],
    failure: tuple[type[Failure], str],
) -> None:
    order(**fault)
    [outcome] = recognizer.label_many([PHOTO])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == failure
    assert counts() == {"calls": 1, "pictures": 0}


@pytest.mark.parametrize(
    ("code", "setting"),
    [
        ("AccessDeniedException", "AWS_ACCESS_KEY_ID"),
        ("InvalidSignatureException", "AWS_ACCESS_KEY_ID"),
        ("OptInRequired", "AWS_ACCESS_KEY_ID"),
        ("UnknownOperationException", "REKOGNITION_REGION"),
    ],
)
def test_refused_rights_are_a_fault_of_the_deployment(
    recognizer: Recognizer, order: Order, code: str, setting: str
) -> None:
    order(code=code)
    with pytest.raises(Misconfigured) as raised:
        recognizer.label(PHOTO)
    assert raised.value.setting == setting
    assert "\n" not in str(raised.value)


def test_a_key_that_amazon_does_not_know_is_a_fault_of_the_deployment(create: Create) -> None:
    with pytest.raises(Misconfigured, match=r"AWS_ACCESS_KEY_ID: .*AWS_SECRET_ACCESS_KEY"):
        create(AWS_ACCESS_KEY_ID="SOMEBODYELSE").label(PHOTO)


def test_a_hanging_service_is_left_at_the_deadline(create: Create, order: Order, counts: Counts) -> None:
    order(latency_ms=60_000, times=100)
    started = time.monotonic()
    with pytest.raises(Transient) as raised:
        create(RECOGNIZER_TIMEOUT="0.5").label(PHOTO)
    assert raised.value.reason == "rekognition-timeout"
    assert 0.4 < time.monotonic() - started < 3.0
    assert counts()["calls"] == 1


def test_a_refused_connection_is_transient_within_the_deadline(create: Create) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(Transient) as raised:
            create(REKOGNITION_ENDPOINT=endpoint, RECOGNIZER_TIMEOUT="0.5").label(PHOTO)
    assert raised.value.reason == "rekognition-unavailable"
    assert time.monotonic() - started < 3.0


@pytest.mark.parametrize(
    ("setting", "place"),
    [("REKOGNITION_ENDPOINT", "localhost"), ("REKOGNITION_REGION", f"eu{70 * '-west'}-1")],
)
def test_what_is_no_place_is_named(create: Create, setting: str, place: str) -> None:
    recognizer = create(**{setting: place})
    with pytest.raises(Misconfigured, match=f"^{setting}"):
        recognizer.prepare()
