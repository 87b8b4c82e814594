"""The comparison of an exported tower with the original, by the vectors that both give the same pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.errors import Failure
from shared.imaging import Picture
from shared.labeling import MAX_DIMENSIONS
from shared.labeling.providers.onnx import OnnxSettings, create_encoder
from shared.labeling.rotation import rotation
from tools.encoder.towers import refusal

LEAST_ALONE = 0.999
"""Of the network alone, on the original's own input: floats summed in another order stay above .9999."""

LEAST_WHOLE = 0.95
"""Of everything, from the file to the stored vector, and of 8 bits.

With EfficientNet-Lite0 on pictures of three kinds, the right declaration gave .977 at least, a wrong way to
resize .84 at most, and 8 bits, which find as well as floats do, .957 at least.
"""

_ALIKE = 1e-6
"""Of vectors of length 1 that differ by less, nothing is seen but rounding."""

Vectors = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Original:
    """Each picture's input, [n, 3, side, side], and the vector that the original gave it, [n, size]."""

    inputs: Vectors
    vectors: Vectors


def read_original(path: Path) -> Original:
    """Read what the export wrote."""
    with np.load(path, allow_pickle=False) as found:
        return Original(found["inputs"], found["vectors"])


def agreement(original: Vectors, other: Vectors) -> float:
    """Return the lowest cosine of a picture's two vectors, without what all pictures share.

    Towers give all pictures a large part in common: with it, the cosine of two different pictures can be .9.
    """
    ours, theirs = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (original, other))
    common = ours.mean(axis=0)
    ours, theirs = ours - common, theirs - common
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    if not (lengths > _ALIKE).all():
        raise refusal(
            "the tower gives all pictures the same vector: its weights are not those of a trained one"
        )
    return float(((ours * theirs).sum(axis=1) / lengths).min())


def alone(model: Path, original: Original) -> float:
    """Return the agreement of the network alone."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    [name] = (each.name for each in session.get_inputs())
    found = [session.run(None, {name: each[np.newaxis]})[0].reshape(-1) for each in original.inputs]
    return agreement(original.vectors, np.array(found))


def whole(model: Path, pictures: Sequence[Path], original: Original) -> float:
    """Return the agreement of the encoder, declared beside its model, with the original's stored numbers."""
    encoder = create_encoder(OnnxSettings(ONNX_MODEL=model))
    found = encoder.encode_many([Picture(path.read_bytes()) for path in pictures])
    vectors = [each for each in found if not isinstance(each, Failure)]
    if len(vectors) < len(found):
        raise refusal(f"{model.name} gives no vector for some pictures: {found[0]}")
    size = original.vectors.shape[1]
    kept = original.vectors @ rotation(size, min(size, MAX_DIMENSIONS)).T
    return agreement(kept, np.array(vectors))


def check(what: str, found: float, least: float, advice: str) -> None:
    """Raise `Ended` where the agreement is too low."""
    if not found >= least:
        raise refusal(f"{what} agrees with the original to {found:.3f}, not to {least} at least: {advice}")
