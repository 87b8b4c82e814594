"""Parked events become cases: one for each thing that went wrong, however often it was parked; pure."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import Permanent
from shared.events import Leased, Parked, parse_event


@dataclass(frozen=True, slots=True)
class Origin:
    """The picture an event is about, and its product if the name is a product picture's."""

    bucket: str
    name: str
    product: str | None

    @property
    def address(self) -> str:
        """Its `gs://` address."""
        return f"gs://{self.bucket}/{self.name}"


@dataclass(frozen=True, slots=True)
class Case:
    """What went wrong once; `leased` are its events, oldest first, and the newest says why.

    `origin` is None where the original event cannot be read.
    """

    leased: tuple[Leased, ...]
    origin: Origin | None

    @property
    def id(self) -> str:
        """The message id of the oldest event."""
        return self.leased[0].id

    @property
    def product(self) -> str | None:
        """The product it is about, if that can be read."""
        return self.origin.product if self.origin else None

    @property
    def parked(self) -> Parked:
        """The newest event."""
        return self.leased[-1].parked


@dataclass(frozen=True, slots=True)
class Selector:
    """Which cases are meant: those for which everything given fits."""

    reason: str | None = None
    product: str | None = None
    id: str | None = None

    def fits(self, case: Case) -> bool:
        """Whether a case is meant."""
        return (
            self.reason in {None, case.parked.reason}
            and self.product in {None, case.product}
            and (self.id is None or self.id in {leased.id for leased in case.leased})
        )


def cases(leased: Iterable[Leased], product_of: Callable[[str], str | None]) -> list[Case]:
    """Put together what was parked about the same content, or else the same event; oldest case first."""
    together: dict[str, list[Leased]] = defaultdict(list)
    for event in sorted(leased, key=lambda event: (event.published, event.id)):
        together[_key(event)].append(event)
    return [_case(events, product_of) for events in together.values()]


def _key(leased: Leased) -> str:
    original = leased.parked.event.get("id")
    return leased.parked.content_hash or (str(original) if original else f"message {leased.id}")


def _case(leased: Sequence[Leased], product_of: Callable[[str], str | None]) -> Case:
    return Case(tuple(leased), _origin(leased[-1].parked, product_of))


def _origin(parked: Parked, product_of: Callable[[str], str | None]) -> Origin | None:
    attributes = {key: value for key, value in parked.event.items() if key not in {"data", "data_base64"}}
    try:
        event = parse_event(attributes, _data(parked.event))
    except (Permanent, ValueError):
        return None
    if event is None:
        return None
    name = parked.picture or event.name
    return Origin(event.bucket, name, product_of(name))


def _data(event: Mapping[str, Any]) -> object:
    """The data of a CloudEvent in structured mode; raises ValueError for bytes that hold no JSON."""
    if "data_base64" in event:
        return json.loads(base64.b64decode(str(event["data_base64"])))
    return event.get("data")
