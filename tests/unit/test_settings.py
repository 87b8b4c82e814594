from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.provider import Wanted
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings

SEARCH = {"ALGOLIA_APP_ID": "APP", "ALGOLIA_API_KEY": "secret-key", "ALGOLIA_INDEX": "products"}
ENRICH = SEARCH | {
    "PICTURE_BUCKET": "pictures",
    "LABEL_BUCKET": "labels",
    "PARKED_TOPIC": "projects/p/topics/parked",
}


def test_what_a_function_needs_is_enough() -> None:
    assert EnrichSettings.from_env(ENRICH).recognizer == "google-vision"
    assert SearchSettings.from_env(SEARCH).cors_origins == ()


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("RECOGNIZER", "clarifai", f"write one of: {', '.join(RECOGNIZERS)}"),
        ("ENCODER", "clip", "write what sees likeness without names, one of: embedded, onnx, none"),
        ("LABEL_MIN_SCORE", "1.5", "write the lowest confidence kept, 0 to 1"),
        ("MAX_LABELS", "many", "write how many labels"),
        ("VISION_REGION", "mars", "write eu or us"),
        ("PARKED_TOPIC", "parked", "projects/PROJECT/topics/TOPIC"),
        ("CREATE_MISSING_RECORDS", "perhaps", "write true to create"),
        ("IMAGE_URL_TEMPLATE", "https://cdn.example/", "https://cdn.example/<name>"),
        ("MAX_EVENT_AGE", "-1", "write seconds after which"),
        ("RECOGNIZER_TIMEOUT", "0", "write seconds one call"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_write(variable: str, value: str, advice: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        EnrichSettings.from_env(ENRICH | {variable: value})
    assert caught.value.setting == variable
    assert advice in str(caught.value)


def test_lists_are_written_with_commas() -> None:
    settings = SearchSettings.from_env(SEARCH | {"CORS_ORIGINS": "https://a.example, https://b.example,"})
    assert settings.cors_origins == ("https://a.example", "https://b.example")


def test_the_chosen_recognizer_and_encoder_get_their_own_settings_and_what_every_one_is_told() -> None:
    settings = LabelingSettings.from_env(
        {
            "RECOGNIZER": "visenze",
            "VISENZE_ACCESS_KEY": "id",
            "VISENZE_SECRET_KEY": "secret-key",
            "VISENZE_TAG_GROUP": "shoes",
            "ENCODER": "onnx",
            "ONNX_MODEL": "/m.onnx",
            "LABEL_MIN_SCORE": "0.25",
            "MAX_LABELS": "5",
            "RECOGNIZER_FEATURES": "largest",
            "RECOGNIZER_TIMEOUT": "3",
            "GOOGLE_CLOUD_PROJECT": "p",
        }
    )
    assert settings.of_recognizer.model_dump()["tag_group"] == "shoes"
    assert settings.of_encoder.model_dump() == {"model_path": "/m.onnx"}
    assert settings.wanted == Wanted(0.25, 5, ("largest",), 3.0, "p")
    assert "secret-key" not in repr(settings.of_recognizer)


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"RECOGNIZER": "embedded"}, "embedded has no 'logos'; leave it empty"),
        ({"RECOGNIZER": "rekognition", **RECOGNIZERS["rekognition"].example}, "write some of: colors"),
    ],
)
def test_a_feature_that_the_chosen_recognizer_has_not_is_refused(env: dict[str, str], told: str) -> None:
    with pytest.raises(Misconfigured, match=r"^RECOGNIZER_FEATURES: ") as caught:
        SearchSettings.from_env(SEARCH | env | {"RECOGNIZER_FEATURES": "logos"})
    assert told in str(caught.value)


def test_a_picture_is_left_to_others_for_six_times_as_long_as_a_call_may_take() -> None:
    assert EnrichSettings.from_env(ENRICH).label_lease == 60.0
    assert EnrichSettings.from_env(ENRICH | {"RECOGNIZER_TIMEOUT": "20"}).label_lease == 120.0


@pytest.mark.parametrize(("rate", "burst"), [("1200", 100), ("60", 5), ("1", 1), ("0", 1)])
def test_an_instance_takes_at_once_what_comes_in_five_seconds(rate: str, burst: int) -> None:
    assert SearchSettings.from_env(SEARCH | {"TOTAL_RATE": rate}).total_burst == burst


def test_only_search_may_do_without_an_index_but_not_with_half_of_one() -> None:
    assert not SearchSettings.from_env({}).searches_itself
    with pytest.raises(Misconfigured) as caught:
        SearchSettings.from_env({"ALGOLIA_INDEX": "products"})
    assert caught.value.setting == "ALGOLIA_APP_ID, ALGOLIA_API_KEY"


@pytest.mark.parametrize(
    ("env", "ways"),
    [
        ({}, ("labels", "words", "code")),
        ({"ENCODER": "none"}, ("labels",)),
        ({"STRATEGIES": "labels, code"}, ("labels", "code")),
    ],
)
def test_the_strategies_are_those_that_were_chosen_or_all_that_pay(
    env: dict[str, str], ways: tuple[str, ...]
) -> None:
    assert SearchSettings.from_env(SEARCH | env).ways == ways


@pytest.mark.parametrize(
    ("env", "advice"),
    [
        ({"STRATEGIES": "labels,clarity"}, "write comma-separated ways"),
        ({"STRATEGIES": "words,code"}, "needs labels"),
        ({"STRATEGIES": "labels,labels"}, "each once"),
        ({"STRATEGIES": "labels,words", "ENCODER": "none"}, "or write ENCODER=embedded"),
    ],
)
def test_strategies_that_do_not_go_together_are_refused(env: dict[str, str], advice: str) -> None:
    with pytest.raises(Misconfigured, match=r"^STRATEGIES: ") as caught:
        SearchSettings.from_env(SEARCH | env)
    assert advice in str(caught.value)


def test_attributes_are_renamed_by_one_variable_for_both_functions() -> None:
    told = {"ATTRIBUTE_NAMES": "labels=imageLabels, visual=v"}
    for settings in (EnrichSettings.from_env(ENRICH | told), SearchSettings.from_env(SEARCH | told)):
        assert (settings.names.labels, settings.names.visual) == ("imageLabels", "v")


def test_a_name_that_cannot_be_ours_is_refused_with_what_to_write() -> None:
    with pytest.raises(
        Misconfigured, match=r"^ATTRIBUTE_NAMES: labels needs a name; .*write comma-separated"
    ):
        SearchSettings.from_env(SEARCH | {"ATTRIBUTE_NAMES": "labels="})


@pytest.mark.parametrize(
    ("env", "name", "why"),
    [
        ({}, "", "answer 403 to browsers"),
        ({"IMAGE_URL_TEMPLATE": "https://cdn.example/<name>"}, "imageURL", ""),
        (
            {"IMAGE_URL_TEMPLATE": "https://cdn.example/<name>", "ATTRIBUTE_NAMES": "imageURL="},
            "",
            "leaves imageURL to the shop",
        ),
    ],
)
def test_without_a_public_address_no_image_url_is_written_and_it_is_said_why(
    env: dict[str, str], name: str, why: str
) -> None:
    settings = EnrichSettings.from_env(ENRICH | env)
    assert settings.names.image_url == name
    assert why in settings.why_no_address
    assert bool(settings.why_no_address) == bool(why)


@pytest.mark.parametrize("measure", ["CLOSENESS", "SHARE"])
def test_very_similar_is_not_below_similar(measure: str) -> None:
    lower, upper = f"SIMILAR_{measure}", f"VERY_SIMILAR_{measure}"
    with pytest.raises(Misconfigured, match=f"^{upper}: is less than {lower}; write at least 0.9"):
        SearchSettings.from_env(SEARCH | {lower: "0.9", upper: "0.8"})
    steps = SearchSettings.from_env(SEARCH | {lower: "0.8", upper: "0.9"}).steps(1_000)
    assert steps.similar != steps.very_similar


def test_features_that_leave_each_other_nothing_to_do_are_told() -> None:
    with pytest.raises(Misconfigured, match="RECOGNIZER_FEATURES: largest leaves nothing to do for boxes"):
        SearchSettings.from_env(SEARCH | {"RECOGNIZER_FEATURES": "boxes,largest"})
