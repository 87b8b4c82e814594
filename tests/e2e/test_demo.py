"""The demo as a stranger runs it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from devstack.demo import page
from devstack.demo.trial import NOT_FOUND, Trial, rank, summary
from devstack.environment import REPOSITORY, child_environment
from devstack.serving import serving

PATIENCE = 120


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "devstack.demo", *arguments],
        env=child_environment(),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def running_demo() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "devstack.demo"],
        env=child_environment(),
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    return next(line for line in process.stdout if words in line)


def test_once_enriches_every_product_and_finds_nine_in_ten_near_the_top() -> None:
    done = demo("--once")
    assert done.returncode == 0, done.stdout
    assert "54 of 54 products enriched" in done.stdout
    share = re.search(r"([\d.]+)% within the first 3", done.stdout)
    assert share is not None
    assert float(share[1]) >= 90


def test_ctrl_c_ends_the_page_and_everything_behind_it() -> None:
    with running_demo() as process:
        address = line_with(process, "Search with a picture at").split()[5]
        config = requests.get(f"{address}config.json", timeout=5).json()
        photo = requests.get(address + config["samples"][0]["url"], timeout=5).content
        found = requests.post(config["searchUrl"], files={"image": photo}, timeout=20).json()
        assert found["visualMatch"]
        process.send_signal(signal.SIGINT)
        assert line_with(process, "nothing of it is left running")
        assert process.wait(20) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(config["searchUrl"], timeout=5)


def test_the_readmes_calls_work_against_the_demo() -> None:
    block = re.search(r"```console\n(curl .+?)```", (REPOSITORY / "README.md").read_text(), re.DOTALL)
    assert block is not None
    calls = block[1].strip().splitlines()
    assert len(calls) == 3
    with running_demo() as process:
        export = line_with(process, "export SEARCH_URL=")
        for call in calls:
            script = f"{export}\n{call.replace('curl', 'curl --fail --silent --show-error', 1)}"
            done = subprocess.run(["bash", "-c", script], capture_output=True, timeout=30, check=True)
            assert json.loads(done.stdout)["visualMatch"], call
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_folder_that_is_no_catalogue_is_explained(tmp_path: Path) -> None:
    done = demo("--once", "--catalog", str(tmp_path))
    assert done.returncode == 1
    assert "a catalogue folder holds" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_page_allows_itself_and_the_search_function_only() -> None:
    app = page.create_app("http://127.0.0.1:1", "http://127.0.0.1:2", {"a photo": b"jpeg"})
    with serving(app) as port:
        address = f"http://127.0.0.1:{port}/"
        answer = requests.get(address, timeout=5)
        script = requests.get(f"{address}app.js", timeout=5)
        assert (answer.status_code, script.status_code) == (200, 200)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "connect-src 'self' http://127.0.0.1:1;" in policy
        assert requests.get(f"{address}samples/0.jpg", timeout=5).content == b"jpeg"
        assert requests.get(f"{address}samples/1.jpg", timeout=5).status_code == 404


def test_ranks_count_only_hits_that_look_like_the_photo() -> None:
    hits = [{"objectID": name, "_visual": {"points": points}} for name, points in (("a", 9), ("b", 0))]
    assert [rank({"hits": hits}, product) for product in ("a", "b", "c")] == [1, NOT_FOUND, NOT_FOUND]


def test_a_summary_counts_copies_not_products() -> None:
    names = ("cropped", "mirrored", "recompressed")
    done = [Trial("a", dict.fromkeys(names, 1)), Trial("b", dict(zip(names, (3, 4, NOT_FOUND), strict=True)))]
    assert summary(done).first == {"cropped": 1, "mirrored": 1, "recompressed": 1}
    assert summary(done).share == pytest.approx(4 / 6)
