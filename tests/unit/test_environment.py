"""What is told of variables that are missing, wrong, misnamed or no more."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.labeling.registry import RECOGNIZERS
from shared.settings import EnrichSettings, SearchSettings
from shared.settings.labeling import LabelingSettings

SEARCH = {"ALGOLIA_APP_ID": "APP", "ALGOLIA_API_KEY": "secret-key", "ALGOLIA_INDEX": "products"}
BUCKETS = {"PICTURE_BUCKET": "pictures", "LABEL_BUCKET": "labels"}
ENRICH = SEARCH | BUCKETS | {"PARKED_TOPIC": "projects/p/topics/parked"}


def told(env: dict[str, str], group: type[LabelingSettings] = EnrichSettings) -> Misconfigured:
    with pytest.raises(Misconfigured) as caught:
        group.from_env(env)
    return caught.value


@pytest.mark.parametrize("variable", sorted(ENRICH))
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_or_empty_variable_is_named_with_what_to_write(variable: str, value: str | None) -> None:
    env = {name: text for name, text in (ENRICH | {variable: value}).items() if text is not None}
    problem = told(env)
    assert problem.setting == variable
    assert str(problem).startswith(f"{variable}: is not set; write ")


def test_no_secret_and_no_wrong_value_shows_when_settings_or_their_errors_are_printed() -> None:
    assert "secret-key" not in repr(SearchSettings.from_env(SEARCH))
    assert "secret-key" not in str(told(SEARCH | {"ALGOLIA_INDEX": ""}, SearchSettings))
    key = {"AWS_ACCESS_KEY_ID": "secret-id", "AWS_SECRET_ACCESS_KEY": "secret-key"}
    problem = told(
        {"RECOGNIZER": "rekognition", "REKOGNITION_REGION": "secret-region", **key}, LabelingSettings
    )
    assert problem.setting == "REKOGNITION_REGION"
    assert "secret-" not in str(problem)


def test_all_that_is_missing_or_wrong_is_told_at_once_a_line_each() -> None:
    env = {"RECOGNIZER": "rekognition", "REKOGNITION_REGION": "Ireland", "ENCODER": "onnx", "MAX_LABELS": "0"}
    env |= {"PICTURE_BUCKET": "pictures", "LABEL_BUCKET": "pictures", "STRATEGIES": "words"}
    problem = told(env | {"ALGOLIA_INDX": "products", "VISION_LOGOS": "true"})
    named = [line.partition(":")[0] for line in str(problem).splitlines()]
    assert sorted(named) == [
        *("ALGOLIA_API_KEY", "ALGOLIA_APP_ID", "ALGOLIA_INDEX", "ALGOLIA_INDX", "AWS_ACCESS_KEY_ID"),
        *("MAX_LABELS", "ONNX_MODEL", "PARKED_TOPIC", "REKOGNITION_REGION", "VISION_LOGOS"),
    ]
    assert problem.setting == ", ".join(named)
    assert "ONNX_MODEL: is not set; write the path of an ONNX file" in str(problem)


def test_what_contradicts_itself_is_told_at_once_too() -> None:
    env = {"LABEL_BUCKET": "pictures", "STRATEGIES": "words", "RECOGNIZER_FEATURES": "colors,hats"}
    example = RECOGNIZERS["rekognition"].example
    assert str(told({**ENRICH, **env, "RECOGNIZER": "rekognition", **example})).splitlines() == [
        "STRATEGIES: needs labels; write them beside the others",
        "LABEL_BUCKET: is the bucket of the pictures; write the name of one of its own for the labels",
        "RECOGNIZER_FEATURES: rekognition has no 'hats'; write some of: colors",
    ]


SLIPS = [
    ("RECOGNIZR_TIMEOUT", "RECOGNIZER_TIMEOUT"),
    *(("COLRS", "COLORS"), ("ALGOLIA_INDEXX", "ALGOLIA_INDEX")),
    *(("LBEL_BUCKET", "LABEL_BUCKET"), ("VISION_ENDPIONT", "VISION_ENDPOINT")),
]


@pytest.mark.parametrize(("written", "meant"), SLIPS)
def test_a_name_that_is_nearly_one_of_ours_is_a_slip_of_the_pen(written: str, meant: str) -> None:
    env = {name: value for name, value in ENRICH.items() if name != meant} | {written: "1"}
    expected = f"{written}: is no setting; did you mean {meant}? Rename it, or remove it"
    assert expected in str(told(env)).splitlines()


@pytest.mark.parametrize("name", ["PORT", "K_SERVICE", "PATH", "PYTHONPATH", "ALGOLIA_REGION", "HOSTNAME"])
def test_any_other_variable_is_somebody_elses(name: str) -> None:
    assert EnrichSettings.from_env(ENRICH | {name: "1"}) == EnrichSettings.from_env(ENRICH)


FORMER = {
    "VISION_TIMEOUT": "write RECOGNIZER_TIMEOUT",
    "VISION_OBJECTS": "write RECOGNIZER_FEATURES=boxes or largest",
    "REKOGNITION_IMAGE_PROPERTIES": "write RECOGNIZER_FEATURES=colors for true",
    "VISENZE_PATH": "remove it",
    "LABEL_LEASE": "it follows from RECOGNIZER_TIMEOUT; remove it",
    "SEARCH_TIMEOUT": "it follows from RECOGNIZER_TIMEOUT; remove it",
    "MAX_PICTURE_PIXELS": "remove it",
}


@pytest.mark.parametrize(("former", "advice"), FORMER.items())
def test_a_former_setting_is_refused_with_what_to_write(former: str, advice: str) -> None:
    for problem in (told(ENRICH | {former: "1"}), told(SEARCH | {former: "1"}, SearchSettings)):
        assert str(problem) == f"{former}: is no setting any more; {advice}"
