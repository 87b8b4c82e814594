"""`tools calibrate` as an operator runs it, with the embedded model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devstack.demo.trial import altered
from devstack.environment import MODEL
from shared.settings import SearchSettings
from tests.pictures import jpeg
from tests.tools.conftest import Tools

PRODUCTS = 12
OTHERS = 24
RATE = "0.3"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Products, photos that are altered copies of their pictures, and pictures of nothing that is sold."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("pictures", "others"):
        (folder / name).mkdir()
    records = [{"objectID": f"p{number}"} for number in range(PRODUCTS)]
    (folder / "products.json").write_text(json.dumps(records))
    for number in range(PRODUCTS):
        content = jpeg(seed=500 + number)
        (folder / f"pictures/p{number}.jpg").write_bytes(content)
        for name, copy in altered(content).items():
            path = folder / f"photos/p{number}/{name}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(copy)
    for number in range(OTHERS):
        (folder / f"others/{number}.jpg").write_bytes(jpeg(seed=900 + number))
    return folder


def words(shop: Path, *more: str) -> list[str]:
    return ["calibrate", "--catalog", str(shop), "--photos", str(shop / "photos"), *more]


def test_steps_are_found_written_and_understood_by_the_search_function(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("ENCODER=embedded\n")
    asked = words(shop, "--others", str(shop / "others"), "--false-accepts", RATE, "--write", str(file))
    result = Tools({"EMBEDDED_MODEL": str(MODEL)})(*asked)
    assert result.exit_code == 0, result.output
    settings = result.stdout.splitlines()[-2:]
    assert file.read_text().splitlines() == ["ENCODER=embedded", *settings]
    steps = SearchSettings.from_env(dict(line.split("=") for line in settings)).steps(1)
    assert -1 < steps.similar.closeness <= steps.very_similar.closeness < 1
    assert [line.partition("=")[0] for line in settings] == ["SIMILAR_CLOSENESS", "VERY_SIMILAR_CLOSENESS"]


def test_copies_of_a_picture_are_nearer_than_other_products(shop: Path) -> None:
    found = Tools({"EMBEDDED_MODEL": str(MODEL)}).json(*words(shop, "--false-accepts", RATE))
    [step] = found["steps"]
    assert step["strangers"] == "product left out"
    assert step["median"]["known"] > step["median"]["strangers"]
    [row] = [row for row in step["rates"] if row["falseAccepts"] == float(RATE)]
    assert f"{row['threshold']:.4f}" == found["values"]["VERY_SIMILAR_CLOSENESS"]
    assert row["checkedTrueAccepts"]["of"] + step["found"]["known"] == PRODUCTS * len(altered(jpeg()))


def test_without_an_encoder_the_points_decide(shop: Path) -> None:
    tools = Tools({"EMBEDDED_MODEL": str(MODEL), "ENCODER": "none"})
    found = tools.json(*words(shop, "--false-accepts", "0.5"))
    assert 0 < SearchSettings.from_env(found["values"]).very_similar_share <= 1


def test_a_missing_model_is_a_wrong_setting(shop: Path, tmp_path: Path) -> None:
    result = Tools({"EMBEDDED_MODEL": str(tmp_path / "none.onnx")})(*words(shop))
    assert result.exit_code == 2
    assert "EMBEDDED_MODEL" in result.stderr


def test_the_command_explains_itself_with_an_example() -> None:
    result = Tools({})("calibrate", "--help")
    assert result.exit_code == 0
    assert "Example: uv run tools calibrate" in result.stdout
