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
from tests.bundle.conftest import build
from tests.terraform.cases import FOLDERS
from tests.terraform.environment import CLASSES
from tests.terraform.given import EVERYTHING, OWN_MODELS, values
from tests.terraform.harness import MODULE, Module, Terraform, copied
from tests.terraform.planned import (
    FUNCTIONS,
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

WRONG = ("none of these", "-99999999", "https://x", "products/<file>", "labels,labels", "8=9")
"""Each value is right for some variable; every variable with rules of its own refuses one of them."""
FREE_TEXT = {"ALGOLIA_APP_ID", "ALGOLIA_INDEX", "GOOGLE_CLOUD_PROJECT", "PICTURE_BUCKET", "LABEL_BUCKET"}
ANYTHING = {"CORS_ORIGINS", "FILTERABLE_ATTRIBUTES"}


@pytest.fixture(scope="module")
def planned(run: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Plan]:
    """A deployment's plan by its name, with zips that were built for it; nothing is deployed yet."""
    tree = copied(MODULE, tmp_path_factory.mktemp("plans") / "terraform")

    @cache
    def zips(*words: str) -> dict[str, str]:
        return build(tmp_path_factory.mktemp("zips"), *words).variables

    @cache
    def plan(name: str) -> Plan:
        words = {"rekognition": ["--recognizer", "rekognition"]}.get(name, [])
        if name == OWN_MODELS:
            words = own_models.write(tmp_path_factory.mktemp("own"), "0.1")
        module = Module(run, tree / FOLDERS[name])
        module.init()
        given = {**values(name, module.folder, tree), "bundles": zips(*words)}
        if name == EVERYTHING:
            given["encoder"] = {**given["encoder"], "projection": None}
        answer = module.plan(given)
        assert answer.code == 0, answer.output
        return module.shown("plan")

    return lambda name: deepcopy(plan(name))


@pytest.fixture
def everything(planned: Callable[[str], Plan]) -> Plan:
    return planned(EVERYTHING)


def told(plan: Plan, folder: Path, *words: str) -> list[tuple[str, str, str]]:
    """Function or file, setting and advice of each fault; the exit code is right."""
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    result = Tools({})("preflight", str(file), "--json", *words)
    faults = [tuple(each.values()) for each in json.loads(result.stdout)["faults"]]
    assert result.exit_code == (1 if faults else 0), result.stderr
    return [(where.rpartition("-")[2], setting, advice) for where, setting, advice in faults]


def settings(plan: Plan, folder: Path) -> set[tuple[str, str]]:
    return {(where, setting) for where, setting, _ in told(plan, folder)}


@pytest.mark.parametrize("name", [EVERYTHING, "rekognition", OWN_MODELS])
def test_a_right_plan_starts(planned: Callable[[str], Plan], tmp_path: Path, name: str) -> None:
    assert told(planned(name), tmp_path) == []


def test_a_head_for_another_model_is_told(planned: Callable[[str], Plan], tmp_path: Path) -> None:
    plan = planned(OWN_MODELS)
    edit("enrich", EMBEDDED_COLOR_WEIGHT="0.05")(plan)
    assert settings(plan, tmp_path) == {("enrich", "EMBEDDED_HEAD")}


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


def test_every_wrong_value_is_told_by_its_variable_and_all_at_once(everything: Plan, tmp_path: Path) -> None:
    wrong = set()
    for function in FUNCTIONS:
        env = environment(everything, function)
        values = refused(function, {**env, "ALGOLIA_API_KEY": "dummy"})
        assert env.keys() - values.keys() - OF_FRAMEWORK - FREE_TEXT - ANYTHING == {"RECOGNIZER", "ENCODER"}
        env |= values
        wrong |= {(function, name) for name in values}
    assert wrong <= settings(everything, tmp_path)


def test_every_variable_that_is_misspelt_or_missing_is_told_and_all_at_once(
    everything: Plan, tmp_path: Path
) -> None:
    misspelt, missing = set(), set()
    for function in FUNCTIONS:
        required = {name for name, field in CLASSES[function].variables().items() if field.is_required()}
        # A storefront may search itself.
        needed = {"ALGOLIA_APP_ID", *({"ALGOLIA_INDEX"} | required if function == "enrich" else required)}
        missing |= {(function, name) for name in (*needed, "ALGOLIA_API_KEY")}
        given = service(everything, function)
        given["secret_environment_variables"] = []
        env = given["environment_variables"]
        kept = {} if function == "enrich" else {"ALGOLIA_INDEX": env.pop("ALGOLIA_INDEX")}
        slips = {f"{name[:-1]}Q": value for name, value in env.items()}
        far = {f"OTHER_{name}": value for name, value in env.items()}
        given["environment_variables"] = slips | far | kept
        misspelt |= {(function, name) for name in slips | far}
    faults = told(everything, tmp_path)
    unset = {(where, setting) for where, setting, advice in faults if "is not set" in advice}
    assert unset == missing
    assert misspelt <= {(where, setting) for where, setting, _ in faults}


WOULD_FAIL = {
    "enrich EMBEDDED_COLOR, enrich LABEL_BUCKET, enrich STRATEGIES, search ENCODER, search RECOGNIZER": (
        edit("enrich", EMBEDDED_COLOR="0.05", LABEL_BUCKET="lens-photos"),
        edit("enrich", ENCODER="none", STRATEGIES="code"),
        edit("search", RECOGNIZER="rekognition", RECOGNIZER_FEATURES=""),
        edit("search", ENCODER="onnx", ONNX_MODEL="files/own.onnx"),
    ),
    "enrich EMBEDDED_MODEL, search EMBEDDED_HEAD": (
        edit("enrich", EMBEDDED_MODEL="files/none.onnx"),
        edit("search", RECOGNIZER="embedded", RECOGNIZER_FEATURES="", EMBEDDED_HEAD="files/head.json"),
    ),
    "enrich RECOGNIZER_TIMEOUT, search bundles": (
        edit("enrich", RECOGNIZER_TIMEOUT="60"),
        ended_after("enrich", 100),
        edit("search", EMBEDDED_COLOR_WEIGHT="0.05"),
    ),
    "enrich RECOGNIZER_FEATURES, search RECOGNIZER_FEATURES": (
        both(RECOGNIZER_FEATURES="largest", ENCODER="none", STRATEGIES="labels"),
        ended_after("enrich", 60),
    ),
    "search ENCODER_PROJECTION, search RECOGNIZER_TIMEOUT": (
        secret("enrich", "VISION_REGION"),
        edit("search", ENCODER_PROJECTION="files/p.json"),
        ended_after("search", 20),
    ),
}


@pytest.mark.parametrize("expected", WOULD_FAIL)
def test_what_would_fail_is_told(everything: Plan, tmp_path: Path, expected: str) -> None:
    for change in WOULD_FAIL[expected]:
        change(everything)
    faults = told(everything, tmp_path)
    assert ", ".join(sorted({f"{where} {setting}" for where, setting, _ in faults})) == expected
    of_bundle = [advice for _, setting, advice in faults if setting in ("RECOGNIZER", "ENCODER")]
    assert all("build again: visual-search bundle --" in advice for advice in of_bundle)


def test_zips_that_cannot_be_read_are_told(everything: Plan, tmp_path: Path) -> None:
    bundles = everything["variables"]["bundles"]["value"]
    bundles |= {function: str(tmp_path / Path(bundles[function]).name) for function in FUNCTIONS}
    Path(bundles["search"]).write_bytes(b"not a zip")
    faults = told(everything, tmp_path)
    assert [(where, setting) for where, setting, _ in faults] == [(each, "bundles") for each in FUNCTIONS]
    assert all(bundles[where] in advice for where, _, advice in faults)


def test_misspelt_names_of_variables_are_told_besides(everything: Plan, tmp_path: Path) -> None:
    (tmp_path / "shop.tfvars").write_text("serch = {}\n")
    (tmp_path / "more.tfvars.json").write_text('{"pictures": {"buckt": "b"}}')
    for function in FUNCTIONS:
        unknown(function)(everything)
    words = (f"--var-file={tmp_path / name}" for name in ("shop.tfvars", "more.tfvars.json"))
    faults = told(everything, tmp_path, *words)
    assert [(setting, advice) for _, setting, advice in faults[:2]] == [
        ("serch", "is no variable of the module; did you mean search?"),
        ("pictures.buckt", "is no variable of the module; did you mean pictures.bucket?"),
    ]
    assert [(where, setting) for where, setting, _ in faults[2:]] == [(f, "environment") for f in FUNCTIONS]


def test_misspelt_attributes_are_told_where_a_configuration_calls_the_module(
    planned: Callable[[str], Plan], tmp_path: Path
) -> None:
    plan = planned("minimal")
    call = plan["configuration"]["root_module"]["module_calls"]["visual_search"]
    for name, written in {"search": {"client_rat": 20}, "labels": {"team": "shop"}}.items():
        call["expressions"][name] = {"constant_value": written}
    for function in FUNCTIONS:
        unknown(function)(plan)
    advice = "is no variable of the module; did you mean search.client_rate?"
    assert told(plan, tmp_path)[:-2] == [("module.visual_search", "search.client_rat", advice)]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"planned_values": {"root_module": {}}}'])
def test_what_is_no_plan_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.json").write_text(text)
    result = Tools({})("preflight", str(tmp_path / "plan.json"))
    assert result.exit_code == 1
    assert "terraform show -json" in result.stderr


def test_people_read_a_line_for_each_and_a_part_may_have_another_encoder_for_a_while(
    everything: Plan, tmp_path: Path
) -> None:
    edit("search", MAX_FILTERS="1000", EMBEDDED_COLOR_WEIGHT="0.05")(everything)
    (tmp_path / "plan.json").write_text(json.dumps({**everything, "complete": False}))
    result = Tools({})("preflight", str(tmp_path / "plan.json"))
    wrong, right = sorted(result.stdout.splitlines(), reverse=True)
    assert wrong.startswith("shop-lens-search: MAX_FILTERS: ")
    assert right.startswith("shop-lens-enrich: starts, with google-vision/")
    assert result.stderr == "1 thing would fail: correct them before you apply.\n"
