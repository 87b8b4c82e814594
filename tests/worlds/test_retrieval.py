"""With the settings that the check recommends, photos find their products in each world.

No other settings can find more: `python -m tests.worlds` prints what all that there are find.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.worlds.comparing import pairs, singles
from tests.worlds.retrieval import fitted, found_share
from tests.worlds.worlds import WORLDS, World

TOLERANCE = 4.2
"""Percent: one photo of the 24, which chance decides."""


@pytest.mark.parametrize("world", [pytest.param(world, id=name) for name, world in (*singles(), *pairs())])
def test_in_each_world_and_each_pair(world: World) -> None:
    choice = fitted(world)
    assert found_share(world, choice) >= 100 - TOLERANCE, choice


@pytest.mark.parametrize("world", [each for each in WORLDS if each.probe == "long-parameter"])
def test_long_labels_beside_short_parameters(world: World) -> None:
    wordy = replace(world, wordy=True)
    choice = fitted(wordy)
    assert found_share(wordy, choice) >= 100 - TOLERANCE, choice
