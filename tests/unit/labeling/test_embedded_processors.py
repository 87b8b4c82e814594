"""Vectors are the same on every processor: those here are held against what another one made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from shared.imaging import Picture
from tests.local import embedded_encoder
from tests.pictures import encoded, scene

KNOWN = Path(__file__).with_name("known_vectors.json")
"""Made on a processor with AVX-512 and VNNI. An emulated one with AVX2 made the same to four digits;
one with SSE4.2 alone came as close as a cosine of 0.9998."""


@pytest.mark.parametrize("seed", range(3))
def test_this_processor_makes_the_known_vectors(seed: int, model: Path) -> None:
    encoder = embedded_encoder(model)
    picture = Picture(encoded(scene((300, 300), seed), "PNG"))
    [product] = encoder.encode_products([picture])
    made = np.array([encoder.encode(picture), product])
    known = np.array(json.loads(KNOWN.read_text(encoding="utf-8"))[seed])
    assert ((made * known).sum(axis=1) > 0.999).all()
