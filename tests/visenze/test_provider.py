"""The provider over real HTTP, against the stand-in."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from devstack.environment import REPOSITORY, child_environment
from devstack.recognizers import HIGHEST
from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.imaging import Picture
from shared.labeling import Recognizer
from shared.labeling.providers.visenze import TAKES
from shared.labeling.providers.visenze.client import MAX_ANSWER_BYTES
from shared.model import Labels
from tests.pictures import encoded, jpeg, scene
from tests.visenze.shapes import KEYS

Create = Callable[..., Recognizer]
Order = Callable[..., None]
Counts = Callable[[], dict[str, int]]

PICTURE = Picture(jpeg(size=(40, 30)))


def best(outcome: Labels | Failure) -> str:
    assert not isinstance(outcome, Failure)
    return outcome[0].name


def sized(*widths: int) -> list[Picture]:
    return [Picture(jpeg(size=(width, 30))) for width in widths]


def test_pictures_are_one_call_each_with_the_outcomes_in_order(create: Create, counts: Counts) -> None:
    widths = range(31, 48)
    outcomes = create().label_many(sized(*widths))
    assert [best(outcome) for outcome in outcomes] == [f"JPEG {width} x 30" for width in widths]
    assert counts() == {"calls": 17, "pictures": 17}


def test_labels_have_the_attribute_as_kind_and_lie_in_the_picture(create: Create) -> None:
    size, shape = create(MAX_LABELS="2").label(PICTURE)
    assert (size.kind, size.score, shape.name, shape.kind) == ("category", HIGHEST, "Round", "shape")
    for label in (size, shape):
        assert label.box is not None
        assert label.box.width < 1


def test_labels_keep_to_the_settings(create: Create) -> None:
    sure = create(LABEL_MIN_SCORE="0.95").label(PICTURE)
    few = create(LABEL_MIN_SCORE="0", MAX_LABELS="4").label(PICTURE)
    assert [label.name for label in sure] == ["JPEG 40 x 30"]
    assert [label.name for label in few] == ["JPEG 40 x 30", "Round", "Filler 0", "Filler 1"]


def test_the_largest_objects_labels_are_those_of_one_box(create: Create) -> None:
    merged, alone = (
        create(RECOGNIZER_FEATURES=chosen, LABEL_MIN_SCORE="0", MAX_LABELS="20").label_many(
            sized(*range(31, 40))
        )
        for chosen in ("", "largest")
    )
    for both, one in zip(merged, alone, strict=True):
        assert not isinstance(both, Failure)
        assert not isinstance(one, Failure)
        assert [label.name for label in both] == [label.name for label in one]
        assert len({label.box for label in one}) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("VISENZE_TAG_GROUP", "other"),
        ("RECOGNIZER_FEATURES", "largest"),
        ("LABEL_MIN_SCORE", "0.1"),
        ("MAX_LABELS", "3"),
    ],
)
def test_settings_that_change_the_answers_change_the_id(create: Create, setting: str, value: str) -> None:
    assert create().recognizer_id == "visenze/v1/image/recognize/shapes/objects=merge/min=0.5/max=10"
    assert create(**{setting: value}).recognizer_id != create().recognizer_id


def test_other_settings_leave_the_id_alone(create: Create) -> None:
    others = {"RECOGNIZER_TIMEOUT": "3", "VISENZE_SECRET_KEY": "another"}
    assert create(**others).recognizer_id == create().recognizer_id


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "GIF", "BMP", "TIFF"])
def test_what_is_no_jpeg_is_sent_as_one(create: Create, kind: str) -> None:
    picture = Picture(encoded(scene((40, 30)), kind))
    assert best(create().label(picture)) == "JPEG 40 x 30"


@pytest.mark.parametrize(("size", "sent"), [((4_096, 30), (2_048, 15)), ((30, 4_096), (15, 2_048))])
def test_a_picture_with_a_longer_side_is_sent_smaller(
    create: Create, size: tuple[int, int], sent: tuple[int, int]
) -> None:
    width, height = sent
    assert best(create().label(Picture(jpeg(size=size)))) == f"JPEG {width} x {height}"


def test_a_file_of_more_bytes_is_sent_in_fewer(create: Create, counts: Counts) -> None:
    noise = Image.effect_noise((2_000, 2_000), 120).convert("RGB")
    file = encoded(noise, quality=100, subsampling=0)
    assert len(file) > TAKES.max_bytes
    assert best(create().label(Picture(file))).startswith("JPEG ")
    assert counts() == {"calls": 1, "pictures": 1}


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 502}, {"refuse": True}])
def test_two_outages_are_survived_and_the_picture_is_looked_at_once(
    create: Create, order: Order, counts: Counts, fault: dict[str, object]
) -> None:
    order(**fault, times=2)
    assert best(create().label(PICTURE)) == "JPEG 40 x 30"
    assert counts() == {"calls": 3, "pictures": 1}


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ({"status": 429, "retry_after": 4}, (Transient, "throttled")),
        ({"status": 503, "retry_after": 4}, (Transient, "visenze-unavailable")),
        ({"status": 500}, (Transient, "visenze-failed")),
        ({"status": 413}, (Permanent, "too-large")),
        ({"error": "Internal error"}, (Transient, "visenze-failed")),
        ({"error": "Quota exceeded"}, (Transient, "throttled")),
        ({"error": "Invalid image"}, (Permanent, "bad-picture")),
        ({"error": "Invalid image", "status": 400}, (Permanent, "bad-picture")),
        ({"body": "<html>"}, (Transient, "visenze-malformed")),
        ({"body": '{"status": "OK"}'}, (Transient, "visenze-malformed")),
        ({"body": " " * (MAX_ANSWER_BYTES + 1)}, (Transient, "visenze-malformed")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refusal_has_a_name_and_is_not_repeated(
    create: Create,
    order: Order,
    counts: Counts,
    fault: dict[str, object],
    failure: tuple[type[Failure], str],
) -> None:
    order(**fault)
    [outcome] = create().label_many([PICTURE])
    assert isinstance(outcome, Failure)
    assert (type(outcome), outcome.reason) == failure
    assert getattr(outcome, "retry_after", None) == fault.get("retry_after")
    assert counts() == {"calls": 1, "pictures": 0}


@pytest.mark.parametrize(
    ("others", "setting"),
    [
        ({"VISENZE_ACCESS_KEY": "unknown"}, "VISENZE_ACCESS_KEY"),
        ({"VISENZE_SECRET_KEY": "wrong"}, "VISENZE_ACCESS_KEY"),
        ({"VISENZE_HOST": "http://[::1"}, "VISENZE_HOST"),
        ({"VISENZE_HOST": "http://a b"}, "VISENZE_HOST"),
    ],
)
def test_a_wrong_setting_is_named(create: Create, others: dict[str, str], setting: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        create(**others).label(PICTURE)
    assert raised.value.setting == setting


def test_a_redirection_is_not_followed(create: Create, order: Order, counts: Counts) -> None:
    order(status=307)
    with pytest.raises(Misconfigured, match="VISENZE_HOST"):
        create().label(PICTURE)
    assert counts()["calls"] == 1


def test_a_hanging_service_is_left_at_the_deadline(create: Create, order: Order, counts: Counts) -> None:
    order(latency_ms=60_000, times=2)
    started = time.monotonic()
    outcomes = create(RECOGNIZER_TIMEOUT="0.5").label_many([PICTURE, PICTURE])
    assert [str(getattr(outcome, "reason", "")) for outcome in outcomes] == ["visenze-timeout"] * 2
    assert 0.4 < time.monotonic() - started < 2.0
    assert counts()["calls"] == 2


def test_a_refused_connection_is_transient_within_the_deadline(create: Create) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        started = time.monotonic()
        recognizer = create(
            VISENZE_HOST=f"http://127.0.0.1:{unused.getsockname()[1]}", RECOGNIZER_TIMEOUT="0.5"
        )
        with pytest.raises(Transient) as raised:
            recognizer.label(PICTURE)
    assert raised.value.reason == "visenze-unavailable"
    assert time.monotonic() - started < 3.0


def test_keys_are_in_no_log_and_no_message(
    create: Create, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recognizer = create()
    recognizer.label(PICTURE)
    order(status=401, error=f"{KEYS} are not known")
    with pytest.raises(Misconfigured) as raised:
        recognizer.label(PICTURE)
    told = f"{raised.value!r} {caplog.text} {vars(recognizer)}"
    assert "are not known" in told
    assert not [key for key in KEYS if key in told]


LABELING = """
import sys
from pathlib import Path
from shared import wiring
from shared.imaging import Picture
from shared.settings.labeling import LabelingSettings

recognizer = wiring.chosen_recognizer(LabelingSettings.from_env())
loaded = "requests" in sys.modules
print(loaded, recognizer.label(Picture(Path(sys.argv[1]).read_bytes()))[0].name)
"""


def test_requests_loads_with_the_first_picture_and_heeds_no_proxy_or_netrc(
    settings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "picture.jpg").write_bytes(jpeg(size=(40, 30)))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    proxy = "http://127.0.0.1:1"
    nowhere = {"HTTP_PROXY": proxy, "http_proxy": proxy, "NO_PROXY": "", "no_proxy": ""}
    done = subprocess.run(
        [sys.executable, "-c", LABELING, str(tmp_path / "picture.jpg")],
        env=child_environment(settings | nowhere | {"NETRC": str(tmp_path / "netrc")}),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout, done.stderr) == ("False JPEG 40 x 30\n", "")
