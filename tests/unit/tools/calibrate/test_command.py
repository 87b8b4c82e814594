from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shared.model import Label
from shared.settings import SearchSettings
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.fakes.recognizer import FakeRecognizer
from tests.unit.tools.calibrate.scenes import Scene
from tests.unit.tools.evaluate.studio import LocalRecognizer
from tools.calibrate.command import calibrate as command
from tools.evaluate.sight import Sight
from tools.profile.file import VARIABLE, read

Calibrate = Callable[..., Result]
THING = (Label("Thing", 0.9),)
OTHERS = ("--others", "others", "--false-accepts", "0.1")


@pytest.fixture(scope="module")
def calibrate(tmp_path_factory: pytest.TempPathFactory) -> Calibrate:
    scene = Scene(folder := tmp_path_factory.mktemp("shop"))
    (folder / "empty").mkdir()
    (profile := folder / "own.toml").touch()
    encoder, local = FakeEncoder(dict(scene.vectors)), LocalRecognizer({}, THING)

    def run(*words: str, recognizer: FakeRecognizer = local, answer: str = "") -> Result:
        sight = Sight(SearchSettings.from_env({}), recognizer, encoder, lambda _: FakeImaging())
        asked = ("--gallery", "gallery", "--queries", "queries", *words)
        known = [str(folder / word) if (folder / word).is_dir() else word for word in asked]
        runner = CliRunner(env={VARIABLE: str(profile)})
        result = runner.invoke(command, known, input=answer, obj=lambda: sight)
        assert profile.read_text() == "", "nobody asked to write into it"
        return result

    return run


def test_the_last_line_is_the_setting(calibrate: Calibrate) -> None:
    result = calibrate()
    assert result.exit_code == 0, result.output
    begun, _, value = result.stdout.splitlines()[-1].removesuffix(" }").rpartition(" = ")
    assert begun == "  search = { very_similar_closeness"
    # The nearest other kind is 36 to 60 degrees away.
    assert math.cos(math.radians(55)) < float(value) < math.cos(math.radians(20))
    assert "SIMILAR_CLOSENESS takes pictures of things the shop does not sell" in result.stderr
    assert "\x1b" not in result.output


def test_settings_are_written_into_a_file_that_keeps_the_rest(calibrate: Calibrate, tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('RECOGNIZER = "embedded"\nSIMILAR_CLOSENESS = "0.1"\n')
    result = calibrate(*OTHERS, "--write", f"--profile={file}")
    assert result.exit_code == 0, result.output
    assert "10 %, chosen" in result.stdout
    assert "5 % takes 59 strangers in each half." in result.stdout
    written = read(file)
    assert list(written) == ["RECOGNIZER", "SIMILAR_CLOSENESS", "VERY_SIMILAR_CLOSENESS"]
    assert f"Set SIMILAR_CLOSENESS, VERY_SIMILAR_CLOSENESS in {file}." in result.stderr
    lines = ", ".join(f"{name.lower()} = {value}" for name, value in list(written.items())[1:])
    assert result.stdout.splitlines()[-1] == f"  search = {{ {lines} }}"
    steps = SearchSettings.from_env(written).steps(1)
    assert -0.5 < steps.similar.closeness < steps.very_similar.closeness < 1


def test_other_pictures_are_the_strangers_where_they_are_given(calibrate: Calibrate) -> None:
    result = calibrate(*OTHERS, "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    keys = "version values dataset lowest leftOut blind confidence similar verySimilar"
    assert [*document] == keys.split()
    lower, upper = document["similar"], document["verySimilar"]
    assert upper["rate"] == 0.1
    assert upper["hits"] >= upper["photos"]["of"] == 36
    value = float(document["values"]["SIMILAR_CLOSENESS"])
    # A boat is 120 degrees from the nearest kind.
    assert -0.5 < value <= -0.3
    assert lower["found"] == {"known": 36, "strangers": 30}
    [rate] = lower["rates"]
    assert (rate["falseAccepts"], rate["threshold"]) == (0.1, value)
    assert rate["checkedTrueAccepts"]["value"] == 1.0
    assert rate["checkedFalseAccepts"]["of"] == 30


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
def test_errors_say_what_to_do_and_nothing_is_written(
    words: tuple[str, ...], code: int, message: str, calibrate: Calibrate, tmp_path: Path
) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(before := 'SIMILAR_CLOSENESS = "0.1"\n')
    result = calibrate(*words, "--write", f"--profile={file}")
    assert (result.exit_code, message in result.stderr) == (code, True), result.output
    assert result.stdout == ""
    assert "Traceback" not in result.output
    assert file.read_text() == before


def test_pictures_go_to_a_service_only_when_agreed(calibrate: Calibrate) -> None:
    service = FakeRecognizer({}, THING)
    refused = calibrate(recognizer=service, answer="n\n")
    assert refused.exit_code != 0
    assert "Send 75 pictures to fake, which may be billed?" in refused.stderr
    assert service.asked == []
    assert calibrate("--yes", recognizer=service).exit_code == 0
