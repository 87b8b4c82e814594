"""How sure the stand-ins say they are: in the range of the real services.

The scores are the stand-ins' own choice. Vision's are no probabilities: in 96 answers recorded in public
they run from 0.50 to 0.99 with a median of 0.73. The square root of a probability, moved into that range,
keeps the order and has a median of 0.72 over the embedded model's labels for 114 photos of clothes. Nothing
like that is known of the other services.
"""

from __future__ import annotations

import math

LOWEST, HIGHEST = 0.5, 0.98


def confidence(probability: float) -> float:
    """What a service says where the embedded model has a probability of 0..1."""
    return LOWEST + (HIGHEST - LOWEST) * math.sqrt(probability)
