from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.model import Label, Vector
from shared.settings import SearchSettings
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.fakes.recognizer import FakeRecognizer
from tests.pictures import encoded, scene
from tools.calibrate.command import calibrate as command
from tools.evaluate.sight import Sight
from tools.profile.file import VARIABLE, read

Calibrate = Callable[..., Result]
PHOTOS = 30


class LocalRecognizer(FakeRecognizer):
    name = "embedded"


def toward(degrees: float) -> Vector:
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FakeEncoder]:
    """Hats at 0 and mugs at 90 degrees, photos up to 29 degrees off them, and other things from 180 on."""
    folder, vectors = tmp_path_factory.mktemp("shop"), dict[bytes, Vector]()

    def put(path: str, degrees: float) -> None:
        content = encoded(scene((24, 16), len(vectors)), "PNG")
        vectors[content] = toward(degrees)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)

    for kind, degrees in (("hat", 0), ("mug", 90)):
        put(f"gallery/{kind}/1.png", degrees)
        for off in range(PHOTOS):
            put(f"queries/{kind}/{off}.png", degrees + (off if kind == "hat" else -off))
    for number in range(2 * PHOTOS):
        put(f"others/{number}.png", 180 + number / 2)
    return folder, FakeEncoder(dict(vectors))


@pytest.fixture
def calibrate(shop: tuple[Path, FakeEncoder]) -> Calibrate:
    folder, encoder = shop
    recognizer = LocalRecognizer({}, (Label("Thing", 0.9),))

    def run(
        *words: str | Path, with_recognizer: FakeRecognizer = recognizer, answer: str = "", **env: str
    ) -> Result:
        encodes = None if env.get("ENCODER") == "none" else encoder
        sight = Sight(SearchSettings.from_env(env), with_recognizer, encodes, FakeImaging())
        asked = ["--gallery", folder / "gallery", "--queries", folder / "queries", *words]
        return CliRunner(env={VARIABLE: os.devnull}).invoke(
            command, [*map(str, asked)], input=answer, obj=lambda: sight
        )

    return run


def test_the_last_line_is_the_setting(calibrate: Calibrate) -> None:
    result = calibrate()
    assert result.exit_code == 0, result.output
    begun, _, value = result.stdout.splitlines()[-1].removesuffix(" }").rpartition(" = ")
    assert begun == "  search = { very_similar_closeness"
    # The nearest other kind is 61 to 90 degrees away.
    assert math.cos(math.radians(70)) < float(value) < math.cos(math.radians(20))
    assert "SIMILAR_CLOSENESS takes pictures of things the shop does not sell" in result.stderr
    assert "\x1b" not in result.output


def test_the_rate_that_was_chosen_is_told_and_what_others_take(
    calibrate: Calibrate, shop: tuple[Path, FakeEncoder]
) -> None:
    result = calibrate("--others", shop[0] / "others", "--false-accepts", "0.1")
    assert "10 %, chosen" in result.stdout
    assert "5 % takes 59 strangers in each half." in result.stdout
    refused = calibrate("--others", shop[0] / "others")
    assert refused.exit_code == 1
    assert "30 strangers in each half do not tell of 5 % false accepts; that takes 59" in refused.stderr


def test_the_settings_are_written_into_a_file_that_keeps_the_rest(
    calibrate: Calibrate, shop: tuple[Path, FakeEncoder], tmp_path: Path
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('RECOGNIZER = "embedded"\nSIMILAR_CLOSENESS = "0.1"\n')
    words = ("--others", shop[0] / "others", "--false-accepts", "0.1", "--write", "--profile", file)
    result = calibrate(*words)
    assert result.exit_code == 0, result.output
    written = read(file)
    assert list(written) == ["RECOGNIZER", "SIMILAR_CLOSENESS", "VERY_SIMILAR_CLOSENESS"]
    assert f"Set SIMILAR_CLOSENESS, VERY_SIMILAR_CLOSENESS in {file}." in result.stderr
    lines = ", ".join(f"{name.lower()} = {value}" for name, value in list(written.items())[1:])
    assert result.stdout.splitlines()[-1] == f"  search = {{ {lines} }}"
    steps = SearchSettings.from_env(written).steps(1)
    assert -0.2 < steps.similar.closeness < steps.very_similar.closeness < 1


def test_other_pictures_are_the_strangers_where_they_are_given(
    calibrate: Calibrate, shop: tuple[Path, FakeEncoder]
) -> None:
    result = calibrate("--others", shop[0] / "others", "--false-accepts", "0.1", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert [*document] == [
        *("version", "values", "dataset", "lowest", "leftOut", "blind", "confidence", "similar"),
        "verySimilar",
    ]
    lower, upper = document["similar"], document["verySimilar"]
    assert upper["rate"] == 0.1
    assert upper["hits"] >= upper["photos"]["of"] == 30
    value = float(document["values"]["SIMILAR_CLOSENESS"])
    # The nearest is 90 degrees from a mug.
    assert -0.2 < value <= 0.02
    assert lower["found"] == {"known": 30, "strangers": 30}
    [rate] = lower["rates"]
    assert (rate["falseAccepts"], rate["threshold"]) == (0.1, value)
    assert rate["checkedTrueAccepts"]["value"] == 1.0
    assert rate["checkedFalseAccepts"]["of"] == 30


def test_without_an_encoder_the_share_of_points_is_set(
    calibrate: Calibrate, shop: tuple[Path, FakeEncoder]
) -> None:
    recognizer = LocalRecognizer({}, (Label("Thing", 0.9),))
    words = ("--others", shop[0] / "others", "--false-accepts", "0.1")
    result = calibrate(*words, with_recognizer=recognizer, ENCODER="none")
    assert result.exit_code == 1
    assert "strangers are as near as can be" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--wrong", "0.001"), 1, "from no closeness on, 99.9 % of 2995 hits or more are right"),
        (("--others", "empty"), 1, "empty has no pictures"),
        (("--others", "nowhere"), 2, "'nowhere' does not exist"),
        (("--false-accepts", "0"), 2, "0.0 is not in the range"),
        (("--false-accepts", "0.9"), 2, "0.9 is not in the range"),
        (("--catalog", "empty"), 2, "Give --gallery and --queries, or --catalog"),
    ],
)
def test_errors_say_what_to_do(
    words: tuple[str, ...], code: int, message: str, calibrate: Calibrate, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    result = calibrate(*(str(tmp_path / word) if word == "empty" else word for word in words))
    assert (result.exit_code, message in result.stderr) == (code, True), result.output
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_where_nothing_is_found_nothing_is_written(calibrate: Calibrate, tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('SIMILAR_CLOSENESS = "0.1"\n')
    assert calibrate("--wrong", "0.001", "--write", f"--profile={file}").exit_code == 1
    assert file.read_text() == 'SIMILAR_CLOSENESS = "0.1"\n'


def test_pictures_go_to_a_service_only_when_agreed(calibrate: Calibrate) -> None:
    service = FakeRecognizer({}, (Label("Thing", 0.9),))
    refused = calibrate(with_recognizer=service, answer="n\n")
    assert refused.exit_code != 0
    assert "Send 62 pictures to fake, which may be billed?" in refused.stderr
    assert service.asked == []
    assert calibrate("--yes", with_recognizer=service).exit_code == 0
