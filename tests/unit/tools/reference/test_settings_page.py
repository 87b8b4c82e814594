from __future__ import annotations

from pathlib import Path

import pytest

from shared.environment import Settings
from shared.labeling.registry import PROVIDERS
from shared.settings import EnrichSettings, SearchSettings
from tools.reference.settings_page import page, setters

PAGE = page({"CLIENT_RATE": ("search.client_rate",), "PARKED_TOPIC": ()})
GROUPS: list[type[Settings]] = [
    EnrichSettings,
    SearchSettings,
    *(provider.settings for provider in PROVIDERS.values()),
]


def line(name: str) -> str:
    [found] = {row for row in PAGE.splitlines() if row.startswith(f"| `{name}` |")}
    return found


def test_every_variable_of_every_class_is_told() -> None:
    assert all(f"| `{name}` |" in PAGE for group in GROUPS for name in group.variables())


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


def test_the_page_begins_with_the_seven_that_a_deployer_decides_and_is_the_same_on_any_machine() -> None:
    first = PAGE.split("\n## ")[1]
    assert first.startswith("What you decide")
    assert first.count("\n| `") == 7
    assert "| `largest` |" in PAGE.partition("## `RECOGNIZER=visenze`")[2].partition("\n## ")[0]
    assert "`shared/labeling/providers/embedded/model.onnx`" in PAGE
    assert str(Path(__file__).parents[4]) not in PAGE
    assert "such as https://cdn.example/&lt;name>" in line("IMAGE_URL_TEMPLATE"), "no HTML"


@pytest.mark.parametrize(
    ("names", "setter"),
    [
        ("CLIENT_RATE", "`search.client_rate`"),
        ("PARKED_TOPIC", "the module"),
        ("ALGOLIA_HOSTS", "-"),
        ("VISION_REGION", "`recognizer.settings`"),
        (
            "VISION_API_KEY VISENZE_ACCESS_KEY VISENZE_SECRET_KEY AWS_SECRET_ACCESS_KEY",
            "`recognizer.secrets`",
        ),
        ("ONNX_MODEL", "`encoder.settings`"),
    ],
)
def test_it_is_told_who_sets_a_variable(names: str, setter: str) -> None:
    for name in names.split():
        assert line(name).endswith(f"| {setter} |")


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
