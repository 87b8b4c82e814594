"""The page of one's own, and the folders of runs."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from pathlib import Path

import pytest

from devstack import own_page, runs
from tools.profile.file import read


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://localhost:5173/", "http://localhost:5173"),
        (" HTTPS://Shop.Example ", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("http://[::1]:5173", "http://[::1]:5173"),
    ],
)
def test_an_origin_is_spelled_as_browsers_send_it(written: str, sent: str) -> None:
    assert own_page.origin(written) == sent


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("localhost:5173", "http://localhost:5173"),
        ("shop.example/search", "http://shop.example"),
        ("http://localhost:5173/search?q=1", "http://localhost:5173"),
        ("https://shop.example//", "https://shop.example"),
        *((nothing, "http://localhost:5173") for nothing in ("*", "", "null,http://a")),
        ("https://*.shop.example", "http://localhost:5173"),
        ("http://localhost:99999", "http://localhost:5173"),
        ("http://me:secret@shop.example", "http://localhost:5173"),
        ("file:///home/me/page.html", "http://localhost:5173"),
    ],
)
def test_what_is_no_origin_is_corrected(written: str, meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    own_page.add_origin(parser)
    with pytest.raises(SystemExit):
        parser.parse_args(["--origin", written])
    told = capsys.readouterr().err
    assert f"argument --origin: {written!r} is not an origin" in told
    assert told.endswith(f"write the scheme, host, and port of your page: {meant}\n")
    assert own_page.origin(meant) == meant


def test_a_package_that_was_not_built_is_explained(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(json.dumps({"name": "widget", "version": "1.2.3"}))
    with pytest.raises(FileNotFoundError, match=r"widget-1\.2\.3\.tgz is missing: run `make storefront`"):
        own_page.package(tmp_path)
    (tmp_path / "widget-1.2.3.tgz").touch()
    assert own_page.package(tmp_path) == tmp_path / "widget-1.2.3.tgz"


def test_the_last_few_runs_are_kept_and_all_that_have_not_ended(tmp_path: Path) -> None:
    with subprocess.Popen(["true"]) as ended:
        pass
    running = [f"2026-01-01-000000-{pid}" for pid in (1, os.getppid())]
    others = [f"2026-01-02-00000{number}-{ended.pid}" for number in range(7)]
    for name in (*running, *others, "2026-01-01-of-mine"):
        (tmp_path / name).mkdir()
    new = runs.new_folder(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*running, *others[-4:], new.name}


def test_a_profile_is_one_that_commands_read(tmp_path: Path) -> None:
    told = {"ALGOLIA_API_KEY": "local", "OBJECT_PATTERN": 'a "b" \\ <objectID>/é', "ATTRIBUTE_NAMES": ""}
    path = runs.write_profile(tmp_path, told)
    assert read(path) == {name: value for name, value in told.items() if value}
