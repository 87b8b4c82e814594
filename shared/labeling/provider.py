"""The declaration of a recognizer or an encoder; whoever needs to know something about one asks it.

Each folder in `shared/labeling/providers` holds one as `PROVIDER`. Settings, wiring, bundles, the command
line, the pages in `docs/` and the tables of costs are made from them, so that a vendor's name stands in its
own folder and nowhere else. A declaration imports no vendor's library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shared.environment import Settings
from shared.errors import FailureReason, Misconfigured
from shared.imaging import FileLimits
from shared.labeling import Encoder, Recognizer

_PER = 1_000


@dataclass(frozen=True, slots=True)
class Tier:
    """Calls of a month up to the `upto`-th cost `price` USD per 1,000; None is without end."""

    upto: int | None
    price: float


@dataclass(frozen=True, slots=True)
class PriceList:
    """A published list: its page's name and the month it was read, and its tiers in order."""

    source: str
    tiers: tuple[Tier, ...]

    @property
    def free(self) -> int:
        """Calls that a month begins with for nothing."""
        first = self.tiers[0]
        return 0 if first.price or first.upto is None else first.upto

    @property
    def first(self) -> float:
        """USD per 1,000 calls beyond the free ones."""
        return next((tier.price for tier in self.tiers if tier.price), 0.0)

    def cost(self, calls: int, before: int = 0) -> float:
        """USD for so many calls after `before` others in the same month."""
        total, done, end = 0.0, before, before + calls
        for tier in self.tiers:
            here = min(end, tier.upto if tier.upto is not None else end)
            total += max(here - done, 0) * tier.price / _PER
            done = max(done, here)
        return total


MAX_LABELS, TIMEOUT = 10, 10.0
"""The defaults of the settings of these names; seconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The wishes that every recognizer is told beside its own settings.

    `min_score` is the lowest confidence kept, None for the recognizer's own; `features` are some of those
    that it declares; `timeout` is in seconds for one call, retries included; `project` is who pays at Google.
    `again` is asked before a call is repeated: False where that may not be paid for.
    """

    min_score: float | None = None
    max_labels: int = MAX_LABELS
    features: tuple[str, ...] = ()
    timeout: float = TIMEOUT
    project: str = ""
    again: Callable[[], bool] = lambda: True

    def least_score(self, own: float) -> float:
        """The lowest confidence kept, which is the recognizer's `own` unless another is wished."""
        return own if self.min_score is None else self.min_score


@dataclass(frozen=True, slots=True)
class Feature:
    """An ability of a recognizer beside naming things, and its extra cost.

    `calls` is how many calls a picture takes with it, one after the other; `instead_of` are features that it
    leaves nothing to do.
    """

    adds: str
    price: PriceList | None = None
    calls: int = 1
    instead_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One recognizer, one encoder, or both.

    `library` is imported by it, and installed by the dependency group `group`, empty for the provider's name.
    `recognizer` and `encoder` are made from its settings; they raise `Misconfigured` and connect to nobody.
    `default_as` is where it is taken if none is named. `check` raises `Misconfigured` for a missing file.

    `calls` is how many calls in a row a picture takes at most with no feature: 0 in the function's own
    process. `takes` are files that it gets as they are. `looks_at` is how many pixels of a photo's shorter
    side it sees itself, None for all there are. `sure_from` is the score from which its labels are
    sure, None where nobody measured that. `prices` is None where none is published. `tells` and `verified`
    are for docs/recognizers.md: what it says about a picture, and what stands behind its tests. `example` are
    settings with which it can be made, for docs and tests; `regions` are values of its setting `region` for
    endpoints that anybody may use.

    `model` is where a bundle holds the file that set-up builds, None where it needs none; `unpacked` says
    what is missing among the names of an operator's own files in a bundle, empty for nothing.
    """

    name: str
    title: str
    settings: type[Settings]
    library: str
    group: str = ""
    recognizer: Callable[[Any, Wanted], Recognizer] | None = None
    encoder: Callable[[Any], Encoder] | None = None
    default_as: Literal["", "recognizer", "encoder"] = ""
    check: Callable[[Any], None] = lambda _: None
    calls: int = 0
    takes: FileLimits | None = None
    looks_at: int | None = None
    sure_from: float | None = None
    features: Mapping[str, Feature] = field(default_factory=dict)
    prices: PriceList | None = None
    reasons: type[FailureReason] | None = None
    tells: str = ""
    verified: str = ""
    example: Mapping[str, str] = field(default_factory=dict)
    regions: Sequence[str] = ()
    model: Path | None = None
    unpacked: Callable[[Sequence[str]], str] = lambda _: ""

    @property
    def folder(self) -> str:
        """Its folder in `shared/labeling/providers`."""
        return self.settings.__module__.rpartition(".")[2]

    @property
    def dependencies(self) -> str:
        """The dependency group that installs its library."""
        return self.group or self.name

    def pixels(self, wanted: Wanted) -> int | None:
        """Pixels of the shorter side that a recognizer needs of a photo which can be sent on; None for all.

        Whoever gets files needs none, but for a feature that cuts out what the next call is about.
        """
        return 0 if self.takes and self._calls_with(wanted) == 1 else self.looks_at

    def longest(self, wanted: Wanted) -> float:
        """Seconds that one picture's calls may take together."""
        return wanted.timeout * self._calls_with(wanted) if self.calls else 0.0

    def _calls_with(self, wanted: Wanted) -> int:
        return max((self.features[name].calls for name in wanted.features), default=1)


def check_model(model: Path, setting: str, advice: str) -> None:
    """Raise `Misconfigured` where there is no such file; reads nothing of it."""
    if not model.is_file():
        raise Misconfigured(setting, f"cannot read {model}; {advice}")


def digest(*parts: bytes | Path, setting: str, advice: str) -> str:
    """Return the SHA-256 of bytes and files' contents in hexadecimal digits; raises `Misconfigured`."""
    whole = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            whole.update(part)
            continue
        try:
            with part.open("rb") as file:
                hashlib.file_digest(file, lambda: whole)
        except OSError as error:
            raise Misconfigured(setting, f"cannot read {part} ({error.strerror}); {advice}") from error
    return whole.hexdigest()
