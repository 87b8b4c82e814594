"""Google Cloud Vision."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import ClassVar, Literal

from pydantic import ConfigDict, Field, SecretStr

from shared.environment import Settings
from shared.errors import WAIT, FailureReason
from shared.imaging import FileLimits
from shared.labeling import Recognizer
from shared.labeling.provider import Feature, PriceList, Provider, Tier, Wanted

MAX_BATCH = 16
"""Pictures in one request; from the page "Quotas and limits", as is the size below."""

MAX_INLINE_BYTES = 7_250_000
"""Bytes of pictures in one request: its JSON form may have 10 MB, and base64 takes 37 % more than the bytes.

The page gives no limit of its own for gRPC, where the bytes travel as they are; the same is kept there.
"""

TAKES = FileLimits(
    formats=frozenset({"JPEG", "PNG", "GIF", "BMP", "WebP", "ICO", "TIFF"}),
    max_bytes=MAX_INLINE_BYTES,
    turned=True,
)
"""The files that Vision reads, from its page "Supported images", in what a request holds."""

MIN_SCORE = 0.5
"""Vision's own labels hardly ever score lower, and Algolia's guide to image search keeps what is above."""

SURE_FROM = 0.95
"""Score from which on a product without the label looks less similar.

In 86 recorded answers to 43 pictures, a year apart, 83 % of such labels are there in both years, and 45 % of
those from 0.5. Nobody has measured it on products.
"""

SafeSearch = Literal["", "possible", "likely", "very-likely"]


class VisionSettings(Settings):
    """Google Cloud Vision; with an empty `api_key` it asks with Google's application default credentials."""

    model_config = ConfigDict(alias_generator=lambda name: f"VISION_{name.upper()}")
    former: ClassVar[Mapping[str, str]] = {
        "VISION_COLOURS": "write RECOGNIZER_FEATURES=colors for true",
        "VISION_LOGOS": "write RECOGNIZER_FEATURES=logos for true",
        "VISION_OBJECTS": "write RECOGNIZER_FEATURES=boxes or largest",
        "VISION_TEXT": "write RECOGNIZER_FEATURES=text for true",
        "VISION_TIMEOUT": "write RECOGNIZER_TIMEOUT",
    }

    endpoint: str = Field(
        "",
        pattern="^((https|grpc|http)://[^/@?#]+/?)?$",
        description="https://HOST, for a stand-in grpc://HOST:PORT or http://HOST:PORT, empty for Google's",
    )
    region: str = Field("", pattern="^(eu|us)?$", description="eu or us, empty to let Google choose")
    api_key: SecretStr = Field(
        SecretStr(""), description="an API key, empty for the service account's own rights"
    )
    safe_search: SafeSearch = Field(
        "",
        description="from which likelihood on a picture counts as adult, violent or racy and is refused:"
        " possible, likely or very-likely, empty to refuse none",
    )


class VisionReason(FailureReason):
    """The reasons for which Vision gives no labels."""

    TIMEOUT = ("vision-timeout", "Vision did not answer in time.", WAIT)
    FAILED = ("vision-failed", "Vision failed.", WAIT)
    UNAVAILABLE = ("vision-unavailable", "Vision could not be reached.", WAIT)
    INCOMPLETE = ("vision-incomplete", "Vision answered for fewer pictures than it was asked.", WAIT)
    REFUSED = (
        "vision-refused",
        "Vision refused the picture with a code that is not known here.",
        "read what Vision says above, mend what it names, then replay it",
    )
    UNSAFE = (
        "unsafe-picture",
        "Vision calls this picture adult, violent or racy, and VISION_SAFE_SEARCH refuses those.",
        "upload another one, or relax the setting and replay it",
        422,
        "Picture refused",
    )


def create(settings: VisionSettings, wanted: Wanted) -> Recognizer:
    """Make the recognizer; nothing is imported from Google and nothing connected before the first picture."""
    from shared.imaging.opening import product_opener
    from shared.labeling.providers.google_vision.recognizer import GoogleVision, connected

    lowest = wanted.least_score(MIN_SCORE)
    connect = partial(connected, settings, wanted.project)
    return GoogleVision(connect, product_opener(), wanted, lowest, settings.safe_search)


def _price(feature: str, price: float, beyond: float) -> PriceList:
    tiers = (Tier(1_000, 0.0), Tier(5_000_000, price), Tier(None, beyond))
    return PriceList(f"Cloud Vision pricing, {feature}, November 2026", tiers)


_LOCALIZATION = _price("Object Localization", 2.25, 1.50)

PROVIDER = Provider(
    name="google-vision",
    title="Google Cloud Vision",
    settings=VisionSettings,
    library="google.cloud.vision",
    recognizer=create,
    default_as="recognizer",
    calls=1,
    takes=TAKES,
    sure_from=SURE_FROM,
    features={
        "boxes": Feature("objects, and where they are", _LOCALIZATION),
        "largest": Feature(
            "the largest product alone is labeled, found and cut out by a call of its own",
            _LOCALIZATION,
            calls=2,
            instead_of=("boxes",),
        ),
        "logos": Feature("brands by their logos", _price("Logo Detection", 1.50, 0.60)),
        "text": Feature("the words in the picture", _price("Text Detection", 1.50, 0.60)),
        "colors": Feature("the names of the dominant colors", _price("Image Properties", 1.50, 0.60)),
    },
    prices=_price("Label Detection", 1.50, 1.00),
    reasons=VisionReason,
    regions=("eu", "us"),
    tells="labels; by features objects with boxes, logos, text, colors; a setting refuses unsafe photos",
    verified="Google's client against a server of ours over gRPC and REST; documents; not the live service",
)
