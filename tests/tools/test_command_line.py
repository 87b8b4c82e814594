"""Exit codes, wrong settings, help, and `visual-search index check`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from signal import SIGINT
from subprocess import PIPE, run

import click
import pytest

from devstack.environment import MODEL, REPOSITORY, child_environment
from devstack.serving import Fault
from shared import VERSION
from shared.errors import Reason
from tests.algolia import ADMIN, INDEX, OPERATOR, SEARCH, SETTINGS, Algolia, local_algolia
from tests.tools.conftest import ENV, Tools
from tools.cli import cli


def words_of(command: click.Command, *above: str) -> Iterator[tuple[str, ...]]:
    """The words of every command there is."""
    if not isinstance(command, click.Group):
        yield above
        return
    for name, below in command.commands.items():
        yield from words_of(below, *above, name)


COMMANDS = list(words_of(cli))
WRITTEN = {"IMAGE_URL_TEMPLATE": "https://cdn.example/<name>"}
TOPIC = "projects/p/topics/pictures"
NOWHERE = {
    **ENV,
    "ALGOLIA_HOSTS": "http://127.0.0.1:1",
    "PARKED_SUBSCRIPTION": "projects/p/subscriptions/parked",
    "PICTURE_TOPIC": TOPIC,
}


@pytest.fixture(scope="module")
def algolia() -> Iterator[Algolia]:
    with local_algolia() as running:
        yield running


@pytest.fixture
def shop(algolia: Algolia) -> Tools:
    algolia.send("POST", f"/1/indexes/{INDEX}/clear")
    algolia.seed([{"objectID": "1"}], facets=["brand"])
    return Tools({**ENV, "ALGOLIA_HOSTS": algolia.engine.url})


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    result = Tools({})(*words, "--help")
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert f"visual-search {' '.join(words)}" in shown.partition("Example: ")[2]
    assert {"--profile", "--json"} <= set(shown.split())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("backfill",), "No such command 'backfill'. Did you mean visual-search pictures backfill?"),
        (("retire", "66c162"), "Did you mean visual-search encoder retire?"),
        (("explain", "1"), "Did you mean visual-search pictures explain or visual-search parked explain?"),
        (("index", "aply"), "Did you mean visual-search index apply?"),
        (("parked", "backfill"), "Did you mean visual-search pictures backfill?"),
        (("weather",), "No such command 'weather'.\n"),
    ],
)
def test_a_command_in_the_wrong_place_is_told_where_it_is(words: tuple[str, ...], told: str) -> None:
    result = Tools({})(*words)
    assert (result.exit_code, told in result.stderr) == (2, True)


def test_the_version_is_that_of_the_package() -> None:
    assert Tools({})("--version").stdout == f"visual-search {VERSION}\n"


def test_parked_events_are_chosen_by_a_reason_that_there_is() -> None:
    result = Tools(NOWHERE)("parked", "list", "--reason", "bad-pictur")
    assert result.exit_code == 2
    assert all(f"'{each.value}'" in result.stderr for each in Reason if each.happened)


def parameters() -> Iterator[tuple[tuple[str, ...], click.Parameter]]:
    for words in COMMANDS:
        command: click.Command = cli
        for word in words:
            assert isinstance(command, click.Group)
            command = command.commands[word]
        yield from ((words, param) for param in command.params if not getattr(param, "is_flag", False))


@pytest.mark.parametrize(("words", "param"), list(parameters()))
def test_what_a_shell_leaves_of_an_unset_variable_is_no_value(
    words: tuple[str, ...], param: click.Parameter
) -> None:
    given = [""] if isinstance(param, click.Argument) else [param.opts[0], ""]
    result = Tools(NOWHERE)(*words, *given)
    assert (result.exit_code, result.stderr.splitlines()[-1].endswith("': it is empty.")) == (2, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pictures", "explain", "\udcff"), "'OBJECT_OR_PRODUCT': it is not UTF-8."),
        (("parked", "list", "--product=\udcff"), "'--product': it is not UTF-8."),
        (("pictures", "backfill", "--rate", "-NaN"), "'--rate': it is no number."),
        (("measure", "calibrate", "--wrong=nan"), "'--wrong': it is no number."),
    ],
)
def test_what_is_no_text_or_no_number_is_told(words: tuple[str, ...], told: str) -> None:
    result = Tools(NOWHERE)(*words)
    assert (result.exit_code, told in result.stderr) == (2, True)


@pytest.mark.parametrize("words", sorted({words[:-1] for words in COMMANDS}))
def test_a_list_of_commands_says_what_each_does_in_a_whole_sentence(words: tuple[str, ...]) -> None:
    shown = Tools({})(*words, "--help").stdout.partition("Commands:")[2]
    assert shown
    assert "..." not in shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_told_without_a_traceback() -> None:
    for option in ([], ["--json"]):
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "-m", "tools", "profile", "show", *option]
            done = run(
                command, stdout=full, stderr=PIPE, cwd=REPOSITORY, env=child_environment(), check=False
            )
        assert (done.returncode, done.stderr) == (2, b"No space left on device\n")


def test_ctrl_c_while_modules_are_loaded_ends_without_a_traceback() -> None:
    code = (
        "import os, signal, sys\n"
        "class Slow:\n"
        "    def find_spec(self, name, *_):\n"
        "        name == 'tools.cli' and os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Slow())\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from visual_image_search import main\n"
        "main()"
    )
    done = run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=child_environment(), stderr=PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (-SIGINT, b"")


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
        (("index", "check"), {"ALGOLIA_INDEX": ""}, "ALGOLIA_INDEX: is not set; write the name of the index"),
        (("index", "check"), {"ALGOLIA_HOSTS": "nowhere"}, "ALGOLIA_HOSTS: "),
        (
            ("pictures", "backfill"),
            {"PICTURE_TOPIC": ""},
            "PICTURE_TOPIC: is not set; write the Pub/Sub topic",
        ),
        (("pictures", "backfill"), {"PICTURE_TOPIC": "pictures"}, "PICTURE_TOPIC: "),
        (("pictures", "backfill", "--dry-run"), {"PICTURE_BUCKET": ""}, "PICTURE_BUCKET: is not set"),
        (("pictures", "backfill", "--dry-run"), {"OBJECT_PATTERN": "<file>"}, "OBJECT_PATTERN: "),
        (("pictures", "backfill", "--dry-run"), {"RECOGNIZER": "nobody"}, "RECOGNIZER: "),
        (("parked", "list"), {"PARKED_SUBSCRIPTION": ""}, "PARKED_SUBSCRIPTION: is not set"),
        (("parked", "list"), {"PARKED_SUBSCRIPTION": TOPIC}, "PARKED_SUBSCRIPTION: "),
        (("parked", "replay", "--all"), {"PICTURE_TOPIC": ""}, "PICTURE_TOPIC: is not set"),
        (("pictures", "explain", "1"), {"LABEL_BUCKET": ""}, "LABEL_BUCKET: is not set"),
    ],
)
def test_a_wrong_setting_is_named_on_one_line_before_anything_is_done(
    words: tuple[str, ...], changes: dict[str, str], begins: str
) -> None:
    result = Tools({**NOWHERE, **changes})(*words)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert result.stderr.startswith(begins)


def test_a_service_that_does_not_answer_is_worth_another_try() -> None:
    result = Tools(NOWHERE)("index", "check")
    assert (result.exit_code, "Try again in a minute." in result.stderr) == (75, True)


def test_a_check_changes_nothing_applying_merges_and_then_there_is_nothing_to_do(
    shop: Tools, algolia: Algolia
) -> None:
    result = shop("index", "check")
    assert result.exit_code == 1
    assert "missing in attributesForFaceting  labels.description" in result.stdout
    assert result.stdout.endswith("  visual-search index apply\n")
    assert facets(algolia) == ["brand"]
    applied = shop("index", "apply")
    assert applied.exit_code == 0
    assert "Applied" in applied.stdout
    assert facets(algolia) == ["brand", "labels.description", "filterOnly(visual.recognizer)"]
    again = shop("index", "apply")
    assert (again.exit_code, again.stdout.splitlines()[-1]) == (0, "Nothing to add.")
    assert shop.json("index", "check")["ready"] is True


def test_what_finds_by_vectors_is_declared_too(shop: Tools, algolia: Algolia) -> None:
    encoded = {"ENCODER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    assert shop("index", "apply", **encoded).exit_code == 1
    assert facets(algolia)[1] == "labels.description"
    assert re.fullmatch(r"filterOnly\(visualWords_[0-9a-f]{6}\)", facets(algolia)[3])
    [warning] = shop.json("index", "check", **encoded)["warnings"]
    assert warning.startswith("searchableAttributes is empty")


REPLICAS = {f"{INDEX}_by_date": "desc(date)", f"{INDEX}_by_price": "asc(price)"}


@pytest.fixture
def replicas(algolia: Algolia, shop: Tools) -> Iterator[Tools]:
    """The shop's command line, where it has replicas too."""
    algolia.send("PUT", f"/1/indexes/{INDEX}/settings", {"replicas": [*REPLICAS]})
    for name, order in REPLICAS.items():
        algolia.send("PUT", f"/1/indexes/{name}/settings", {"ranking": [order, "filters"]})
    yield shop
    algolia.send("PUT", f"/1/indexes/{INDEX}/settings", {"replicas": []})
    for name in REPLICAS:
        algolia.send("DELETE", f"/1/indexes/{name}")


def test_standard_replicas_get_the_same(replicas: Tools, algolia: Algolia) -> None:
    assert f"missing in {INDEX}_by_price" in replicas("index", "check").stdout
    for options, whose in (((), "filterOnly(visual.recognizer)"), (("--countable",), "visual.recognizer")):
        assert replicas("index", "apply", *options).exit_code == 0
        assert facets(algolia) == ["brand", "labels.description", whose]
        for name, order in REPLICAS.items():
            assert facets(algolia, name) == facets(algolia)
            settings = algolia.send("GET", f"/1/indexes/{name}/settings").json()
            assert settings["ranking"] == [order, "filters"]


@pytest.mark.parametrize(
    ("key", "faults", "words"),
    [
        (OPERATOR, [], "(Index not allowed with this API key); write a key whose indexes include it"),
        (ADMIN, [Fault(path="_by_date/settings", status=404, times=2)], "take it out of the setting"),
    ],
)
def test_a_replica_that_cannot_be_read_is_named_and_the_others_are_served(
    replicas: Tools, algolia: Algolia, key: str, faults: list[Fault], words: str
) -> None:
    closed = [*REPLICAS][: len(faults) or None]
    algolia.fail(*faults)
    for word in ("check", "apply"):
        result = replicas("index", word, ALGOLIA_API_KEY=key)
        shown = " ".join(result.stdout.split())
        assert (result.exit_code, result.stderr) == (1, "The index is not ready for image search.\n")
        assert [name for name in REPLICAS if f"`{name}` cannot be read: Algolia" in shown] == closed
        assert words in shown
    assert "labels.description" in facets(algolia)
    for name in REPLICAS.keys() - closed:
        assert facets(algolia, name) == facets(algolia)


@pytest.mark.parametrize(("word", "key"), [("check", SEARCH), ("apply", SETTINGS)])
def test_a_key_without_the_rights_is_told_which_it_needs_and_nothing_is_applied(
    shop: Tools, algolia: Algolia, word: str, key: str
) -> None:
    result = shop("index", word, ALGOLIA_API_KEY=key)
    assert result.exit_code == 2
    assert "settings, editSettings, addObject and browse" in result.stderr
    assert facets(algolia) == ["brand"]


def test_records_that_use_our_names_are_counted_and_three_are_shown(shop: Tools, algolia: Algolia) -> None:
    algolia.seed([{"objectID": f"used {number}", "labels": ["sale"], "visual": 7} for number in range(4)])
    shop("index", "apply")
    result = shop("index", "check")
    assert result.exit_code == 1
    shown = " ".join(result.stdout.split())
    assert "attributes in use 4 records, such as used 0 (labels, visual), used 1 (labels, visual)," in shown
    assert "give ours other names with ATTRIBUTE_NAMES" in shown
    assert "used 3" not in shown
    told = shop.json("index", "check")
    assert (told["ready"], told["attributesInUse"]["records"]) == (False, 4)
    first = told["attributesInUse"]["examples"][0]
    assert first == {"objectID": "used 0", "attributes": ["labels", "visual"]}
    renamed = {"ATTRIBUTE_NAMES": "labels=tags,visual=looks"}
    assert shop("index", "apply", **renamed).exit_code == 0
    assert shop.json("index", "check", **renamed)["attributes"]["labels"] == "tags"


def test_what_may_be_taken_over_is_not_in_the_way(shop: Tools, algolia: Algolia) -> None:
    guides = {"labels": [{"description": "Shoe", "score": 0.9}], "imageURL": "https://cdn.example/1"}
    algolia.seed([{"objectID": "1", **guides}])
    shop("index", "apply")
    for changes, used in (({}, ["labels"]), (WRITTEN, ["imageURL", "labels"])):
        examples = shop.json("index", "check", **changes)["attributesInUse"]["examples"]
        assert examples == [{"objectID": "1", "attributes": used}]
    assert shop("index", "check", TAKE_OVER_ATTRIBUTES="true", **WRITTEN).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, "imageURL not written: IMAGE_URL_TEMPLATE is empty"),
        (
            {**WRITTEN, "ATTRIBUTE_NAMES": "imageURL="},
            "imageURL not written: ATTRIBUTE_NAMES leaves it alone",
        ),
        (WRITTEN, ""),
    ],
)
def test_it_is_said_why_imageurl_is_not_written(shop: Tools, changes: dict[str, str], row: str) -> None:
    shown = " ".join(shop("index", "check", **changes).stdout.split())
    assert row in shown
    assert ("imageURL" in shown) == bool(row)


def test_an_index_that_does_not_exist_is_misconfigured(shop: Tools) -> None:
    result = shop("index", "check", ALGOLIA_INDEX="nowhere")
    assert result.exit_code == 2
    assert result.stderr.startswith("ALGOLIA_INDEX: ")
    assert "Algolia makes an index when the first record is written to it." in result.stderr
    assert result.stderr.endswith(" Then: visual-search index check\n")


def facets(algolia: Algolia, index: str = INDEX) -> list[str]:
    found: list[str] = algolia.send("GET", f"/1/indexes/{index}/settings").json()["attributesForFaceting"]
    return found
