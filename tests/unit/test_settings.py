from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.provider import Wanted
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings
from tests.unit.test_environment import ENRICH, SEARCH

CDN = {"IMAGE_URL_TEMPLATE": "https://cdn.example/<name>"}
Group = type[EnrichSettings | SearchSettings]


def read(group: Group, env: dict[str, str]) -> EnrichSettings | SearchSettings:
    return group.from_env((ENRICH if group is EnrichSettings else SEARCH) | env)


REKOGNITION = {"RECOGNIZER": "rekognition", **RECOGNIZERS["rekognition"].example}
WRONG = [
    ({"RECOGNIZER": "clarifai"}, f"RECOGNIZER: .*write one of: {', '.join(RECOGNIZERS)}"),
    ({"ENCODER": "clip"}, "ENCODER: .*write what sees likeness without names, one of: embedded, onnx, none"),
    ({"LABEL_MIN_SCORE": "1.5"}, "LABEL_MIN_SCORE: .*write the lowest confidence kept, 0 to 1"),
    ({"MAX_LABELS": "many"}, "MAX_LABELS: .*write how many labels"),
    ({"VISION_REGION": "mars"}, "VISION_REGION: .*write eu or us"),
    ({"RECOGNIZER_TIMEOUT": "0"}, "RECOGNIZER_TIMEOUT: .*write seconds one call"),
    ({"STRATEGIES": "labels,clarity"}, "STRATEGIES: .*write comma-separated ways"),
    ({"STRATEGIES": "words,code"}, "STRATEGIES: needs labels"),
    ({"STRATEGIES": "labels,labels"}, "STRATEGIES: .*each once"),
    ({"STRATEGIES": "labels,words", "ENCODER": "none"}, "STRATEGIES: .*or write ENCODER=embedded"),
    ({"ATTRIBUTE_NAMES": "labels="}, "ATTRIBUTE_NAMES: labels needs a name; .*write comma-separated"),
    ({"RECOGNIZER_FEATURES": "boxes,largest"}, "RECOGNIZER_FEATURES: largest leaves nothing to do for boxes"),
    (
        {"RECOGNIZER": "embedded", "RECOGNIZER_FEATURES": "logos"},
        "RECOGNIZER_FEATURES: embedded has no 'logos'; leave it empty",
    ),
    ({**REKOGNITION, "RECOGNIZER_FEATURES": "logos"}, "RECOGNIZER_FEATURES: .*write some of: colors"),
]
WRONG_OF_ENRICH = [
    ({"PARKED_TOPIC": "parked"}, "PARKED_TOPIC: .*projects/PROJECT/topics/TOPIC"),
    ({"CREATE_MISSING_RECORDS": "perhaps"}, "CREATE_MISSING_RECORDS: .*write true to create"),
    ({"IMAGE_URL_TEMPLATE": "https://cdn.example/"}, "IMAGE_URL_TEMPLATE: .*https://cdn.example/<name>"),
    ({"MAX_EVENT_AGE": "-1"}, "MAX_EVENT_AGE: .*write seconds after which"),
]
WRONG_OF_SEARCH = [
    (
        {f"SIMILAR_{measure}": "0.9", f"VERY_SIMILAR_{measure}": "0.8"},
        f"VERY_SIMILAR_{measure}: is less than SIMILAR_{measure}; write at least 0.9",
    )
    for measure in ("CLOSENESS", "SHARE")
]


@pytest.mark.parametrize(
    ("group", "env", "message"),
    [
        *((group, *each) for each in WRONG for group in (EnrichSettings, SearchSettings)),
        *((EnrichSettings, *each) for each in WRONG_OF_ENRICH),
        *((SearchSettings, *each) for each in WRONG_OF_SEARCH),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(group: Group, env: dict[str, str], message: str) -> None:
    with pytest.raises(Misconfigured, match=rf"\A{message}") as caught:
        read(group, env)
    assert caught.value.setting == message.partition(":")[0]


@pytest.mark.parametrize(
    ("group", "env", "name", "value"),
    [
        (EnrichSettings, {}, "recognizer", "google-vision"),
        (EnrichSettings, {}, "label_lease", 60.0),
        (EnrichSettings, {"RECOGNIZER_TIMEOUT": "20"}, "label_lease", 120.0),
        (SearchSettings, {}, "cors_origins", ()),
        (
            SearchSettings,
            {"CORS_ORIGINS": "https://a.x, https://b.x,"},
            "cors_origins",
            ("https://a.x", "https://b.x"),
        ),
        *(
            (SearchSettings, {"TOTAL_RATE": rate}, "total_burst", burst)
            for rate, burst in (("1200", 100), ("60", 5))
        ),
        *((SearchSettings, {"TOTAL_RATE": rate}, "total_burst", 1) for rate in ("1", "0")),
        (SearchSettings, {}, "ways", ("labels", "words", "code")),
        (SearchSettings, {"ENCODER": "none"}, "ways", ("labels",)),
        (SearchSettings, {"STRATEGIES": "labels, code"}, "ways", ("labels", "code")),
    ],
)
def test_what_follows_from_settings(group: Group, env: dict[str, str], name: str, value: object) -> None:
    assert getattr(read(group, env), name) == value


def test_the_chosen_recognizer_and_encoder_get_their_own_settings_and_what_every_one_is_told() -> None:
    visenze = {"VISENZE_ACCESS_KEY": "id", "VISENZE_SECRET_KEY": "secret-key", "VISENZE_TAG_GROUP": "shoes"}
    wanted = {"LABEL_MIN_SCORE": "0.25", "MAX_LABELS": "5", "RECOGNIZER_FEATURES": "largest"}
    chosen = {"RECOGNIZER": "visenze", "ENCODER": "onnx", "ONNX_MODEL": "/m.onnx", **visenze, **wanted}
    settings = LabelingSettings.from_env({**chosen, "RECOGNIZER_TIMEOUT": "3", "GOOGLE_CLOUD_PROJECT": "p"})
    assert settings.of_recognizer.model_dump()["tag_group"] == "shoes"
    assert str(settings.of_encoder.model_dump()["model_path"]) == "/m.onnx"
    assert settings.wanted == Wanted(0.25, 5, ("largest",), 3.0, "p")
    assert "secret-key" not in repr(settings.of_recognizer)


def test_only_search_may_do_without_an_index_but_not_with_half_of_one() -> None:
    assert not SearchSettings.from_env({}).searches_itself
    with pytest.raises(Misconfigured) as caught:
        SearchSettings.from_env({"ALGOLIA_INDEX": "products"})
    assert caught.value.setting == "ALGOLIA_APP_ID, ALGOLIA_API_KEY"


@pytest.mark.parametrize("group", [EnrichSettings, SearchSettings])
def test_attributes_are_renamed_by_one_variable_for_both_functions(group: Group) -> None:
    names = read(group, {"ATTRIBUTE_NAMES": "labels=imageLabels, visual=v"}).names
    assert (names.labels, names.visual) == ("imageLabels", "v")


@pytest.mark.parametrize(
    ("env", "name", "why"),
    [
        ({}, "", "answer 403 to browsers"),
        (CDN, "imageURL", ""),
        ({**CDN, "ATTRIBUTE_NAMES": "imageURL="}, "", "leaves imageURL to the shop"),
    ],
)
def test_without_a_public_address_there_is_no_image_url(env: dict[str, str], name: str, why: str) -> None:
    settings = EnrichSettings.from_env(ENRICH | env)
    assert settings.names.image_url == name
    assert why in settings.why_no_address
    assert bool(settings.why_no_address) == bool(why)


def test_similar_and_very_similar_are_steps_of_their_own() -> None:
    written = {"SIMILAR_CLOSENESS": "0.1", "SIMILAR_SHARE": "0.2", "VERY_SIMILAR_CLOSENESS": "0.3"}
    steps = SearchSettings.from_env(SEARCH | written | {"VERY_SIMILAR_SHARE": "0.4"}).steps(1_000)
    assert steps == ((200, 0.1), (400, 0.3))
