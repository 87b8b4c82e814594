"""Probes of the recognizer: the answer, the refusals, the largest file, and regional endpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, cast

from pydantic import SecretStr

from shared.environment import Settings
from shared.errors import Failure, Misconfigured, Permanent
from shared.imaging import Picture, Raster
from shared.labeling import Recognizer
from shared.labeling.provider import Provider
from shared.model import Crop
from tools import wiring as outside
from tools.live.probe import NOT_TOLD, Finding, Probe
from tools.output import counted

_HALF = 2
_WRONG_KEY = "0" * 32


@dataclass(frozen=True, slots=True)
class RecognizerBench:
    """One recognizer's declaration and settings, how it is made of others, and a picture to send."""

    provider: Provider
    settings: Settings
    make: Callable[[Settings], Recognizer]
    picture: bytes

    @property
    def file(self) -> bytes:
        """The picture's file as the vendor gets it, where it gets files."""
        takes = self.provider.takes
        return outside.imaging().file(Picture(self.picture), takes) if takes else self.picture

    def label(self, picture: Picture, **changes: object) -> Finding:
        """The outcome of one picture, with other settings where there are `changes`."""
        recognizer = self.make(self.settings.model_copy(update=changes))
        started = time.perf_counter()
        try:
            labels = recognizer.label(picture)
        except Permanent as error:
            return Finding("refused as a picture", str(error))
        except Misconfigured as error:
            return Finding("refused as a caller", str(error))
        except Failure as error:
            return Finding(NOT_TOLD, str(error))
        took = 1_000 * (time.perf_counter() - started)
        names = ", ".join(f"{label.name} {label.score:.2f}" for label in labels[:3])
        return Finding("labels" if labels else "no labels", f"{names or 'none'}; {took:.0f} ms")

    @property
    def secrets(self) -> Mapping[str, SecretStr]:
        """Keys that stand in no label, wrong as can be, for those that are set."""
        given = (name for name in type(self.settings).model_fields)
        return {
            name: SecretStr(_WRONG_KEY)
            for name in given
            if isinstance(value := getattr(self.settings, name), SecretStr) and value.get_secret_value()
        }


def cost(bench: RecognizerBench, features: Sequence[str]) -> str:
    """The pictures that the vendor is sent and may charge for, and their price, in words."""
    provider, sent = bench.provider, 2 + len(bench.provider.regions)
    priced = [provider.prices, *(provider.features[name].price for name in features)]
    each = sum(prices.first for prices in priced if prices) / 1_000
    price = f"at most USD {sent * each:.3f}" if provider.prices else "a price that is not published"
    return f"This sends {counted(sent, 'picture')} to {provider.title}, for {price}, and two that it refuses."


@dataclass(frozen=True, slots=True)
class _SentAs:
    """A raster that is sent as this file, which no opener of ours looks at."""

    file: bytes

    def jpeg(self, _: int | None = None) -> bytes:
        """See `Raster`."""
        return self.file

    def part(self, _: Crop) -> Self:
        """See `Raster`."""
        return self


def _answer(bench: RecognizerBench) -> Finding:
    return bench.label(Picture(bench.picture))


def _cut(bench: RecognizerBench) -> Finding:
    half = bench.file[: len(bench.file) // _HALF]
    sent = Picture(raster=cast("Raster", _SentAs(half))) if bench.provider.takes else Picture(half)
    return bench.label(sent)


def _largest(bench: RecognizerBench) -> Finding:
    takes = bench.provider.takes
    if takes is None:
        return Finding(NOT_TOLD, "it takes no files")
    return bench.label(Picture(bench.file.ljust(takes.max_bytes, b"\0")))


def _wrong_key(bench: RecognizerBench) -> Finding:
    if not bench.secrets:
        return Finding("no key")
    return bench.label(Picture(bench.picture), **bench.secrets)


def _regions(bench: RecognizerBench) -> Finding:
    if not bench.provider.regions:
        return Finding("none to ask")
    found = {name: bench.label(Picture(bench.picture), region=name) for name in bench.provider.regions}
    told = "; ".join(f"{name}: {each.answer}, {each.detail}" for name, each in found.items())
    silent = [name for name, each in found.items() if each.answer not in {"labels", "no labels"}]
    return Finding("some do not" if silent else "all", told)


RECOGNIZING: Sequence[Probe[RecognizerBench]] = (
    Probe(
        "labels",
        "does a picture get labels that can be read?",
        "the vendor's own client",
        {
            "labels": "nothing to do",
            "no labels": "ask with a photo of a product: --picture FILE",
            "refused as a picture": "ask with another one: --picture FILE",
            "refused as a caller": "mend the setting that is named",
        },
        _answer,
    ),
    Probe(
        "cut",
        "is half a file refused as a picture?",
        "the vendor's list of errors",
        {
            "refused as a picture": "nothing to do: its event is parked",
            "labels": "nothing to do: half pictures get labels",
            "no labels": "nothing to do: half pictures get no labels",
            "refused as a caller": "one bad picture stops all others: tell the makers of this software",
        },
        _cut,
    ),
    Probe(
        "largest",
        "is a file of the largest size taken?",
        "the vendor's page of limits",
        {
            "labels": "nothing to do",
            "no labels": "nothing to do",
            "refused as a picture": "smaller files are refused than is documented: tell the makers",
        },
        _largest,
    ),
    Probe(
        "wrong-key",
        "is a wrong key refused as a caller?",
        "the vendor's list of errors",
        {
            "refused as a caller": "nothing to do: a revoked key is told as such",
            "no key": "nothing to do: it is asked by an identity",
            "refused as a picture": "a revoked key parks every event: tell the makers of this software",
            "labels": "keys are not looked at",
        },
        _wrong_key,
    ),
    Probe(
        "regions",
        "do the regional endpoints answer?",
        "the vendor's page of regions",
        {
            "all": "nothing to do",
            "some do not": "leave the region empty, or take one that answers",
            "none to ask": "only the endpoint that you have set is asked: see labels",
        },
        _regions,
    ),
)
