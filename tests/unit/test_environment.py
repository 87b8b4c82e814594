"""What is told of variables that are missing, wrong, misnamed or no more."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings

SEARCH = {"ALGOLIA_APP_ID": "APP", "ALGOLIA_API_KEY": "secret-key", "ALGOLIA_INDEX": "products"}
ENRICH = SEARCH | {
    "PICTURE_BUCKET": "pictures",
    "LABEL_BUCKET": "labels",
    "PARKED_TOPIC": "projects/p/topics/parked",
}


@pytest.mark.parametrize("variable", sorted(ENRICH))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_or_empty_variable_is_named_with_what_to_write(variable: str, value: str | None) -> None:
    env = {name: text for name, text in ENRICH.items() if name != variable}
    if value is not None:
        env[variable] = value
    with pytest.raises(Misconfigured, match=rf"^{variable}: is not set; write ") as caught:
        EnrichSettings.from_env(env)
    assert caught.value.setting == variable


def test_no_secret_shows_when_settings_or_their_errors_are_printed() -> None:
    assert "secret-key" not in repr(SearchSettings.from_env(SEARCH))
    with pytest.raises(Misconfigured) as caught:
        SearchSettings.from_env(SEARCH | {"ALGOLIA_INDEX": ""})
    assert "secret-key" not in str(caught.value)


def test_all_that_is_missing_or_wrong_is_told_at_once_a_line_each() -> None:
    env = {
        "RECOGNIZER": "rekognition",
        "REKOGNITION_REGION": "Ireland",
        "ENCODER": "onnx",
        "PICTURE_BUCKET": "pictures",
        "LABEL_BUCKET": "pictures",
        "STRATEGIES": "words",
        "MAX_LABELS": "0",
        "ALGOLIA_INDX": "products",
        "VISION_LOGOS": "true",
    }
    with pytest.raises(Misconfigured) as caught:
        EnrichSettings.from_env(env)
    named = [line.partition(":")[0] for line in str(caught.value).splitlines()]
    assert sorted(named) == [
        *("ALGOLIA_API_KEY", "ALGOLIA_APP_ID", "ALGOLIA_INDEX", "ALGOLIA_INDX", "AWS_ACCESS_KEY_ID"),
        *("MAX_LABELS", "ONNX_MODEL", "PARKED_TOPIC", "REKOGNITION_REGION", "VISION_LOGOS"),
    ]
    assert caught.value.setting == ", ".join(named)
    assert "ONNX_MODEL: is not set; write the path of an ONNX file" in str(caught.value)


def test_what_contradicts_itself_is_told_at_once_too() -> None:
    env = ENRICH | {
        "LABEL_BUCKET": "pictures",
        "STRATEGIES": "words",
        "RECOGNIZER_FEATURES": "colors,hats",
        "RECOGNIZER": "rekognition",
        **RECOGNIZERS["rekognition"].example,
    }
    with pytest.raises(Misconfigured) as caught:
        EnrichSettings.from_env(env)
    assert str(caught.value).splitlines() == [
        "STRATEGIES: needs labels; write them beside the others",
        "LABEL_BUCKET: is the bucket of the pictures; write the name of one of its own for the labels",
        "RECOGNIZER_FEATURES: rekognition has no 'hats'; write some of: colors",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("RECOGNIZR_TIMEOUT", "RECOGNIZER_TIMEOUT"),
        ("COLRS", "COLORS"),
        ("ALGOLIA_INDEXX", "ALGOLIA_INDEX"),
        ("LBEL_BUCKET", "LABEL_BUCKET"),
        ("VISION_ENDPIONT", "VISION_ENDPOINT"),
    ],
)
def test_a_name_that_is_nearly_one_of_ours_is_a_slip_of_the_pen(written: str, meant: str) -> None:
    env = {name: value for name, value in ENRICH.items() if name != meant} | {written: "1"}
    with pytest.raises(Misconfigured) as caught:
        EnrichSettings.from_env(env)
    expected = f"{written}: is no setting; did you mean {meant}? Rename it, or remove it"
    assert expected in str(caught.value).splitlines()


@pytest.mark.parametrize("name", ["PORT", "K_SERVICE", "PATH", "PYTHONPATH", "ALGOLIA_REGION", "HOSTNAME"])
def test_any_other_variable_is_somebody_elses(name: str) -> None:
    assert EnrichSettings.from_env(ENRICH | {name: "1"}) == EnrichSettings.from_env(ENRICH)


@pytest.mark.parametrize(
    ("former", "advice"),
    [
        ("VISION_TIMEOUT", "write RECOGNIZER_TIMEOUT"),
        ("VISION_OBJECTS", "write RECOGNIZER_FEATURES=boxes or largest"),
        ("REKOGNITION_IMAGE_PROPERTIES", "write RECOGNIZER_FEATURES=colors for true"),
        ("VISENZE_PATH", "remove it"),
        ("LABEL_LEASE", "it follows from RECOGNIZER_TIMEOUT; remove it"),
        ("SEARCH_TIMEOUT", "it follows from RECOGNIZER_TIMEOUT; remove it"),
        ("MAX_PICTURE_PIXELS", "remove it"),
    ],
)
def test_a_setting_that_is_no_more_is_refused_with_what_to_write_whoever_reads(
    former: str, advice: str
) -> None:
    for group, env in ((EnrichSettings, ENRICH), (SearchSettings, SEARCH)):
        with pytest.raises(Misconfigured) as caught:
            group.from_env(env | {former: "1"})
        assert str(caught.value) == f"{former}: is no setting any more; {advice}"


def test_no_value_shows_beside_what_is_wrong() -> None:
    env = {
        "RECOGNIZER": "rekognition",
        "AWS_ACCESS_KEY_ID": "secret-id",
        "AWS_SECRET_ACCESS_KEY": "secret-key",
    }
    with pytest.raises(Misconfigured, match="REKOGNITION_REGION") as caught:
        LabelingSettings.from_env({**env, "REKOGNITION_REGION": "secret-region"})
    assert "secret-" not in str(caught.value)
