"""The settings that the check recommends keep what photos find as high as each world allows."""

from __future__ import annotations

import pytest

from tests.worlds.comparing import compared, crowded, singles
from tests.worlds.retrieval import DEFAULT, FEW
from tests.worlds.worlds import World

TOLERANCE = 4.2
"""Percent: one photo of the 24, which chance decides."""


@pytest.mark.parametrize(("name", "world"), list(singles()))
def test_in_each_world(name: str, world: World) -> None:
    found = compared(world, FEW)
    assert found.recommended >= found.best - TOLERANCE, f"{name}: {found.figures}, with {found.optimum}"
    if name == "as expected":
        assert found.advised == DEFAULT


@pytest.mark.parametrize(("name", "world"), list(crowded(4)))
def test_in_every_two_beside_one_another(name: str, world: World) -> None:
    found = compared(world, FEW[-4:])
    assert found.recommended >= found.best - TOLERANCE, f"{name}: {found.figures}, with {found.optimum}"
