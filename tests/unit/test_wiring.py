from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from shared import wiring
from shared.catalog.likeness import Likeness
from shared.errors import Misconfigured
from shared.imaging import Picture, colors
from shared.labeling.registry import RECOGNIZERS
from shared.loading import Once
from shared.model import Appearance
from shared.settings import IndexSettings, SearchSettings
from shared.settings.labeling import LabelingSettings
from tests.models import embedded_model
from tests.pictures import encoded, jpeg
from tests.projections import chance_projection


def test_many_threads_make_the_value_once() -> None:
    made: list[int] = []
    barrier = threading.Barrier(8)

    def make() -> int:
        time.sleep(0.01)
        made.append(1)
        return len(made)

    once = Once(make)

    def use(_: int) -> int:
        barrier.wait()
        return once()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(8))) == {1}


def test_a_failure_is_not_remembered() -> None:
    outcomes = iter([ValueError("down"), None])

    def make() -> str:
        if error := next(outcomes):
            raise error
        return "up"

    once = Once(make)
    with pytest.raises(ValueError, match="down"):
        once()
    assert once() == "up"


@pytest.fixture(scope="module")
def encoded_by(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of the embedded encoder."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(embedded_model(tmp_path_factory.mktemp("model")))}


def chosen(env: dict[str, str]) -> Likeness:
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.chosen_encoder(settings))


def test_by_default_products_are_found_by_labels_words_and_code(encoded_by: dict[str, str]) -> None:
    likeness = chosen(encoded_by)
    tag = re.fullmatch(r"visualCode_([0-9a-f]{6})", likeness.compared[0])
    assert tag is not None
    assert list(likeness.facets) == ["labels.description", f"filterOnly(visualWords_{tag[1]})"]


def test_without_an_encoder_labels_are_all_and_nothing_is_loaded() -> None:
    likeness = chosen({"ENCODER": "none"})
    assert (likeness.facets, likeness.reranks) == (["labels.description"], False)
    assert wiring.feature_extractor(None, likeness) is None


def test_an_encoder_nobody_needs_is_not_loaded() -> None:
    settings = LabelingSettings.from_env({"STRATEGIES": "labels", "EMBEDDED_MODEL": "/no/such.onnx"})
    assert wiring.chosen_encoder(settings) is None


def test_a_model_that_is_missing_is_named_with_what_to_write() -> None:
    with pytest.raises(Misconfigured, match=r"^EMBEDDED_MODEL: cannot read .*make setup.*ENCODER=none"):
        wiring.chosen_encoder(LabelingSettings.from_env({}))


def test_an_encoder_fitted_to_the_shop_writes_attributes_of_its_own(
    encoded_by: dict[str, str], tmp_path: Path
) -> None:
    plain = wiring.chosen_encoder(LabelingSettings.from_env(encoded_by))
    assert plain is not None
    for number, encoder_id in enumerate((plain.encoder_id, "another/1")):
        projection = chance_projection(encoder_id, plain.dimensions, plain.dimensions)
        (tmp_path / f"{number}.json").write_text(projection.as_json())
    own, another = ({**encoded_by, "ENCODER_PROJECTION": str(tmp_path / f"{each}.json")} for each in range(2))
    assert chosen(own).compared != chosen(encoded_by).compared
    with pytest.raises(Misconfigured, match=r"ENCODER_PROJECTION: .*1\.json was made for another/1"):
        chosen(another)


def test_colors_are_named_in_records_and_change_what_the_eyes_are_called() -> None:
    index = {"ALGOLIA_APP_ID": "APP", "ALGOLIA_API_KEY": "key", "ALGOLIA_INDEX": "products"}
    env = {**index, "ENCODER": "none", "COLORS": "true"}
    named = wiring.likeness(IndexSettings.from_env(env), None)
    assert named.written == ["labels", "colors"]
    extractor = wiring.feature_extractor(None, named)
    assert extractor is not None
    assert extractor.features_id == f"features/none/colors-{colors.REVISION}"
    [look] = extractor.look_many([Picture(encoded(Image.new("RGB", (64, 64), "red"), "PNG"))])
    assert isinstance(look, Appearance)
    assert named.attributes(look) == {"labels": [], "colors": ["red"]}
    for settings in (IndexSettings.from_env({**env, "COLORS": ""}), SearchSettings.from_env(env)):
        plain = wiring.likeness(settings, None)
        assert (plain.written, wiring.feature_extractor(None, plain)) == (["labels"], None)


OTHERS = 5.0 + 1.5 + 9.0 + 3.0 + 12.0 + 2.0
"""Seconds for all but the recognizer: a photo by its URL, room for it, decoding, Algolia, its refusals."""


def longest(recognizer: str, **env: str) -> float:
    own = {"RECOGNIZER": recognizer, **RECOGNIZERS[recognizer].example, **env}
    return wiring.longest_search(SearchSettings.from_env(own))


@pytest.mark.parametrize("recognizer", RECOGNIZERS)
def test_a_recognizer_has_less_time_where_a_photo_has_a_vector_too(
    encoded_by: dict[str, str], recognizer: str
) -> None:
    asks = RECOGNIZERS[recognizer].calls > 0
    assert longest(recognizer, ENCODER="none") == OTHERS + (10.0 if asks else 0.0)
    assert longest(recognizer, **encoded_by) == OTHERS + (wiring.LABELS_DEADLINE if asks else 0.0)


def test_a_shorter_time_of_ones_own_is_kept_and_a_call_for_a_feature_takes_as_long(
    encoded_by: dict[str, str],
) -> None:
    assert longest("google-vision", **encoded_by, RECOGNIZER_TIMEOUT="1") == OTHERS + 1.0
    assert longest("google-vision", **encoded_by, RECOGNIZER_FEATURES="largest,text") == OTHERS + 5.0


NOWHERE = {
    "RECOGNIZER": "rekognition",
    "REKOGNITION_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "id",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "REKOGNITION_ENDPOINT": "nowhere",
}


def test_with_an_encoder_a_recognizer_that_cannot_even_be_prepared_costs_labels_alone(
    encoded_by: dict[str, str],
) -> None:
    searcher = wiring.searcher(SearchSettings.from_env({**NOWHERE, **encoded_by}))
    seen = [searcher.plan(jpeg(seed)).appearance for seed in range(2)]
    assert [look.unlabeled for look in seen] == ["misconfigured"] * 2
    assert all(look.vector for look in seen)


def test_without_an_encoder_a_recognizer_that_cannot_be_prepared_is_misconfigured() -> None:
    searcher = wiring.searcher(SearchSettings.from_env({**NOWHERE, "ENCODER": "none"}))
    for seed in range(2):
        with pytest.raises(Misconfigured, match="REKOGNITION_ENDPOINT"):
            searcher.plan(jpeg(seed))
