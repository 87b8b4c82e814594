"""EfficientNet-Lite0 on this machine, recogniser and encoder: no account, no network, no cost per picture.

The model knows ImageNet's 1,000 classes; broader labels in a shopper's words ("Clothing", "Footwear") are
summed over them. Names and broader labels lie in `labels.json`; `NOTICE.txt` says what they derive from.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.errors import Misconfigured
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder
from shared.labeling.limits import LOCAL_LIMITS
from shared.model import Labels

LABELS = Path(__file__).with_name("labels.json")

LIMITS = LOCAL_LIMITS

MIN_SCORE = 0.02
"""Probability of the faintest label kept.

Of the demo's altered copies 94 % bring the right product among the first three at 0.02, 93 % at 0.05; no
product photo is left without labels.
"""

MAX_LABELS = 10
"""As many as Google Cloud Vision gives; at `MIN_SCORE` a product photo has eight on average."""

REVISION = 1
"""Raised whenever this code labels differently for the same model and vocabulary."""

ENCODER_REVISION = 1
"""Raised whenever this code encodes differently for the same model."""


def create(*, model_path: str, min_score: float | None = None, max_labels: int | None = None) -> Labeler:
    """Build the embedded recogniser; `model_path` is the ONNX file that `make setup` builds.

    The file is read now, for the recogniser id, and loaded at the first picture. Raises `Misconfigured` when
    it cannot be read, `ModuleNotFoundError` where numpy, onnxruntime or Pillow is not installed.
    """
    from shared.labeling.decoding import Pixels
    from shared.labeling.providers.embedded.labeler import EmbeddedLabeler
    from shared.labeling.providers.embedded.network import Network
    from shared.labeling.providers.embedded.vocabulary import read_vocabulary

    lowest = MIN_SCORE if min_score is None else min_score
    most = MAX_LABELS if max_labels is None else max_labels
    model = Path(model_path)
    fingerprint = _fingerprint(REVISION, _content(model), LABELS.read_bytes())
    vocabulary = read_vocabulary(LABELS)
    network = Network(model, vocabulary.classes)

    def recognise(square: Pixels) -> Labels:
        return vocabulary.rank(network.probabilities(square), lowest, most)

    recogniser_id = f"embedded/efficientnet-lite0/{fingerprint}/min={lowest:g}/max={most}"
    return EmbeddedLabeler(recogniser_id, LIMITS, recognise)


def create_encoder(*, model_path: str) -> Encoder:
    """Build the embedded encoder; reads, loads and raises as `create` does, of the same file."""
    from shared.labeling.providers.embedded.encoder import EmbeddedEncoder
    from shared.labeling.providers.embedded.network import Network

    model = Path(model_path)
    fingerprint = _fingerprint(ENCODER_REVISION, _content(model))
    encoder_id = f"embedded/efficientnet-lite0/{fingerprint}/{EmbeddedEncoder.dimensions}"
    return EmbeddedEncoder(encoder_id, LIMITS, Network(model))


def _fingerprint(revision: int, *contents: bytes) -> str:
    """Eight hexadecimal digits that change with the code's revision and the files' contents."""
    digest = hashlib.sha256(f"{revision}".encode())
    for content in contents:
        digest.update(content)
    return digest.hexdigest()[:8]


def _content(model: Path) -> bytes:
    try:
        return model.read_bytes()
    except OSError as error:
        advice = (
            f"cannot read {model} ({error.strerror}); run make setup, or write the path of its model file"
        )
        raise Misconfigured("EMBEDDED_MODEL", advice) from error
