"""The widget's own tests, what it needs, and its size."""

from __future__ import annotations

import json
import re

from devstack.environment import REPOSITORY
from tests.programs import Done, ran

FOLDER = REPOSITORY / "storefront"


def npm(*arguments: str) -> Done:
    return ran("npm", "-w", "storefront", *arguments)


def test_the_widgets_own_tests_pass() -> None:
    ended = npm("test", "--", "--no-color")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"Tests +\d+ passed", ended.stdout), ended.stdout


def test_nothing_is_needed_but_what_a_page_has_anyway() -> None:
    described = json.loads((FOLDER / "package.json").read_text())
    assert "dependencies" not in described
    optional = {name for name, told in described["peerDependenciesMeta"].items() if told["optional"]}
    assert set(described["peerDependencies"]) == optional


def test_the_size_is_measured_and_within_its_limit() -> None:
    ended = ran("node", "size.js", cwd=FOLDER)
    assert ended.returncode == 0, ended.stdout
    [size] = re.findall(r"script\.js: ([\d.]+) KB gzipped, at most 14$", ended.stdout, re.MULTILINE)
    assert 5 < float(size) <= 14
