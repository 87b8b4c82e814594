"""A recognizer that sees a toy in everything, to be put into a folder of its own among the others."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ConfigDict, Field, SecretStr

from shared.environment import Settings
from shared.errors import Failure, FailureReason, Permanent
from shared.imaging import Imaging, Picture
from shared.labeling import Recognizer
from shared.labeling.provider import Feature, PriceList, Provider, Tier, Wanted
from shared.model import Label, Labels


class ToySettings(Settings):
    """A toy."""

    model_config = ConfigDict(alias_generator=lambda name: f"TOY_{name.upper()}")

    key: SecretStr = Field(description="the key of the toy box")


class Reason(FailureReason):
    """Why it sees nothing."""

    BROKEN = ("toy-broken", "The toy is broken.", "mend the toy, then replay it")


class Toy(Recognizer):
    """Sees a toy, and how light a picture is; breaks of what is one pixel wide."""

    name = "toy"

    def __init__(self, wanted: Wanted, imaging: Imaging) -> None:
        self._features = wanted.features
        self._imaging = imaging
        self.recognizer_id = f"toy/{'/'.join(wanted.features)}"

    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """See `Recognizer`."""
        return [self._seen(picture) for picture in pictures]

    def _seen(self, picture: Picture) -> Labels | Failure:
        try:
            raster = self._imaging.raster(picture, 16)
        except Failure as failure:
            return failure
        if raster.size[0] == 1:
            return Permanent(Reason.BROKEN, Reason.BROKEN.happened)
        shade = Label(f"Shade {sum(raster.resized(1, 1, 'box').rgb())}", 0.5)
        glow = (Label("Glow", 0.4),) if "glow" in self._features else ()
        return (Label("Teddy", 1.0), shade, *glow)


def create(settings: ToySettings, wanted: Wanted) -> Recognizer:
    """Make it."""
    from shared.imaging.opening import product_opener  # noqa: PLC0415 - as in every recognizer's folder

    del settings  # nobody asks for the key
    return Toy(wanted, product_opener())


PROVIDER = Provider(
    name="toy",
    title="A toy",
    settings=ToySettings,
    library="json",
    recognizer=create,
    features={"glow": Feature("a glow", PriceList("Toys, May 2026", (Tier(None, 0.25),)))},
    prices=PriceList("Toys, May 2026", (Tier(None, 0.5),)),
    reasons=Reason,
    tells="a toy, and how light the picture is",
    verified="nobody",
    example={"TOY_KEY": "any"},
)
