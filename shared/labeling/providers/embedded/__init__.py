"""EfficientNet-Lite1 on this machine, recognizer and encoder: no account, no network, no cost per picture.

The model knows ImageNet's 1,000 classes; broader labels in a shopper's words ("Clothing", "Footwear") are
summed over them. Names and broader labels lie in `labels.json`; `NOTICE.txt` says what they derive from.
A shop's own categories come from a head that `measure teach` fits.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from shared.environment import Settings
from shared.labeling import Encoder, Recognizer
from shared.labeling.provider import PriceList, Provider, Tier, Wanted, check_model, digest

if TYPE_CHECKING:
    from shared.labeling.providers.embedded.network import SharedRuns

LABELS = Path(__file__).with_name("labels.json")

BUNDLED_MODEL = Path(__file__).with_name("model.onnx")
"""The model's place in a function's bundle."""

SIDE, MARGIN = 240, 32
"""Side of the network's square input in pixels, and what EfficientNet's own preprocessing cuts off."""

MIN_SCORE = 0.02
"""Probability of the faintest label kept.

Of the demo's altered copies 73 % bring the product among the first ten by labels alone at 0.02, 71 % at 0.01,
70 % at 0.05, 60 % at 0.1.
"""

SURE_FROM = 0.6
"""Probability from which on a product without the label looks less similar.

The lowest tenth at which at most 1 % of right products among the first ten hits were held back with
EfficientNet-Lite0; with Lite1 at most 1.3 % are (docs/retrieval.md).
"""

COLOR_WEIGHT = 0.07
"""The share of colors in a vector's length squared; `docs/retrieval.md` says what others bring."""

REVISION = 3
"""Raised whenever this code labels differently for the same model and vocabulary."""

ENCODER_REVISION = 3
"""Raised whenever this code encodes differently for the same model."""

HEAD_REVISION = 1
"""Raised whenever this code labels differently for the same head."""

_DIGITS = 8

_digest = partial(
    digest,
    setting="EMBEDDED_MODEL",
    advice="run make setup and write the path of its model file, or do without: ENCODER=none",
)


class EmbeddedSettings(Settings):
    """The local model."""

    model_config = ConfigDict(alias_generator=lambda name: f"EMBEDDED_{name.upper()}")

    model_path: Path = Field(
        BUNDLED_MODEL,
        alias="EMBEDDED_MODEL",
        description="the path of the ONNX file that `make setup` builds, empty for the bundle's own",
    )
    color_weight: float = Field(
        COLOR_WEIGHT,
        ge=0,
        le=0.15,
        description="the share of a picture's vector that colors have, 0 to 0.15; more finds the very product"
        " more often, and its kind less often",
    )
    head: Path | None = Field(
        None, description="the path of the file that `measure teach` writes, empty for none"
    )


def create(settings: EmbeddedSettings, wanted: Wanted) -> Recognizer:
    """Make the recognizer; its files are read now, for its id, and the model is loaded at the first picture.

    Raises `Misconfigured` when one cannot be read or the head was made for another model,
    `ModuleNotFoundError` where numpy, onnxruntime or Pillow is not installed.
    """
    from shared.labeling.providers.embedded.labels import (
        EmbeddedRecognizer,
        LabelSelection,
        parse_head,
        read_head,
        read_vocabulary,
    )

    lowest = wanted.least_score(MIN_SCORE)
    model, encoder_id = settings.model_path, _encoder_id(settings)
    fingerprint = _digest(f"{REVISION}".encode(), model, LABELS)[:_DIGITS]
    recognizer_id = f"embedded/efficientnet-lite1/{fingerprint}/min={lowest:g}/max={wanted.max_labels}"
    taught = None
    if settings.head:
        own = read_head(settings.head)
        taught = parse_head(own, settings.head, encoder_id)
        recognizer_id += f"/head={_digest(f'{HEAD_REVISION}'.encode(), own)[:_DIGITS]}"
    recognize = LabelSelection(read_vocabulary(LABELS), taught, lowest, wanted.max_labels)
    return EmbeddedRecognizer(recognizer_id, _looks(settings, encoder_id), recognize)


def create_encoder(settings: EmbeddedSettings) -> Encoder:
    """Make the encoder; reads, loads and raises as `create` does, of the same file."""
    from shared.labeling.providers.embedded.network import EmbeddedEncoder

    encoder_id = _encoder_id(settings)
    return EmbeddedEncoder(encoder_id, _looks(settings, encoder_id))


@lru_cache(1)
def _looks(settings: EmbeddedSettings, _: str) -> SharedRuns:
    """One network for recognizer and encoder, as long as the file stays what it is."""
    from shared.imaging.opening import product_opener
    from shared.labeling.providers.embedded.network import EmbeddedNetwork, SharedRuns

    return SharedRuns(EmbeddedNetwork(settings.model_path), product_opener(), settings.color_weight)


def _encoder_id(settings: EmbeddedSettings) -> str:
    from shared.labeling.providers.embedded.network import COORDINATES

    fingerprint = _digest(f"{ENCODER_REVISION}".encode(), settings.model_path)[:_DIGITS]
    return f"embedded/efficientnet-lite1/{fingerprint}/color={settings.color_weight:g}/{COORDINATES}"


PROVIDER = Provider(
    name="embedded",
    title="Embedded model",
    settings=EmbeddedSettings,
    library="onnxruntime",
    recognizer=create,
    encoder=create_encoder,
    default_as="encoder",
    check=lambda settings: check_model(settings.model_path, **_digest.keywords),
    looks_at=SIDE + MARGIN,
    sure_from=SURE_FROM,
    prices=PriceList("runs on the function's own processor", (Tier(None, 0.0),)),
    tells="about 1,100 labels: ImageNet's classes and their kinds; with `measure teach` a shop's own",
    verified="measured on three sets of product pictures, see retrieval.md",
    model=BUNDLED_MODEL,
)
