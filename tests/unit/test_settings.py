from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling import registry
from shared.settings import ENCODERS, RECOGNISERS, EnrichSettings, SearchSettings

SEARCH = {"ALGOLIA_APP_ID": "APP", "ALGOLIA_API_KEY": "secret-key", "ALGOLIA_INDEX": "products"}
ENRICH = SEARCH | {
    "PICTURE_BUCKET": "pictures",
    "LABEL_BUCKET": "labels",
    "PARKED_TOPIC": "projects/p/topics/parked",
}


def test_what_a_function_needs_is_enough() -> None:
    assert EnrichSettings.from_env(ENRICH).labeler == "google-vision"
    assert SearchSettings.from_env(SEARCH).cors_origins == ()


@pytest.mark.parametrize("variable", sorted(ENRICH))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_or_empty_variable_is_named_with_what_to_write(variable: str, value: str | None) -> None:
    env = {name: text for name, text in ENRICH.items() if name != variable}
    if value is not None:
        env[variable] = value
    with pytest.raises(Misconfigured, match=rf"^{variable}: is not set; write ") as caught:
        EnrichSettings.from_env(env)
    assert caught.value.setting == variable


@pytest.mark.parametrize(
    ("variable", "value", "advice"),
    [
        ("LABELER", "clarifai", "write one of: google-vision, rekognition, visenze, embedded"),
        ("LABEL_MIN_SCORE", "1.5", "write the lowest confidence kept, 0 to 1"),
        ("MAX_LABELS", "many", "write how many labels"),
        ("VISION_REGION", "mars", "write eu or us"),
        ("PARKED_TOPIC", "parked", "projects/PROJECT/topics/TOPIC"),
        ("CREATE_MISSING_RECORDS", "perhaps", "write true to create"),
        ("IMAGE_URL_TEMPLATE", "https://cdn.example/", "https://cdn.example/<name>"),
        ("MAX_EVENT_AGE", "-1", "write seconds after which"),
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


def test_no_secret_shows_when_settings_or_their_errors_are_printed() -> None:
    assert "secret-key" not in repr(SearchSettings.from_env(SEARCH))
    with pytest.raises(Misconfigured) as caught:
        SearchSettings.from_env(SEARCH | {"ALGOLIA_INDEX": ""})
    assert "secret-key" not in str(caught.value)


def test_the_chosen_recogniser_gets_its_own_settings_and_the_common_ones() -> None:
    settings = SearchSettings.from_env(
        SEARCH | {"LABELER": "embedded", "EMBEDDED_MODEL": "/m.onnx", "MAX_LABELS": "5"}
    )
    options = settings.recogniser_options()
    assert options == {"model_path": "/m.onnx", "head": "", "min_score": None, "max_labels": 5}


def test_the_chosen_recogniser_says_what_it_misses() -> None:
    with pytest.raises(Misconfigured, match="ONNX_MODEL: is not set; write the path"):
        SearchSettings.from_env(SEARCH | {"ENCODER": "onnx"})


def test_every_recogniser_and_encoder_of_the_registry_has_settings() -> None:
    assert RECOGNISERS.keys() == registry.PROVIDERS.keys()
    assert ENCODERS.keys() - {"none"} == registry.ENCODERS.keys()


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


def test_one_bucket_for_pictures_and_labels_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"^LABEL_BUCKET: is the bucket of the pictures; write"):
        EnrichSettings.from_env(ENRICH | {"LABEL_BUCKET": ENRICH["PICTURE_BUCKET"]})
