"""From a fit to the head that the recogniser reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shared.labeling.providers.embedded.labels import Head
from tools.teach.teaching import Taught


def head_of(taught: Taught, names: Sequence[str], encoder_id: str) -> Head:
    """Return the head; logits are centred over classes, which changes no score and keeps numbers small."""
    weights, bias = taught.fit.weights, taught.fit.bias
    return Head(
        encoder_id=encoder_id,
        classes=tuple(names),
        weights=(weights - weights.mean(axis=1, keepdims=True)).T.astype(np.float32),
        bias=bias - bias.mean(),
        temperature=taught.temperature,
    )
