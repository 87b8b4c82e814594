"""Every `gcloud` line of the pages is one that gcloud's own parser takes, with its options and values."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from string import Template

import pytest

from devstack.pubsub.emulator import cloud_sdk_roots
from tests import pages

_INSIDE = re.compile(r"\$\(([^()]*)\)")
TOLD = "2026-11-29T12:00:00Z"
"""What a call inside a line is taken to print; a time is text, too."""
_SET = re.compile(r"(\w+)=([\w.-]+)")
_PARSE = """
import contextlib, io, json, sys
sys.path[:0] = json.loads(sys.argv[1])
from googlecloudsdk import gcloud_main
cli = gcloud_main.CreateCLI([])
[parser] = [value for name, value in vars(cli).items() if name.endswith("parser")]
for words in json.load(sys.stdin):
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            parser.parse_args(words)
    except (Exception, SystemExit) as error:
        print(json.dumps([words, told.getvalue() or str(error)]))
"""
"""Prints the command lines that are refused, with what gcloud says; asks nobody."""


def lines() -> Iterator[list[str]]:
    """The words of every call, in blocks and in sentences, with the variables that a page exports."""
    for page in pages.PAGES:
        written = [line for block in pages.blocks(page, *pages.SHELL) for line in block.statements]
        exported = dict(found for line in written if "export" in line for found in _SET.findall(line))
        for statement in (*written, *(words for words in pages.inline(page) if words.startswith("gcloud "))):
            told = Template(statement).safe_substitute(exported)
            for part in (_INSIDE.sub(TOLD, told), *_INSIDE.findall(told)):
                yield from words_of(part)


def words_of(statement: str) -> Iterator[list[str]]:
    """The words of the calls in a statement, up to the shell's next sign."""
    words = shlex.shlex(statement, posix=True, punctuation_chars=True)
    words.whitespace_split, words.commenters = True, ""
    for is_ours, part in groupby(words, lambda word: not re.fullmatch(r"[();<>|&{}]+", word)):
        called = list(part)
        if is_ours and "gcloud" in called and len(called) > 1:
            yield called[called.index("gcloud") + 1 :]


def refused(calls: Sequence[Sequence[str]], folder: Path) -> list[tuple[list[str], str]]:
    """The calls that gcloud refuses, with its words; the test is skipped where there is none."""
    root = next(
        (each for each in cloud_sdk_roots(os.environ) if (each / "lib/googlecloudsdk").is_dir()), None
    )
    if root is None:
        pytest.skip("there is no Google Cloud CLI here")
    bundled = root / "platform/bundledpythonunix/bin/python3"
    python = str(bundled) if bundled.is_file() else sys.executable
    libraries = json.dumps([str(root / "lib"), str(root / "lib/third_party")])
    done = subprocess.run(
        [python, "-I", "-W", "ignore", "-c", _PARSE, libraries],
        env={"PATH": os.environ["PATH"], "CLOUDSDK_CONFIG": str(folder)},
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def test_gcloud_takes_every_line_of_the_pages(tmp_path: Path) -> None:
    calls = list(lines())
    assert len(calls) > 30
    assert refused(calls, tmp_path) == []


NOT_TAKEN = [
    "functions deploi visual-search-enrich",
    "functions deploy visual-search-enrich --trigger-http --retries=3",
    "functions deploy visual-search-enrich --ingress-settings=internal",
    "functions deploy visual-search-enrich --timeout=soon",
    "eventarc triggers create visual-search-enrich-deleted --event-filters=type",
    "pubsub subscriptions create parked --topic=parked --message-retention-duration=99d",
]


def test_lines_that_gcloud_does_not_take_would_be_found(tmp_path: Path) -> None:
    calls = [line.split() for line in NOT_TAKEN]
    assert [words for words, _ in refused(calls, tmp_path)] == calls
