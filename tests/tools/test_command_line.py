"""Exit codes, wrong settings, help, and `tools settings`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from subprocess import run

import pytest

from devstack.environment import MODEL, REPOSITORY, child_environment
from tests.algolia import ADMIN, APP, INDEX, SEARCH, Algolia, local_algolia
from tests.tools.conftest import Tools

COMMANDS = [
    ("settings",),
    ("backfill",),
    ("explain",),
    ("evaluate",),
    ("teach",),
    ("bundle",),
    ("calibrate",),
    ("parked", "list"),
    ("parked", "explain"),
    ("parked", "replay"),
    ("parked", "drop"),
]
NOBODY = "http://127.0.0.1:1"
TOPIC = "projects/p/topics/pictures"
ENV = {
    "ENCODER": "none",
    "ALGOLIA_APP_ID": APP,
    "ALGOLIA_API_KEY": ADMIN,
    "ALGOLIA_INDEX": INDEX,
    "ALGOLIA_HOSTS": NOBODY,
    "GOOGLE_CLOUD_PROJECT": "p",
    "LABEL_BUCKET": "labels",
    "PARKED_TOPIC": "projects/p/topics/parked",
    "PARKED_SUBSCRIPTION": "projects/p/subscriptions/parked",
    "PICTURE_BUCKET": "pictures",
    "PICTURE_TOPIC": TOPIC,
}


@pytest.fixture(scope="module")
def algolia() -> Iterator[Algolia]:
    with local_algolia() as running:
        yield running


@pytest.fixture
def shop(algolia: Algolia) -> Tools:
    algolia.seed([{"objectID": "1"}], facets=["brand"])
    return Tools({**ENV, "ALGOLIA_HOSTS": algolia.engine.url})


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    result = Tools({})(*words, "--help")
    assert result.exit_code == 0
    assert f"Example: uv run tools {' '.join(words)}" in result.stdout


def test_the_help_needs_no_vendor_library() -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from tools.cli import cli\n"
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0\n"
        "print(sorted({'algoliasearch', 'google.api_core', 'grpc'} & set(sys.modules)))"
    )
    done = run(
        [sys.executable, "-c", code], env=child_environment(), cwd=REPOSITORY, capture_output=True, check=True
    )
    assert done.stdout == b"[]\n"


@pytest.mark.parametrize(
    ("words", "changes", "begins"),
    [
        (("settings",), {"ALGOLIA_INDEX": ""}, "ALGOLIA_INDEX: is not set; write the name of the index"),
        (("settings",), {"ALGOLIA_HOSTS": "nowhere"}, "ALGOLIA_HOSTS: "),
        (("backfill",), {"PICTURE_TOPIC": ""}, "PICTURE_TOPIC: is not set; write the Pub/Sub topic"),
        (("backfill",), {"PICTURE_TOPIC": "pictures"}, "PICTURE_TOPIC: "),
        (("backfill", "--dry-run"), {"PICTURE_BUCKET": ""}, "PICTURE_BUCKET: is not set"),
        (("backfill", "--dry-run"), {"OBJECT_PATTERN": "<file>"}, "OBJECT_PATTERN: "),
        (("backfill", "--dry-run"), {"LABELER": "nobody"}, "LABELER: "),
        (("parked", "list"), {"PARKED_SUBSCRIPTION": ""}, "PARKED_SUBSCRIPTION: is not set"),
        (("parked", "list"), {"PARKED_SUBSCRIPTION": TOPIC}, "PARKED_SUBSCRIPTION: "),
        (("parked", "replay", "--all"), {"PICTURE_TOPIC": ""}, "PICTURE_TOPIC: is not set"),
        (("explain", "1"), {"LABEL_BUCKET": ""}, "LABEL_BUCKET: is not set"),
    ],
)
def test_a_wrong_setting_is_named_on_one_line_before_anything_is_done(
    words: tuple[str, ...], changes: dict[str, str], begins: str
) -> None:
    result = Tools({**ENV, **changes})(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(begins)
    assert result.stderr.count("\n") == 1


def test_a_service_that_does_not_answer_is_worth_another_try() -> None:
    result = Tools(ENV)("settings")
    assert result.exit_code == 75
    assert "Try again in a minute." in result.stderr


def test_a_dry_run_shows_what_is_missing_and_changes_nothing(shop: Tools, algolia: Algolia) -> None:
    result = shop("settings")
    assert result.exit_code == 1
    assert "missing in attributesForFaceting  labels.description" in result.stdout
    assert "Dry run" in result.stdout
    assert facets(algolia) == ["brand"]


def test_applying_merges_and_then_there_is_nothing_to_do(shop: Tools, algolia: Algolia) -> None:
    applied = shop("settings", "--apply")
    assert applied.exit_code == 0
    assert "Applied" in applied.stdout
    assert facets(algolia) == ["brand", "labels.description", "filterOnly(visual.recognizer)"]
    again = shop("settings", "--apply")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "Nothing to add.")
    assert shop.json("settings")["ready"] is True


def test_what_finds_by_vectors_is_declared_too(shop: Tools, algolia: Algolia) -> None:
    encoded = {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    assert shop("settings", "--apply", **encoded).exit_code == 1
    assert facets(algolia)[1] == "labels.description"
    assert re.fullmatch(r"filterOnly\(visualWords_[0-9a-f]{6}\)", facets(algolia)[3])
    [warning] = shop.json("settings", **encoded)["warnings"]
    assert warning.startswith("searchableAttributes is empty")


def test_a_key_without_the_rights_is_told_which_it_needs(shop: Tools) -> None:
    result = shop("settings", ALGOLIA_API_KEY=SEARCH)
    assert result.exit_code == 2
    assert "settings, editSettings and addObject" in result.stderr


def test_an_index_that_does_not_exist_is_misconfigured(shop: Tools) -> None:
    result = shop("settings", ALGOLIA_INDEX="nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("ALGOLIA_INDEX: ")


def facets(algolia: Algolia) -> list[str]:
    found: list[str] = algolia.send("GET", f"/1/indexes/{INDEX}/settings").json()["attributesForFaceting"]
    return found
