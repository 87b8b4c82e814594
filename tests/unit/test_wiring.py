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
from shared.pictures import Naming
from shared.settings import EnrichSettings, IndexSettings, SearchSettings
from shared.settings.labeling import LabelingSettings
from tests.models import embedded_model
from tests.pictures import encoded, jpeg
from tests.projections import chance_projection
from tests.unit.test_environment import ENRICH


def test_a_value_is_made_once_for_many_threads_and_a_failure_is_not_remembered() -> None:
    made: list[int] = []
    barrier = threading.Barrier(8)

    def make() -> int:
        time.sleep(0.01)
        made.append(1)
        if len(made) == 1:
            raise ValueError("down")
        return len(made)

    once = Once(make)

    def use(_: int) -> int:
        barrier.wait()
        return once()

    with pytest.raises(ValueError, match="down"):
        once()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(use, range(8))) == {2}


@pytest.fixture(scope="module")
def encoded_by(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The variables of the embedded encoder."""
    return {"ENCODER": "embedded", "EMBEDDED_MODEL": str(embedded_model(tmp_path_factory.mktemp("model")))}


def chosen(env: dict[str, str]) -> Likeness:
    settings = LabelingSettings.from_env(env)
    return wiring.likeness(settings, wiring.chosen_encoder(settings))


@pytest.mark.parametrize(
    "env", [{"ENCODER": "none"}, {"STRATEGIES": "labels", "EMBEDDED_MODEL": "/no/such.onnx"}]
)
def test_without_a_need_no_encoder_is_loaded(env: dict[str, str]) -> None:
    likeness = chosen(env)
    assert (likeness.facets, likeness.reranks) == (["labels.description"], False)
    assert wiring.feature_extractor(None, likeness) is None


def test_a_model_that_is_missing_is_named_with_what_to_write() -> None:
    told = r"^EMBEDDED_MODEL: cannot read .*make setup.*ENCODER=none"
    with pytest.raises(Misconfigured, match=told):
        chosen({})
    with pytest.raises(Misconfigured, match=told):
        wiring.chosen_recognizer(LabelingSettings.from_env({"RECOGNIZER": "embedded", "ENCODER": "none"}))


def test_a_fitted_encoder_has_its_own_attributes(encoded_by: dict[str, str], tmp_path: Path) -> None:
    plain = wiring.chosen_encoder(LabelingSettings.from_env(encoded_by))
    assert plain is not None
    for number, encoder_id in enumerate((plain.encoder_id, "another/1")):
        projection = chance_projection(encoder_id, plain.dimensions, plain.dimensions)
        (tmp_path / f"{number}.json").write_text(projection.as_json())
    own, another = ({**encoded_by, "ENCODER_PROJECTION": str(tmp_path / f"{each}.json")} for each in range(2))
    usual = chosen(encoded_by)
    tag = re.fullmatch(r"visualCode_([0-9a-f]{6})", usual.compared[0])
    assert tag is not None
    assert list(usual.facets) == ["labels.description", f"filterOnly(visualWords_{tag[1]})"]
    assert chosen(own).compared != usual.compared
    with pytest.raises(Misconfigured, match=r"ENCODER_PROJECTION: .*1\.json was made for another/1"):
        chosen(another)


def test_colors_are_named_in_records_and_change_what_the_extractor_is_called() -> None:
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
        assert wiring.likeness(settings, None).written == ["labels"]


OTHERS = 5.0 + 1.5 + 9.0 + 3.0 + 12.0 + 2.0
"""Seconds for all but the recognizer: a photo by its URL, room for it, decoding, Algolia, its refusals."""


def longest(recognizer: str, **env: str) -> float:
    own = {"RECOGNIZER": recognizer, **RECOGNIZERS[recognizer].example, **env}
    return wiring.longest_search(SearchSettings.from_env(own))


@pytest.mark.parametrize("recognizer", RECOGNIZERS)
def test_with_a_vector_labels_have_less_time(encoded_by: dict[str, str], recognizer: str) -> None:
    asks = RECOGNIZERS[recognizer].calls > 0
    assert longest(recognizer, ENCODER="none") == OTHERS + (10.0 if asks else 0.0)
    assert longest(recognizer, **encoded_by) == OTHERS + (wiring.LABELS_DEADLINE if asks else 0.0)


def test_settings_change_the_recognizers_time(encoded_by: dict[str, str]) -> None:
    assert longest("google-vision", **encoded_by, RECOGNIZER_TIMEOUT="1") == OTHERS + 1.0
    assert longest("google-vision", **encoded_by, RECOGNIZER_FEATURES="largest,text") == OTHERS + 5.0


def test_an_unprepared_recognizer_costs_labels_alone(encoded_by: dict[str, str]) -> None:
    key = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "REKOGNITION_ENDPOINT": "nowhere"}
    nowhere = {"RECOGNIZER": "rekognition", "REKOGNITION_REGION": "eu-west-1", **key}
    searching = wiring.searcher(SearchSettings.from_env({**nowhere, **encoded_by}))
    looks = [searching.plan(jpeg(seed)).appearance for seed in range(2)]
    assert [look.unlabeled for look in looks] == ["misconfigured"] * 2
    assert all(look.vector for look in looks)
    alone = wiring.searcher(SearchSettings.from_env({**nowhere, "ENCODER": "none"}))
    for seed in range(2):
        with pytest.raises(Misconfigured, match="REKOGNITION_ENDPOINT"):
            alone.plan(jpeg(seed))


ALL, NONE, NETWORKS = None, 0, 272
LOOKED_AT = [
    ("google-vision", {}, NETWORKS),
    ("google-vision", {"ENCODER": "none"}, NONE),
    ("google-vision", {"RECOGNIZER_FEATURES": "text,logos"}, NETWORKS),
    ("google-vision", {"RECOGNIZER_FEATURES": "largest"}, ALL),
    ("google-vision", {"RECOGNIZER_FEATURES": "largest", "ENCODER": "none"}, ALL),
    ("google-vision", {"STRATEGIES": "labels"}, NONE),
    ("google-vision", {"ENCODER": "onnx"}, ALL),
    ("rekognition", {}, NETWORKS),
    ("visenze", {}, NETWORKS),
    ("visenze", {"RECOGNIZER_FEATURES": "largest"}, NETWORKS),
    ("embedded", {}, NETWORKS),
    ("embedded", {"ENCODER": "none"}, NETWORKS),
]
"""How many pixels of a photo's shorter side anybody looks at, by recognizer and the other settings."""


@pytest.mark.parametrize(("recognizer", "env", "enough"), LOOKED_AT)
def test_a_photo_is_opened_as_far_as_anybody_looks(
    encoded_by: dict[str, str], recognizer: str, env: dict[str, str], enough: int | None
) -> None:
    own = {"RECOGNIZER": recognizer, **RECOGNIZERS[recognizer].example, **encoded_by, **env}
    settings = SearchSettings.from_env({"ONNX_MODEL": "any.onnx", **own})
    assert settings.enough_pixels == enough
    sides = {ALL: 640, NONE: 80, NETWORKS: 320}
    raster = wiring.searcher(settings).imaging.raster(Picture(jpeg(0, (640, 600))))
    assert raster.size[0] == sides[enough]


def test_products_are_encoded_in_more_views_than_photos(
    encoded_by: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    settings, picture = EnrichSettings.from_env(ENRICH | encoded_by), Picture(jpeg())
    naming = Naming(settings.object_pattern)
    features, encodes = wiring.enricher(settings, naming).features, wiring.chosen_encoder(settings)
    assert features
    assert encodes
    [look] = features.asking.ask_many([picture])
    assert isinstance(look, Appearance)
    assert [look.vector] == encodes.encode_products([picture]) != encodes.encode_many([picture])
