from __future__ import annotations

from pathlib import Path

import pytest

from shared.environment import Settings
from shared.labeling.registry import PROVIDERS
from shared.settings import EnrichSettings, SearchSettings
from tools.reference.settings_page import page, setters

PAGE = page({"CLIENT_RATE": ("search.client_rate",), "PARKED_TOPIC": ()})
GROUPS = [EnrichSettings, SearchSettings, *(provider.settings for provider in PROVIDERS.values())]


def line(name: str) -> str:
    [found] = {row for row in PAGE.splitlines() if row.startswith(f"| `{name}` |")}
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_every_variable_of_every_class_is_told(group: type[Settings]) -> None:
    for name in group.variables():
        assert f"| `{name}` |" in PAGE


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("PICTURE_BUCKET", "**required**"),
        ("RECOGNIZER_TIMEOUT", "`10`"),
        ("CREATE_MISSING_RECORDS", "`false`"),
        ("VISION_API_KEY", ""),
        ("LABEL_MIN_SCORE", ""),
        ("OBJECT_PATTERN", "`products/<objectID>/<file>,products/<objectID>.<ext>`"),
    ],
)
def test_a_default_is_told_as_it_would_be_written(name: str, default: str) -> None:
    assert line(name).split(" | ")[1] == default


def test_it_begins_with_the_seven_that_a_deployer_decides() -> None:
    first = PAGE.split("\n## ")[1]
    assert first.startswith("What you decide")
    assert first.count("\n| `") == 7


def test_features_are_told_with_their_recognizer() -> None:
    assert "| `largest` |" in PAGE.partition("## `RECOGNIZER=visenze`")[2].partition("\n## ")[0]


def test_no_page_names_the_machine_it_was_made_on() -> None:
    assert "`shared/labeling/providers/embedded/model.onnx`" in PAGE
    assert str(Path(__file__).parents[4]) not in PAGE


def test_placeholders_are_no_html() -> None:
    assert "such as https://cdn.example/&lt;name>" in line("IMAGE_URL_TEMPLATE")


def test_it_is_told_who_sets_a_variable() -> None:
    assert line("CLIENT_RATE").endswith("| `search.client_rate` |")
    assert line("PARKED_TOPIC").endswith("| the module |")
    assert line("ALGOLIA_HOSTS").endswith("| - |")


def test_a_choices_own_variables_are_set_by_its_maps() -> None:
    assert line("VISION_REGION").endswith("| `recognizer.settings` |")
    for secret in ("VISION_API_KEY", "VISENZE_ACCESS_KEY", "VISENZE_SECRET_KEY", "AWS_SECRET_ACCESS_KEY"):
        assert line(secret).endswith("| `recognizer.secrets` |")
    assert line("ONNX_MODEL").endswith("| `encoder.settings` |")


def test_who_sets_what_is_read_out_of_terraform() -> None:
    text = """
      CLIENT_RATE  = var.search.client_rate
      "TOTAL_RATE" = tostring(var.search.total_rate)
      PARKED_TOPIC = google_pubsub_topic.parked.id
      memory       = var.search.memory
    """
    secrets = "enrich = merge(var.recognizer.secrets, { ALGOLIA_API_KEY = var.algolia.enrich_key })"
    more = "IMAGE_URL_TEMPLATE = coalesce(var.pictures.image_url_template, var.name)"
    assert setters([text, more, secrets]) == {
        "CLIENT_RATE": ("search.client_rate",),
        "TOTAL_RATE": ("search.total_rate",),
        "PARKED_TOPIC": (),
        "ALGOLIA_API_KEY": ("algolia.enrich_key",),
        "IMAGE_URL_TEMPLATE": ("name", "pictures.image_url_template"),
    }
