"""`visual-search measure calibrate` as an operator runs it, with the embedded model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from devstack.environment import MODEL
from shared.settings import SearchSettings
from tests.pictures import encoded, jpeg, scene
from tests.tools.conftest import Tools
from tools.profile.file import read

PRODUCTS = 12
OTHERS = 24
QUALITIES = (10, 20, 40)
RATE = "0.3"
WRONG = "0.3"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Products, photos that are coarser copies of their pictures, and pictures of nothing that is sold."""
    folder = tmp_path_factory.mktemp("shop")
    for name in ("pictures", "others"):
        (folder / name).mkdir()
    records = [{"objectID": f"p{number}"} for number in range(PRODUCTS)]
    (folder / "products.json").write_text(json.dumps(records))
    for number in range(PRODUCTS):
        content = jpeg(seed=500 + number)
        (folder / f"pictures/p{number}.jpg").write_bytes(content)
        for quality in QUALITIES:
            path = folder / f"photos/p{number}/{quality}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encoded(scene(seed=500 + number), quality=quality))
    for number in range(OTHERS):
        (folder / f"others/{number}.jpg").write_bytes(jpeg(seed=900 + number))
    return folder


def words(shop: Path, *more: str) -> list[str]:
    return ["measure", "calibrate", "--catalog", str(shop), "--photos", str(shop / "photos"), *more]


def test_steps_are_found_written_and_understood_by_the_search_function(shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text('ENCODER = "embedded"\n')
    asked = words(shop, "--others", str(shop / "others"), "--false-accepts", RATE, "--wrong", WRONG)
    found = Tools({"EMBEDDED_MODEL": str(MODEL)}).json(*asked, "--write", f"--profile={file}")
    written = read(file)
    assert written == {"ENCODER": "embedded", **found["values"]}
    steps = SearchSettings.from_env(written).steps(1)
    assert -1 < steps.similar.closeness <= steps.very_similar.closeness < 1
    lower, upper = found["similar"], found["verySimilar"]
    assert lower["median"]["known"] > lower["median"]["strangers"], "copies are nearer than other products"
    [row] = [row for row in lower["rates"] if row["falseAccepts"] == float(RATE)]
    assert f"{row['threshold']:.4f}" == found["values"]["SIMILAR_CLOSENESS"]
    assert row["checkedTrueAccepts"]["of"] + lower["found"]["known"] == PRODUCTS * len(QUALITIES)
    assert upper["threshold"] <= float(found["values"]["VERY_SIMILAR_CLOSENESS"])


def test_without_an_encoder_the_points_decide(shop: Path) -> None:
    tools = Tools({"EMBEDDED_MODEL": str(MODEL), "ENCODER": "none"})
    asked = ("--others", str(shop / "others"), "--false-accepts", "0.5", "--wrong", WRONG)
    found = tools.json(*words(shop, *asked))
    assert 0 < SearchSettings.from_env(found["values"]).similar_share <= 1
