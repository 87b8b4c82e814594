"""The records as the shop makes them: plain ones, and those that have little place for ours, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from tests.storm.options import chance

Kind = Literal["plain", "foreign", "huge", "full", "hidden", "close"]
"""Foreign ones have attributes of the shop's own under our names. Huge ones have no room for the least that
we write; in full ones there is only for that. Hidden ones seem to have room, but for an attribute that
enrich's key may not see. Close ones have room, so little that a write is read back."""

SHARES: Mapping[Kind, float] = {"foreign": 0.04, "huge": 0.02, "full": 0.02, "hidden": 0.02, "close": 0.03}
TOO_BIG: frozenset[Kind] = frozenset({"huge", "full", "hidden"})
PARKED_FOR: Mapping[Kind, str] = {
    "foreign": "attributes-in-use",
    **dict.fromkeys(TOO_BIG, "record-too-big"),
}
"""The reasons for which events about those are parked; the others are written to."""

UNPAID: frozenset[Kind] = frozenset({"foreign", "huge"})
"""Those for whose pictures nothing may be paid."""

LIMIT = 10_000
"""Bytes of a record, Algolia's and what enrich is told."""

SECRET = "secret"  # noqa: S105 - an attribute's name
SPARE = 20
"""Bytes left where the least fits: the time, the listing and the version that come on top are more."""

_CLOSE = 8_050
"""Above 80 % of the limit, with room for the labels of four pictures."""

_OURS = 1_900
"""Bytes of the shop's where the rest of a close record would be ours."""


@dataclass(frozen=True, slots=True)
class Records:
    """Makes a product's record; a recognizer's id is part of the least that we write into it."""

    names: AttributeNames
    recognizer_id: str
    kinds: Mapping[str, Kind]

    def kind(self, product: str) -> Kind:
        return self.kinds.get(product, "plain")

    def of(self, product: str) -> dict[str, Any]:
        """The whole record; what else it has afterwards is ours."""
        own = {"objectID": product, "name": f"Product {product}", **self._namesakes()}
        match self.kind(product):
            case "foreign":
                return {**own, **self._foreign(product)}
            case "huge":
                return _filled(own, LIMIT - SPARE)
            case "full":
                return _filled(own, LIMIT - SPARE - size({**own, **self._least()}) + size(own))
            case "hidden":
                return {**_filled(own, _CLOSE), SECRET: "y" * _OURS}
            case "close":
                return _filled(own, _CLOSE)
        return own

    def _foreign(self, product: str) -> dict[str, Any]:
        names = self.names
        labels, url, hero = {names.labels: ["sale"]}, {names.image_url: _URL}, {names.visual: "hero"}
        return chance("foreign", product).choice((labels, url, hero, {**labels, **url, **hero}))

    def _namesakes(self) -> dict[str, Any]:
        """What the shop has under our usual names, where ours have others."""
        shops = {"labels": ["new"], "imageURL": _URL, "visual": "hero", "imageVersion": "2"}
        return {} if self.names == DEFAULT_NAMES else shops

    def _least(self) -> dict[str, Any]:
        names = self.names
        nothing = {"labeledAt": "", "pictures": 0, "refused": 0, "listing": ""}
        visual = {"recognizer": self.recognizer_id, **nothing}
        return {names.image_url: None, names.labels: [], names.label_names: [], names.visual: visual}


_URL = "https://shop.example/own.jpg"


def size(record: Mapping[str, Any]) -> int:
    """Bytes as Algolia counts them."""
    return len(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())


def _filled(record: Mapping[str, Any], to: int) -> dict[str, Any]:
    """With a text that makes it so many bytes large."""
    return {**record, "text": "x" * (to - size({**record, "text": ""}))}
