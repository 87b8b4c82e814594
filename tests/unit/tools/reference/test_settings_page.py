from __future__ import annotations

from pathlib import Path

from shared.environment import Settings
from shared.labeling.registry import PROVIDERS
from shared.settings import EnrichSettings, SearchSettings
from tools.reference.settings_page import page

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


def test_the_page_begins_with_the_seven_that_a_deployer_decides_and_is_the_same_on_any_machine() -> None:
    first = PAGE.split("\n## ")[1]
    assert first.startswith("What you decide")
    assert first.count("\n| `") == 7
    assert "| `largest` |" in PAGE.partition("## `RECOGNIZER=visenze`")[2].partition("\n## ")[0]
    assert "`shared/labeling/providers/embedded/model.onnx`" in PAGE
    assert str(Path(__file__).parents[4]) not in PAGE
    assert "such as https://cdn.example/&lt;name>" in line("IMAGE_URL_TEMPLATE"), "no HTML"
