"""What a recognizer or an encoder declares about itself; whoever needs to know asks its declaration.

Each folder in `shared/labeling/providers` holds one as `PROVIDER`. Settings, wiring, bundles, the command
line, the pages in `docs/` and the tables of costs are made from them, so that a vendor's name stands in its
own folder and nowhere else. A declaration imports no vendor's library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from shared.environment import Settings
from shared.imaging import FileLimits
from shared.labeling import Recognizer
from shared.labeling.encoding import Encoder
from shared.labeling.prices import PriceList
from shared.reasons import FailureReason


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every recognizer is told beside its own settings.

    `min_score` is the lowest confidence kept, None for the recognizer's own; `features` are some of those
    that it declares; `timeout` is in seconds for one call, retries included; `project` is who pays at Google.
    """

    min_score: float | None = None
    max_labels: int = 10
    features: tuple[str, ...] = ()
    timeout: float = 10.0
    project: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """What a recognizer does beside naming things, and what a picture costs more with it.

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

    `library` is what it cannot work without, as it is imported, and `group` the dependency group that
    installs it, empty for the provider's name. `recognizer` and `encoder` make what it is, from its settings;
    they raise `Misconfigured` and connect to nobody. `default_as` is where it is taken if none is named.
    `check` raises `Misconfigured` where a file that it will need is missing.

    `calls` is how many calls, one after the other, a picture takes at most with no feature: 0 for what runs
    in the function's own process. `takes` are files that it gets as they are. `prices` is None where none is
    published. `tells` and `verified` are for docs/recognizers.md: what it says about a picture, and what
    stands behind its tests. `example` are settings with which it can be made, for docs and tests.

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
    features: Mapping[str, Feature] = field(default_factory=dict)
    prices: PriceList | None = None
    reasons: type[FailureReason] | None = None
    tells: str = ""
    verified: str = ""
    example: Mapping[str, str] = field(default_factory=dict)
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

    def longest(self, wanted: Wanted) -> float:
        """Seconds that one picture's calls may take together."""
        each = [self.features[name].calls for name in wanted.features]
        return wanted.timeout * max([*each, 1]) if self.calls else 0.0
