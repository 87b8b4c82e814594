"""EfficientNet-Lite0 on this machine: no account, no network, no cost per picture.

The model knows ImageNet's 1,000 classes; broader labels in a shopper's words ("Clothing", "Footwear") are
summed over them. Names and broader labels lie in `labels.json`; `NOTICE.txt` says what they derive from.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.errors import Misconfigured
from shared.labeling import Labeler, PictureLimits
from shared.model import Labels

LABELS = Path(__file__).with_name("labels.json")

LIMITS = PictureLimits(
    formats=frozenset({"BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"}),
    max_bytes=20_000_000,
    max_pixels=50_000_000,
)
"""Pillow calls a JPEG with an embedded preview MPO; 50 million pixels take 200 MB decoded."""

MIN_SCORE = 0.02
"""Probability of the faintest label kept.

Of the demo's altered copies 94 % bring the right product among the first three at 0.02, 93 % at 0.05; no
product photo is left without labels.
"""

MAX_LABELS = 10
"""As many as Google Cloud Vision gives; at `MIN_SCORE` a product photo has eight on average."""

REVISION = 1
"""Raised whenever this code answers differently for the same model and vocabulary."""


def create(*, model_path: str, min_score: float | None = None, max_labels: int | None = None) -> Labeler:
    """Build the embedded recogniser; `model_path` is the ONNX file that `make setup` builds.

    The file is read now, for the recogniser id, and loaded at the first picture. Raises `Misconfigured` when
    it cannot be read, `ModuleNotFoundError` where numpy, onnxruntime or Pillow is not installed.
    """
    from shared.labeling.providers.embedded.labeler import EmbeddedLabeler, Square
    from shared.labeling.providers.embedded.network import Network
    from shared.labeling.providers.embedded.vocabulary import read_vocabulary

    lowest = MIN_SCORE if min_score is None else min_score
    most = MAX_LABELS if max_labels is None else max_labels
    fingerprint = _fingerprint(Path(model_path))
    vocabulary = read_vocabulary(LABELS)
    network = Network(Path(model_path), vocabulary.classes)

    def recognise(square: Square) -> Labels:
        return vocabulary.rank(network.probabilities(square), lowest, most)

    recogniser_id = f"embedded/efficientnet-lite0/{fingerprint}/min={lowest:g}/max={most}"
    return EmbeddedLabeler(recogniser_id, LIMITS, recognise)


def _fingerprint(model: Path) -> str:
    """Eight hexadecimal digits that change with the model, the vocabulary and the code's revision."""
    digest = hashlib.sha256(f"{REVISION}".encode())
    try:
        digest.update(model.read_bytes())
    except OSError as error:
        advice = (
            f"cannot read {model} ({error.strerror}); run make setup, or write the path of its model file"
        )
        raise Misconfigured("EMBEDDED_MODEL", advice) from error
    digest.update(LABELS.read_bytes())
    return digest.hexdigest()[:8]
