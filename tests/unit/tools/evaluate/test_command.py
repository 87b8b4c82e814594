from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from shared.errors import Failure, Misconfigured, Permanent
from shared.imaging import FileLimits, Picture
from shared.model import Appearance, Label, Labels, Vector
from shared.settings import SearchSettings
from tests.fakes.encoder import FakeEncoder
from tests.fakes.imaging import FakeImaging
from tests.fakes.recognizer import FakeRecognizer
from tests.models import embedded_model
from tests.onnx_models import CELLS, averaging_model, declare
from tests.pictures import jpeg
from tests.unit.tools.evaluate.studio import LocalRecognizer
from tools.evaluate import command
from tools.evaluate.contenders import NAMES, contenders
from tools.evaluate.sight import Sight, any_sight, sight
from tools.profile.file import VARIABLE

Evaluate = Callable[..., Result]
HAT, MUG = jpeg(1, (40, 30)), jpeg(2, (40, 30))
LABELS: dict[bytes, Labels] = {HAT: (Label("Hat", 0.9),), MUG: (Label("Mug", 0.8),)}
CLASSES = ("--gallery", "gallery", "--queries", "queries")


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for place in ("gallery", "queries"):
        write(tmp_path, {f"{place}/hat/1.jpg": HAT, f"{place}/mug/1.jpg": MUG})
    return tmp_path


def blind(recognizer: FakeRecognizer) -> Sight:
    """Labels and nothing else."""
    return Sight(SearchSettings.from_env({"ENCODER": "none"}), recognizer, None, lambda _: FakeImaging())


def encoding(encoder: FakeEncoder) -> Sight:
    settings = SearchSettings.from_env({"RECOGNIZER": "embedded"})
    return Sight(settings, LocalRecognizer(LABELS), encoder, lambda _: FakeImaging())


@pytest.fixture
def evaluate(folders: Path) -> Evaluate:
    local = blind(LocalRecognizer(LABELS))

    def run(*words: str, with_eyes: Sight = local, answer: str = "") -> Result:
        here = [str(folders / word) if (folders / word).is_dir() else word for word in words]
        runner = CliRunner(env={VARIABLE: os.devnull})
        return runner.invoke(command.evaluate, here, input=answer, obj=lambda: with_eyes)

    return run


def test_one_table_tells_every_strategy_and_one_its_verdicts(evaluate: Evaluate) -> None:
    result = evaluate(*CLASSES)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    told = [line[0] for line in lines if line and line[0] in {"guide", "labels", "default"}]
    assert told == 2 * ["guide", "labels", "default"]
    assert next(line for line in lines if line[:1] == ["guide"])[1] == "100.0"
    assert "Without an encoder there is no default-28, labels+code, unranked" in result.stderr
    assert "2 query pictures also shown by a product" in result.stderr
    assert "\x1b" not in result.output


def test_the_guide_and_the_bound_are_always_told(evaluate: Evaluate) -> None:
    eyes = encoding(FakeEncoder({HAT: (1.0, 0.0), MUG: (0.0, 1.0)}))
    result = evaluate(*CLASSES, "--strategy", "labels+code", "--json", with_eyes=eyes)
    assert result.exit_code == 0, result.output
    told = [each["name"] for each in json.loads(result.stdout)["strategies"]]
    assert told == ["guide", "labels+code", "exact cosine"]


def test_a_catalog_a_limit_and_a_page(evaluate: Evaluate, folders: Path) -> None:
    records = b'[{"objectID": "a", "kind": "x"}, {"objectID": "b", "kind": "x"}]'
    write(folders / "shop", {"products.json": records, "pictures/a.jpg": HAT, "pictures/b.jpg": MUG})
    page = folders / "out.html"
    result = evaluate("--catalog", "shop", "--category", "kind", "--limit", "1", "--html", str(page))
    assert result.exit_code == 0, result.output
    assert "1 query picture, 2 products" in result.stdout
    assert f"Open {page.as_uri()}" in result.stderr
    assert page.read_text().startswith("<!doctype html>")
    assert result.output.index("2 products") < result.output.index("Open ")


def test_a_file_whose_name_is_no_utf_8_has_its_place_on_the_page_and_in_the_json(
    evaluate: Evaluate, folders: Path
) -> None:
    write(
        folders,
        {"queries/hat/\udcff.jpg": HAT, "queries/hat\udcff/1.jpg": HAT, "gallery/hat\udcff/1.jpg": HAT},
    )
    result = evaluate(*CLASSES, "--json", "--html", str(folders / "out.html"))
    assert result.exit_code == 0, result.output
    pictures = [each["picture"] for each in json.loads(result.stdout)["examples"]]
    assert str(folders / "queries/hat/\udcff.jpg") in pictures
    assert (folders / "out.html").read_bytes().decode()


def test_pictures_go_to_a_service_only_when_agreed(evaluate: Evaluate) -> None:
    service = FakeRecognizer(LABELS)
    refused = evaluate(*CLASSES, with_eyes=blind(service), answer="n\n")
    assert refused.exit_code != 0
    assert "Send 4 pictures to fake, which may be billed?" in refused.stderr
    assert service.asked == []
    assert evaluate(*CLASSES, "--yes", with_eyes=blind(service)).exit_code == 0
    assert len(service.asked) == 4


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ((), 2, "Give --gallery and --queries, or --catalog"),
        (("--gallery", "gallery"), 2, "Give --gallery and --queries, or --catalog"),
        ((*CLASSES, "--catalog", "gallery"), 2, "Give --gallery and"),
        ((*CLASSES, "--photos", "gallery"), 2, "Give --gallery and"),
        (("--catalog", "nowhere"), 2, "Directory 'nowhere' does not exist"),
        (("--catalog", "."), 1, "a catalog folder holds"),
        (("--gallery", "empty", "--queries", "queries"), 1, "empty has no pictures;\nclass folders hold"),
        (("--catalog", "gallery", "--html", "nowhere/x.html"), 2, "there is no folder nowhere"),
        (("--catalog", "gallery", "--strategy", "magic"), 2, "'magic' is not one of 'guide', 'labels'"),
        (("--catalog", "gallery", "--limit", "0"), 2, "0 is not in the range x>=1"),
        (
            ("--gallery", "damaged", "--queries", "damaged"),
            1,
            "none of the pictures can be read; the first: ",
        ),
    ],
)
def test_errors_say_what_to_do(
    words: tuple[str, ...], code: int, message: str, evaluate: Evaluate, folders: Path
) -> None:
    (folders / "empty").mkdir()
    write(folders, {"damaged/cup/1.jpg": b"no picture"})
    eyes = blind(LocalRecognizer(LABELS, Permanent("bad-picture", "the picture is damaged")))
    result = evaluate(*words, with_eyes=eyes)
    assert (result.exit_code, message in result.stderr) == (code, True), result.output
    assert "Traceback" not in result.output


class Thorough(FakeEncoder):
    """Tells more of products than of photos, and most to a vector search."""

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return [(0.6, 0.8) for _ in pictures]

    def encode_whole(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return [(0.0, 3.0, 4.0) for _ in pictures]


def test_a_picture_is_decoded_for_each_use_and_labeled_once() -> None:
    recognizer, imaging = LocalRecognizer(LABELS), FakeImaging()
    opened = replace(encoding(Thorough({HAT: (1.0, 0.0)})), recognizer=recognizer, opener=lambda _: imaging)
    looks = opened.eyes(whole=True)(HAT, {"photo", "product"})
    vectors = {use: look.vector for use, look in looks.by_use.items()}
    assert vectors == {"photo": (1.0, 0.0), "product": (0.6, 0.8)}
    assert {look.labels for look in looks.by_use.values()} == {LABELS[HAT]}
    assert looks.whole is not None
    assert looks.whole.tolist() == pytest.approx([0.0, 0.6, 0.8])
    assert looks.whole.dtype == np.float32
    assert (len(recognizer.asked), len(imaging.opened)) == (1, 2)
    assert opened.eyes()(HAT, {"product"}).whole is None


def test_photos_are_opened_as_the_search_function_opens_them() -> None:
    asked: list[int | None] = []

    def opener(enough: int | None) -> FakeImaging:
        asked.append(enough)
        return FakeImaging()

    sight = replace(encoding(Thorough({HAT: (1.0, 0.0)})), opener=opener)
    sight.eyes()
    assert asked == [sight.settings.enough_pixels, None] == [272, None]


class Service(FakeRecognizer):
    takes = FileLimits(frozenset({"JPEG"}), 10**6)


def test_a_service_gets_the_file_as_it_is() -> None:
    service = Service(LABELS)
    replace(encoding(FakeEncoder({})), recognizer=service).eyes()(HAT, {"product"})
    assert service.asked == [(Picture(HAT),)]


def test_what_only_the_encoder_refuses_has_labels_as_what_nobody_encodes() -> None:
    refusing = encoding(FakeEncoder({HAT: Permanent("bad-picture", "it is blank")}))
    looks = refusing.eyes(whole=True)(HAT, {"photo"})
    assert looks.by_use == {"photo": Appearance(LABELS[HAT])}
    assert looks.whole is None
    assert blind(LocalRecognizer(LABELS)).eyes()(HAT, {"photo"}).by_use == looks.by_use


def test_the_embedded_model_and_an_encoder_of_the_shops_own_see_labels_and_vectors(tmp_path: Path) -> None:
    env = {"EMBEDDED_MODEL": str(embedded_model(tmp_path))}
    own = {"ENCODER": "onnx", "ONNX_MODEL": str(declare(averaging_model(tmp_path / "own.onnx")))}
    for more, dimensions in (({}, 256), (own, CELLS)):
        opened = sight({**env, **more})
        look = opened.eyes()(jpeg(3), {"photo"}).by_use["photo"]
        assert (opened.is_local, len(look.vector or ()), bool(look.labels)) == (True, dimensions, True)
        assert [each.name for each in contenders(opened.settings, opened.encoder)] == [*NAMES]


def test_the_deployed_settings_count_and_a_comparison_has_vectors_whatever_they_say(tmp_path: Path) -> None:
    model = str(embedded_model(tmp_path))
    env = {"EMBEDDED_MODEL": model, "STRATEGIES": "labels", "MAX_FILTERS": "28"}
    opened = sight(env)
    assert (opened.deployed.reranks, opened.encoder, opened.settings.max_filters) == (False, None, 28)
    compared = any_sight(env)
    assert (compared.deployed.reranks, compared.encoder is None) == (False, False)
    entered = {each.name: each.likeness for each in contenders(compared.settings, compared.encoder)}
    assert entered["labels+code"].reranks


def test_a_shop_that_has_chosen_a_step_is_calibrated() -> None:
    env = {"ENCODER": "none", "RECOGNIZER": "google-vision"}
    assert not sight(env).rule.calibrated
    assert sight({**env, "SIMILAR_CLOSENESS": "0.3"}).rule.calibrated


def test_without_a_model_file_the_setting_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"EMBEDDED_MODEL.*ENCODER=none"):
        sight({"RECOGNIZER": "google-vision", "EMBEDDED_MODEL": str(tmp_path / "missing.onnx")})
    opened = sight({"RECOGNIZER": "google-vision", "ENCODER": "none"})
    assert (opened.recognizer.name, opened.encoder, opened.is_local) == ("google-vision", None, False)
