"""EfficientNet-Lite0 on this machine, recogniser and encoder: no account, no network, no cost per picture.

The model knows ImageNet's 1,000 classes; broader labels in a shopper's words ("Clothing", "Footwear") are
summed over them. Names and broader labels lie in `labels.json`; `NOTICE.txt` says what they derive from.
A shop's own categories come from a head that `tools teach` fits.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.errors import Misconfigured
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder

if TYPE_CHECKING:
    from shared.labeling.providers.embedded.looks import Looks

LABELS = Path(__file__).with_name("labels.json")

MIN_SCORE = 0.02
"""Probability of the faintest label kept.

Of the demo's altered copies 94 % bring the right product among the first three at 0.02, 93 % at 0.05; no
product photo is left without labels.
"""

MAX_LABELS = 10
"""As many as Google Cloud Vision gives; at `MIN_SCORE` a product photo has eight on average."""

REVISION = 2
"""Raised whenever this code labels differently for the same model and vocabulary."""

ENCODER_REVISION = 2
"""Raised whenever this code encodes differently for the same model."""

HEAD_REVISION = 1
"""Raised whenever this code labels differently for the same head."""


def create(
    *, model_path: str, head: str = "", min_score: float | None = None, max_labels: int | None = None
) -> Labeler:
    """Build the embedded recogniser; `model_path` is the ONNX file that `make setup` builds.

    `head` is the file that `tools teach` writes, empty for none. Both files are read now, for the recogniser
    id; the model is loaded at the first picture. Raises `Misconfigured` when one cannot be read or the head
    was made for another model, `ModuleNotFoundError` where numpy, onnxruntime or Pillow is not installed.
    """
    from shared.labeling.providers.embedded.head import parse_head, read_content
    from shared.labeling.providers.embedded.labeler import EmbeddedLabeler, Recogniser
    from shared.labeling.providers.embedded.vocabulary import read_vocabulary

    lowest = MIN_SCORE if min_score is None else min_score
    most = MAX_LABELS if max_labels is None else max_labels
    model = Path(model_path)
    content = _content(model)
    vocabulary = read_vocabulary(LABELS)
    fingerprint = _fingerprint(REVISION, content, LABELS.read_bytes())
    recogniser_id = f"embedded/efficientnet-lite0/{fingerprint}/min={lowest:g}/max={most}"
    taught = None
    if head:
        own = read_content(Path(head))
        taught = parse_head(own, Path(head), _encoder_id(content))
        recogniser_id += f"/head={_fingerprint(HEAD_REVISION, own)}"
    recognise = Recogniser(vocabulary, taught, lowest, most)
    return EmbeddedLabeler(recogniser_id, _looks(model, _encoder_id(content)), recognise)


def create_encoder(*, model_path: str) -> Encoder:
    """Build the embedded encoder; reads, loads and raises as `create` does, of the same file."""
    from shared.labeling.providers.embedded.encoder import EmbeddedEncoder

    model = Path(model_path)
    encoder_id = _encoder_id(_content(model))
    return EmbeddedEncoder(encoder_id, _looks(model, encoder_id))


@lru_cache(1)
def _looks(model: Path, _: str) -> Looks:
    """One network for recogniser and encoder, as long as the file stays what it is."""
    from shared.imaging.room import product_room
    from shared.labeling.providers.embedded.looks import Looks
    from shared.labeling.providers.embedded.network import Network

    return Looks(Network(model), product_room())


def _encoder_id(model: bytes) -> str:
    from shared.labeling.providers.embedded.network import COORDINATES

    return f"embedded/efficientnet-lite0/{_fingerprint(ENCODER_REVISION, model)}/{COORDINATES}"


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
            f"cannot read {model} ({error.strerror}); run make setup and write the path of its model file,"
            " or do without: ENCODER=none"
        )
        raise Misconfigured("EMBEDDED_MODEL", advice) from error
