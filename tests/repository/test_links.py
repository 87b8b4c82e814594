"""Every page leads where it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from tests.tracked import tracked

LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", tracked("*.md"))
def test_links_lead_somewhere(page: str) -> None:
    here = REPOSITORY / page
    for target in LINK.findall(here.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        there = here.parent / name if name else here
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target
