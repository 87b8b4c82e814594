"""What would fail at the start is told before the apply: real plans with mistakes in them, and real zips."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

from shared.errors import Misconfigured
from tests import own_models
from tests.bundle.conftest import Built, build
from tests.terraform.cases import EVERYTHING, FOLDERS, OWN_MODELS, values
from tests.terraform.environment import CLASSES
from tests.terraform.harness import MODULE, Module, Terraform, copied
from tests.terraform.planned import (
    FUNCTIONS,
    Change,
    Plan,
    both,
    edit,
    ended_after,
    environment,
    secret,
    service,
    unknown,
)
from tests.tools.conftest import Tools
from tools.preflight.starting import OF_FRAMEWORK

Zips = Callable[..., Built]
WRONG = ("none of these", "-99999999", "https://x", "products/<file>", "labels,labels", "8=9")
"""Each value is right for some variable; every variable with rules of its own refuses one of them."""


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> Zips:
    return cache(lambda *words: build(tmp_path_factory.mktemp("zips"), *words))


@pytest.fixture(scope="module")
def planned(run: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Built], Plan]:
    tree = copied(MODULE, tmp_path_factory.mktemp("planned") / "terraform")

    @cache
    def plan(name: str, built: Built) -> Plan:
        module = Module(run, tree / FOLDERS[name])
        module.init()
        given = {**values(name, module.folder, built.folder), "bundles": built.variables}
        if name == EVERYTHING:
            given["encoder"] = {**given["encoder"], "projection": None}
        answer = module.plan(given)
        assert answer.code == 0, answer.output
        return module.planned()

    return plan


@pytest.fixture
def everything(planned: Callable[[str, Built], Plan], zips: Zips) -> Plan:
    return deepcopy(planned(EVERYTHING, zips()))


def told(plan: Plan, folder: Path, *words: str) -> list[tuple[str, str, str]]:
    """Function or file, setting and advice of each fault; the exit code is right."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    result = Tools({})("preflight", str(file), "--json", *words)
    faults = [tuple(each.values()) for each in json.loads(result.stdout)["faults"]]
    assert result.exit_code == (1 if faults else 0), result.stderr
    return [(where.rpartition("-")[2], setting, advice) for where, setting, advice in faults]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (EVERYTHING, ()),
        ("minimal", ()),
        ("existing-bucket", ()),
        ("public-storefront", ()),
        ("rekognition", ("--recognizer", "rekognition")),
        (OWN_MODELS, ()),
    ],
)
def test_a_right_plan_starts(
    planned: Callable[[str, Built], Plan], zips: Zips, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    words = tuple(own_models.write(tmp_path, "0.1")) if name == OWN_MODELS else words
    assert told(planned(name, zips(*words)), tmp_path) == []


def test_a_head_for_another_model_is_told(
    planned: Callable[[str, Built], Plan], zips: Zips, tmp_path: Path
) -> None:
    plan = planned(OWN_MODELS, zips(*own_models.write(tmp_path, "0.05")))
    faults = told(plan, tmp_path)
    assert {(where, setting) for where, setting, _ in faults} == {
        (each, "EMBEDDED_HEAD") for each in FUNCTIONS
    }


def refused(function: str, env: Mapping[str, str]) -> dict[str, str]:
    """For each variable a value that the function's class refuses, by the variable's name."""
    found = {}
    for name in env.keys() - {"RECOGNIZER", "ENCODER"}:
        for value in WRONG:
            try:
                CLASSES[function].from_env({**env, name: value})
            except Misconfigured as error:
                if name in error.setting:
                    found[name] = value
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_wrong_value_is_told_by_its_variable_and_all_at_once(
    everything: Plan, tmp_path: Path, function: str
) -> None:
    env = environment(everything, function)
    wrong = refused(function, {**env, "ALGOLIA_API_KEY": "dummy"})
    free_text = {"ALGOLIA_APP_ID", "ALGOLIA_INDEX", "GOOGLE_CLOUD_PROJECT", "PICTURE_BUCKET", "LABEL_BUCKET"}
    anything = {"CORS_ORIGINS"}
    assert env.keys() - wrong.keys() - OF_FRAMEWORK - free_text - anything == {"RECOGNIZER", "ENCODER"}
    env |= wrong
    faults = told(everything, tmp_path)
    assert wrong.keys() <= {setting for where, setting, _ in faults if where == function}
    assert {where for where, _, _ in faults} == {function}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_misspelt_variable_is_told_and_all_at_once(
    everything: Plan, tmp_path: Path, function: str
) -> None:
    given = service(everything, function)
    slips = {f"{name[:-1]}Q": value for name, value in given["environment_variables"].items()}
    far = {f"OTHER_{name}": value for name, value in given["environment_variables"].items()}
    given["environment_variables"] = slips | far
    faults = {setting: advice for where, setting, advice in told(everything, tmp_path) if where == function}
    assert slips.keys() | far.keys() <= faults.keys()


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_variable_that_is_missing_is_told(everything: Plan, tmp_path: Path, function: str) -> None:
    needed = {"ALGOLIA_APP_ID", "ALGOLIA_INDEX"}
    needed |= {name for name, field in CLASSES[function].variables().items() if field.is_required()}
    for name in needed:
        del environment(everything, function)[name]
    service(everything, function)["secret_environment_variables"] = []
    if function == "search":  # a storefront may search itself
        environment(everything, function)["ALGOLIA_INDEX"] = "products"
        needed = {"ALGOLIA_APP_ID"}
    faults = told(everything, tmp_path)
    assert {setting for _, setting, _ in faults} == {*needed, "ALGOLIA_API_KEY"}
    assert all(where == function and "is not set" in advice for where, _, advice in faults)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((both(ENCODER="none", STRATEGIES="code"),), {("enrich", "STRATEGIES"), ("search", "STRATEGIES")}),
        ((edit("enrich", LABEL_BUCKET="my-shop-pictures"),), {("enrich", "LABEL_BUCKET")}),
        (
            (both(RECOGNIZER="rekognition", RECOGNIZER_FEATURES=""),),
            {("enrich", "RECOGNIZER"), ("search", "RECOGNIZER")},
        ),
        ((edit("enrich", EMBEDDED_MODEL="files/none.onnx"),), {("enrich", "EMBEDDED_MODEL")}),
        (
            (both(RECOGNIZER="embedded", RECOGNIZER_FEATURES="", EMBEDDED_HEAD="files/head.json"),),
            {("enrich", "EMBEDDED_HEAD"), ("search", "EMBEDDED_HEAD")},
        ),
        (
            (both(ENCODER="onnx", ONNX_MODEL="files/own.onnx"),),
            {("enrich", "ENCODER"), ("search", "ENCODER")},
        ),
        (
            (both(ENCODER_PROJECTION="files/p.json"),),
            {("enrich", "ENCODER_PROJECTION"), ("search", "ENCODER_PROJECTION")},
        ),
        ((edit("search", EMBEDDED_COLOR_WEIGHT="0.05"),), {("search", "bundles")}),
        ((edit("enrich", EMBEDDED_WEIGHT_OF_COLORS="0.05"),), {("enrich", "EMBEDDED_WEIGHT_OF_COLORS")}),
        ((ended_after("search", 20),), {("search", "RECOGNIZER_TIMEOUT")}),
        (
            (edit("enrich", RECOGNIZER_TIMEOUT="60"), ended_after("enrich", 100)),
            {("enrich", "RECOGNIZER_TIMEOUT")},
        ),
        (
            (
                both(RECOGNIZER_FEATURES="largest", ENCODER="none", STRATEGIES="labels"),
                ended_after("enrich", 60),
            ),
            {("enrich", "RECOGNIZER_FEATURES"), ("search", "RECOGNIZER_FEATURES")},
        ),
        ((unknown("search"),), {("search", "environment")}),
        (
            (secret("enrich", "VISION_REGION"), edit("search", FORWARDED_HOPS="9")),
            {("search", "FORWARDED_HOPS")},
        ),
    ],
)
def test_what_would_fail_is_told(
    everything: Plan,
    tmp_path: Path,
    changes: tuple[Change, ...],
    expected: set[tuple[str, str]],
) -> None:
    for change in changes:
        change(everything)
    assert {(where, setting) for where, setting, _ in told(everything, tmp_path)} == expected


def test_a_part_of_a_deployment_may_have_another_encoder_for_a_while(
    everything: Plan, tmp_path: Path
) -> None:
    edit("search", EMBEDDED_COLOR_WEIGHT="0.05")(everything)
    assert told({**everything, "complete": False}, tmp_path) == []


def test_a_former_build_for_another_recognizer_is_refused_by_terraform_and_told_without_it(
    zips: Zips, run: Terraform, tmp_path: Path
) -> None:
    """By the file of that build, and by its zips alone."""
    former = zips("--recognizer", "rekognition")
    [kept] = former.folder.glob("bundles-*.tfvars.json")
    module = Module(run, copied(MODULE, tmp_path / "terraform"))
    module.init()
    given = values(EVERYTHING, module.folder, former.folder)
    del given["bundles"]
    refused_by = module.plan(given, f"-var-file={kept}")
    assert "the bundles were built with --recognizer rekognition, not google-vision" in refused_by.text
    alone = {name: former.variables[name] for name in FUNCTIONS}
    assert module.plan({**given, "bundles": alone}).code == 0
    faults = told(module.planned(), tmp_path)
    assert all(
        "visual-search bundle --recognizer" in advice
        for _, setting, advice in faults
        if setting == "RECOGNIZER"
    )
    assert {(where, setting) for where, setting, _ in faults} >= {(each, "RECOGNIZER") for each in FUNCTIONS}


@pytest.mark.parametrize("content", [b"not a zip", None])
def test_a_zip_that_cannot_be_read_is_told(everything: Plan, tmp_path: Path, content: bytes | None) -> None:
    bundles = everything["variables"]["bundles"]["value"]
    place = tmp_path / Path(bundles["search"]).name
    if content:
        place.write_bytes(content)
    bundles["search"] = str(place)
    [(where, setting, advice)] = told(everything, tmp_path)
    assert (where, setting) == ("search", "bundles")
    assert str(place) in advice


def test_misspelt_names_of_variables_are_told_besides(everything: Plan, tmp_path: Path) -> None:
    (tmp_path / "shop.tfvars").write_text("serch = {}\n")
    (tmp_path / "more.tfvars.json").write_text('{"pictures": {"buckt": "b"}}')
    words = (f"--var-file={tmp_path / name}" for name in ("shop.tfvars", "more.tfvars.json"))
    assert [(setting, advice) for _, setting, advice in told(everything, tmp_path, *words)] == [
        ("serch", "is no variable of the module; did you mean search?"),
        ("pictures.buckt", "is no variable of the module; did you mean pictures.bucket?"),
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"planned_values": {"root_module": {}}}'])
def test_what_is_no_plan_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    result = Tools({})("preflight", str(tmp_path / "plan.json"))
    assert result.exit_code == 1
    assert "terraform show -json" in result.stderr


def test_people_read_a_line_for_each(everything: Plan, tmp_path: Path) -> None:
    edit("search", MAX_FILTERS="1000")(everything)
    (tmp_path / "plan.json").write_text(json.dumps(everything))
    result = Tools({})("preflight", str(tmp_path / "plan.json"))
    wrong, right = sorted(result.stdout.splitlines(), reverse=True)
    assert wrong.startswith("visual-search-search: MAX_FILTERS: ")
    assert right.startswith("visual-search-enrich: starts, with google-vision/")
    assert result.stderr == "1 thing would fail: correct them before you apply.\n"
