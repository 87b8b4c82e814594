"""`profile` as an operator uses it: Terraform's output in, what is set out, and misspelt names found."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from tests.tools.conftest import Tools
from tools.profile.file import read
from tools.reference import module

MODULE = module.read(REPOSITORY / "terraform")
DEPLOYED = {"ALGOLIA_INDEX": "products", "OBJECT_PATTERN": "<objectID>.<ext>", "ONNX_MODEL": "files/a.onnx"}
OF_MODULE = {"search_url": {"value": "https://x"}, "operator_env": {"type": [], "value": DEPLOYED}}
OF_EXAMPLE = {"visual_search": {"value": {"operator_env": DEPLOYED, "search_url": "https://x"}}}

NO_PROFILE = {"VISUAL_SEARCH_PROFILE": ""}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("outputs", [OF_MODULE, OF_EXAMPLE], ids=["module", "example"])
def test_what_terraform_says_is_taken_over_and_the_rest_stays(
    outputs: object, coding: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('ALGOLIA_INDEX = "old"\nMAX_LABELS = 3\n')
    result = Tools({})(
        "profile", "import", "-", f"--profile={path}", answer=json.dumps(outputs).encode(coding)
    )
    assert result.exit_code == 0, result.output
    assert read(path) == {**DEPLOYED, "ONNX_MODEL": str(tmp_path / "files/a.onnx"), "MAX_LABELS": "3"}
    assert "Kept as they were: MAX_LABELS." in result.stdout
    assert "ONNX_MODEL is a file in the functions' bundles" in result.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no output operator_env"),
        ("{}", "no output operator_env"),
        ("[1]", "no output operator_env"),
        ('{"operator_env": {"value": 5}}', "no output operator_env"),
        (" " * 1_000_001, "no output operator_env"),
        ("[" * 100_000, "no output operator_env"),
        (b"\xff\xff", "no output operator_env"),
        ('{"operator_env": {"value": {"MAX_LABELS": 4}}}', "no output operator_env"),
        ('{"operator_env": {"value": {"ALGOLIA_INDX": "a"}}}', "did you mean ALGOLIA_INDEX?"),
    ],
)
def test_what_is_no_output_of_the_module_changes_nothing(
    text: str | bytes, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.toml"
    path.write_text("MAX_LABELS = 3\n")
    result = Tools({})("profile", "import", "-", f"--profile={path}", answer=text)
    assert (result.exit_code, told in result.stderr) == (2, True)
    assert path.read_text() == "MAX_LABELS = 3\n"


def test_a_profile_that_is_named_is_made_and_what_else_names_one_needs_it(tmp_path: Path) -> None:
    path, output = tmp_path / "a second shop.toml", json.dumps(OF_MODULE)
    told = f"{path}: cannot be read (No such file or directory)\n"
    assert Tools({})("index", "check", f"--profile={path}").stderr == told
    assert Tools({"VISUAL_SEARCH_PROFILE": str(path)})("profile", "import", "-", answer=output).exit_code == 0
    assert read(path)["ALGOLIA_INDEX"] == "products"
    nowhere = tmp_path / "no folder" / "shop.toml"
    result = Tools({})("profile", "import", "-", f"--profile={nowhere}", answer=output)
    told = f"{nowhere}: cannot be written (No such file or directory)\n"
    assert (result.exit_code, result.stderr) == (2, told)


def test_where_there_is_no_profile_the_whole_line_that_makes_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = "To make one: terraform -chdir=terraform output -json | visual-search profile import -\n"
    assert Tools(NO_PROFILE)("profile", "show").stdout.endswith(told)


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    result = Tools(NO_PROFILE)("profile", "show")
    assert (result.exit_code, result.stderr) == (2, "No such file or directory\n")


def test_everything_set_is_shown_with_its_place_and_no_key(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('MAX_LABELS = 3\nALGOLIA_INDEX = "file"\nALGOLIA_API_KEY = { environment = "MINE" }\n')
    shown = Tools({"ALGOLIA_INDEX": "own", "MINE": "hush"}).json("profile", "show", f"--profile={path}")
    variables = {(each["name"], each["value"], each["from"]) for each in shown["variables"]}
    profile = {("MAX_LABELS", "3", "the profile"), ("ALGOLIA_API_KEY", "(hidden)", "the profile")}
    assert variables >= {*profile, ("ALGOLIA_INDEX", "own", "the environment")}
    assert shown["profile"] == str(path)
    assert "hush" not in json.dumps(shown)


def test_a_misspelt_variable_ends_every_command_before_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text('PICTURE_BUKET = "a"\n')
    result = Tools({})("parked", "list", f"--profile={path}")
    told = "PICTURE_BUKET: is no variable; did you mean PICTURE_BUCKET? Rename it, or remove it"
    assert (result.exit_code, result.stderr) == (2, f"{path}: {told}\n")


RIGHT = """\
# regoin = "in a comment"
project_id = "my-shop" # and = behind
labels     = { anything = "a map takes" }
record     = { attribute_names = { labels = "l" } }
algolia = {
  app_id     = "A"
  enrich_key = { secret = "s", version = "1" }
}
region = <<EOT
  regoin = "in a heredoc"
EOT
"""
WRONG = """\
regoin   = "europe-west1"
pictures = { buckt = "a" }
zebra    = 1
search = {
  memory           = "1Gi"
  similar_closenes = 0.2
}
"""
MISSPELT = {
    "pictures.buckt": "pictures.bucket",
    "regoin": "region",
    "search.similar_closenes": "search.similar_closeness",
    "zebra": "",
}


def test_what_terraform_would_leave_out_is_named_and_every_variable_of_the_module_known(
    tmp_path: Path,
) -> None:
    path, known = tmp_path / "shop.tfvars", [each.entry.name for each in MODULE.variables]
    others = "".join(f"{name} = null\n" for name in known if f"\n{name} " not in RIGHT)
    for text, code, expected in ((RIGHT + others, 0, {}), (RIGHT + WRONG, 1, MISSPELT)):
        path.write_text(text, encoding="utf-8-sig")
        result = Tools({})("profile", "check-tfvars", str(path), "--json")
        assert (result.exit_code, json.loads(result.stdout)["misspelt"]) == (code, expected)


EXAMPLES = sorted((REPOSITORY / "terraform/examples").glob("*/main.tf"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_configuration_that_calls_the_module_is_read_too(example: Path, tmp_path: Path) -> None:
    path, text = tmp_path / "main.tf", example.read_text()
    wrong = re.sub(r"\bbucket(?= +=)", "buckt", text)
    for written, misspelt in ((text, {}), (wrong, {"pictures.buckt": "pictures.bucket"})):
        path.write_text(written)
        told = json.loads(Tools({})("profile", "check-tfvars", str(path), "--json").stdout)
        assert told["misspelt"] == misspelt


@pytest.mark.parametrize("wrong", ["algolio", "bundels", "picture"])
def test_a_call_is_known_although_one_of_its_variables_is_misspelt(wrong: str, tmp_path: Path) -> None:
    right = {"algolio": "algolia", "bundels": "bundles", "picture": "pictures"}[wrong]
    path, text = tmp_path / "main.tf", EXAMPLES[0].read_text()
    path.write_text(re.sub(rf"^  {right}\b(?= +=)", f"  {wrong}", text, flags=re.MULTILINE))
    told = json.loads(Tools({})("profile", "check-tfvars", str(path), "--json").stdout)
    assert told["misspelt"] == {wrong: right}


def test_a_configuration_without_a_call_is_not_called_right(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text('module "other" {\n  source = "./other"\n}\n')
    result = Tools({})("profile", "check-tfvars", str(path))
    assert (result.exit_code, result.stderr.startswith(f"{path} has no call of the module")) == (1, True)


DEEP = b"[" * 5_000


@pytest.mark.parametrize("name", ["shop.tfvars", "shop.tfvars.json"])
@pytest.mark.parametrize("content", [b"a = {", b"\xff", b"[]", b"null", DEEP, b"a = " + DEEP, b"#" * 200_001])
def test_a_file_that_is_no_list_of_variables_is_told(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = Tools({})("profile", "check-tfvars", str(path))
    told = "is not in Terraform's language: " if len(content) < 200_000 else "has more than 200,000 bytes"
    assert (result.exit_code, result.stderr.startswith(f"{path} {told}")) == (1, True)
