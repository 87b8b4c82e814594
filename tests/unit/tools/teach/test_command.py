from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import unit_vector
from shared.labeling.projection import projected
from shared.model import Vector
from tests.fakes.encoder import FakeEncoder
from tests.unit.tools.teach.blobs import fill, plain
from tools.profile.file import VARIABLE
from tools.teach import command

Teach = Callable[..., Result]
DIMENSIONS = 12
COLORS = {"mug": (250, 20, 20), "hat": (20, 250, 20), "sock": (20, 20, 250)}


class Hues(FakeEncoder):
    """Sees where a file's digest says, nearer to an axis of its class the less `noise` there is."""

    def __init__(self, noise: float) -> None:
        super().__init__({}, (0.0,) * DIMENSIONS)
        self._noise = noise
        self._axes = {
            plain(color, number): axis for axis, color in enumerate(COLORS.values()) for number in range(40)
        }

    def encode_many(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return [self._vector(picture.content or b"") for picture in pictures]

    def _vector(self, content: bytes) -> Vector:
        chance = np.random.default_rng(int.from_bytes(hashlib.sha256(content).digest()[:8]))
        vector = self._noise * chance.normal(size=DIMENSIONS)
        vector[self._axes[content]] += 1
        return unit_vector(vector.tolist())


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, color in COLORS.items():
        fill(tmp_path / "shop" / name, 12 if name == "mug" else 8, partial(plain, color))
    return tmp_path / "shop"


@pytest.fixture
def teach() -> Teach:
    def run(*words: str | Path, noise: float = 0.01) -> Result:
        return CliRunner(env={VARIABLE: os.devnull}).invoke(
            command.teach, [*map(str, words)], obj=lambda: Hues(noise)
        )

    return run


def test_a_head_is_written_its_worth_told_and_what_is_left_out_named(
    teach: Teach, shop: Path, tmp_path: Path
) -> None:
    (shop / "mug/again.png").write_bytes(plain(COLORS["mug"], 0))
    (shop / "stray.png").write_bytes(plain(COLORS["mug"], 30))
    result = teach(shop, "--out", tmp_path / "head.json")
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[0].startswith("28 pictures of 3 classes")
    told = {"recognized 100.0 (88-100)", "always guessing mug 42.9 (24-63)", "hat 8 100.0 (63-100)"}
    assert told <= {*lines}
    assert f"1 picture left out:\n  {shop / 'stray.png'}: it lies in no class folder" in result.stderr
    assert "1 copy counted once" in result.stderr
    setting = 'recognizer = { settings = { EMBEDDED_HEAD = "files/head.json" } }'
    assert result.stderr.splitlines()[-1] == f"  {setting}"
    head = json.loads((tmp_path / "head.json").read_text())
    assert (head["encoder_id"], head["classes"]) == ("fake/1", ["hat", "mug", "sock"])
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["head.json"]


def test_the_report_as_json_holds_every_number_and_the_same_pictures_teach_the_same_head(
    teach: Teach, shop: Path, tmp_path: Path
) -> None:
    result = teach(shop, "--out", tmp_path / "head.json", "--json", noise=0.5)
    assert result.exit_code == 0, result.output
    assert teach(shop, "--out", tmp_path / "again.json", noise=0.5).exit_code == 0
    assert (tmp_path / "head.json").read_bytes() == (tmp_path / "again.json").read_bytes()
    document = json.loads(result.stdout)
    held_out = document["heldOut"]
    recalls = held_out["classes"]
    wrong = sum(each["pictures"] for each in held_out["confusions"])
    assert (document["version"], document["encoder"], document["pictures"]) == (1, "fake/1", 28)
    assert held_out["accuracy"]["right"] == sum(each["right"] for each in recalls.values()) == 28 - wrong
    assert 0 < held_out["accuracy"]["right"] < 28
    assert held_out["baseline"]["class"] == "mug"
    assert document["head"]["penalty"] in document["head"]["penalties"]


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    for name, color in COLORS.items():
        fill(tmp_path / "kinds" / name, 40, partial(plain, color))
    return tmp_path / "kinds"


def test_a_projection_that_finds_more_is_written_beside_the_head(
    teach: Teach, kinds: Path, tmp_path: Path
) -> None:
    out, projection = tmp_path / "head.json", tmp_path / "projection.json"
    result = teach(kinds, "--out", out, "--projection", projection, noise=0.5)
    assert result.exit_code == 0, result.output
    assert "120 pictures of 3 classes" in result.stdout
    assert "120 photos of 120 products searching for products of their class" in result.stdout
    assert '  encoder = { projection = "files/projection.json" }\n' in result.stderr
    assert json.loads(out.read_text())["encoder_id"] == "fake/1"
    seen = projected(Hues(0.5), projection)
    assert seen.dimensions == DIMENSIONS
    mugs, hats = (
        np.array(seen.encode_many([Picture(plain(COLORS[name], number)) for number in range(40)]))
        for name in ("mug", "hat")
    )
    assert (mugs @ mugs.T).mean() > (mugs @ hats.T).mean() + 0.2


def test_a_projection_that_may_gain_nothing_is_refused_and_a_head_as_good_as_guessing_written(
    teach: Teach, kinds: Path, tmp_path: Path
) -> None:
    out, projection = tmp_path / "head.json", tmp_path / "projection.json"
    projection.write_text("the projection of yesterday")
    result = teach(kinds, "--out", out, "--projection", projection, noise=50)
    assert result.exit_code == 1
    assert "120 pictures of 3 classes" in result.stdout
    assert "projection.json was not written: P@10 changed by " in result.stderr
    assert "no better than guessing" in result.stderr
    assert (out.exists(), projection.read_text()) == (True, "the projection of yesterday")


def test_a_head_is_told_and_written_where_no_projection_can_be_fitted(teach: Teach, tmp_path: Path) -> None:
    for name in ("mug", "hat"):
        fill(tmp_path / "few" / name, 5, partial(plain, COLORS[name]))
    out, projection = tmp_path / "head.json", tmp_path / "projection.json"
    result = teach(tmp_path / "few", "--out", out, "--projection", projection, "--json")
    assert (result.exit_code, "there are only 10 products" in result.stderr) == (1, True), result.output
    assert json.loads(result.stdout)["pictures"] == 10
    assert (out.exists(), projection.exists()) == (True, False)


def test_products_and_their_photos_fit_a_projection(teach: Teach, tmp_path: Path) -> None:
    (tmp_path / "shop/pictures").mkdir(parents=True)
    products = [f"{name}-{number}" for name in COLORS for number in range(10)]
    (tmp_path / "shop/products.json").write_text(json.dumps([{"objectID": each} for each in products]))
    for product in products:
        name, number = product.split("-")
        (tmp_path / f"shop/pictures/{product}.png").write_bytes(plain(COLORS[name], int(number)))
        fill(tmp_path / "photos" / product, 1, lambda _: plain(COLORS[name], 20 + int(number)))  # noqa: B023 called at once
    catalog = ("--catalog", tmp_path / "shop", "--photos", tmp_path / "photos")
    words = (*catalog, "--projection", tmp_path / "projection.json")
    result = teach(*words, noise=0.5)
    assert "30 photos of 30 products searching for their product" in result.stdout
    assert "hit@10" in result.stdout
    assert result.exit_code == 1, "which product of a color it is cannot be seen"
    assert json.loads(teach(*words, "--json", noise=0.5).stdout)["projection"]["wins"] is False


NO_MODEL = {"EMBEDDED_MODEL": "/no/such.onnx"}


@pytest.mark.parametrize(
    ("env", "words", "message"),
    [
        ({"ENCODER": "none"}, ("--projection",), "ENCODER: there is none to fit a projection to"),
        ({"ENCODER": "onnx"}, ("--out", "--projection"), "ENCODER: a head is for the embedded encoder"),
        ({"ENCODER": "onnx"}, ("--projection",), "ONNX_MODEL: is not set"),
        ({"ENCODER": "onnx", **NO_MODEL}, ("--out",), "EMBEDDED_MODEL: cannot read"),
        ({"ENCODER_PROJECTION": "/no.json", **NO_MODEL}, ("--projection",), "EMBEDDED_MODEL: cannot read"),
    ],
)
def test_the_encoder_is_the_environments_but_for_a_head(
    env: dict[str, str], words: tuple[str, ...], message: str, shop: Path
) -> None:
    given = [part for word in words for part in (word, str(shop / f"{word[2:]}.json"))]
    result = CliRunner(env={VARIABLE: os.devnull, **env}).invoke(command.teach, [str(shop), *given])
    assert (result.exit_code, message in result.stderr) == (2, True), result.output


@pytest.fixture
def folders(shop: Path) -> Path:
    """Beside the shop, folders that nothing can be learned from."""
    for name, count in {"few/hat": 4, "few/mug": 9, "alone/mug": 9}.items():
        fill(shop.parent / name, count, partial(plain, COLORS[name.partition("/")[2]]))
    return shop.parent


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nowhere", "--out", "head.json"), 2, "Directory 'nowhere' does not exist"),
        (("shop",), 2, "Give --out for a head, --projection for a projection, or both"),
        (("--out", "head.json"), 2, "Give FOLDER, with pictures by class, or --catalog"),
        (("shop", "--catalog", "shop", "--projection", "head.json"), 2, "and not both"),
        (("--catalog", "shop", "--out", "head.json"), 2, "A head needs FOLDER"),
        (("shop", "--out", "head.json", "--projection", "./head.json"), 2, "are one file"),
        (("shop", "--photos", "shop", "--out", "head.json"), 2, "--photos goes with --catalog"),
        (("--catalog", ".", "--projection", "head.json"), 1, "a catalog folder holds"),
        (("shop", "--projection", "nowhere/head.json"), 2, "there is no folder nowhere to write to"),
        (("shop", "--out", "nowhere/head.json"), 2, "there is no folder nowhere to write to"),
        (("shop", "--out", "shop"), 2, "is a directory"),
        (("shop/mug", "--out", "head.json"), 1, "has no class folders, and teaching needs 2 at least;"),
        (("few", "--out", "head.json"), 1, "too few pictures: hat has 4; give each class 5"),
        (("alone", "--out", "head.json"), 1, "only the class mug"),
    ],
)
def test_errors_say_what_to_do_and_change_nothing(
    words: tuple[str, ...], code: int, message: str, teach: Teach, folders: Path
) -> None:
    (folders / "head.json").write_text("the head of yesterday")
    result = teach(*[str(folders / word) if (folders / word).exists() else word for word in words])
    assert (result.exit_code, message in result.stderr) == (code, True), result.output
    assert "Traceback" not in result.output
    assert (folders / "head.json").read_text() == "the head of yesterday"
