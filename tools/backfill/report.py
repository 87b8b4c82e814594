"""A backfill's plan in figures and advice, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from shared.catalog.judging import State
from shared.labeling.provider import PriceList
from shared.labeling.registry import RECOGNIZERS
from tools.backfill.survey import BackfillOptions, Plan
from tools.output import Examples, Row, facts, readable_bytes, say
from tools.record_checks import ADVICE

_ROOM = "make the records smaller, or write what your Algolia plan allows as MAX_RECORD_BYTES"
_ADVICE = {
    "noRecord": "add the records, or set CREATE_MISSING_RECORDS=true, for the function too",
    "attributesInUse": f"nothing is written to these records; {ADVICE}",
    "twoRecords": "nothing is written to either; delete one of the two",
    "noRoom": f"nothing is written to these; {_ROOM}",
    "fewerWords": f"these will be found less well; {_ROOM}",
    "unreachable": "add a pattern to OBJECT_PATTERN that can express these ids, for the function too",
}


class _Trouble(NamedTuple):
    """An obstacle in the way of some products, and its name for scripts."""

    what: str
    name: str
    examples: Examples


def _troubles(plan: Plan) -> list[_Trouble]:
    return [
        _Trouble(State.NO_RECORD, "noRecord", plan.seen.no_record),
        _Trouble(State.IN_USE, "attributesInUse", plan.seen.in_use),
        _Trouble("with two records, spelled in two ways", "twoRecords", plan.seen.two_records),
        _Trouble("without room for ours", "noRoom", plan.seen.no_room),
        _Trouble("with room for some visual words only", "fewerWords", plan.seen.fewer_words),
        _Trouble("whose pictures are gone, out of reach", "unreachable", plan.unreachable),
    ]


def record_rows(plan: Plan) -> Iterator[Row]:
    """The number of records in each state, and behind each obstacle, with examples."""
    troubles = {trouble.what: trouble.examples for trouble in _troubles(plan)}
    for state in State:
        examples = troubles.pop(state, Examples())
        yield (state, f"{plan.states.get(state, 0):,}", examples.text)
    for what, examples in troubles.items():
        if examples.count:
            yield (what, f"{examples.count:,}", examples.text)


def record_advice(plan: Plan) -> Iterator[str]:
    """Advice about each obstacle, a line each."""
    for trouble in _troubles(plan):
        if trouble.examples.count:
            yield f"{trouble.what} ({trouble.examples.count:,}): {_ADVICE[trouble.name]}."


def record_fields(plan: Plan) -> dict[str, Any]:
    """The same as JSON values."""
    about = {"attributesInUse": "attributes"}
    troubles = {
        name: examples.as_json("products", about.get(name, "")) for _, name, examples in _troubles(plan)
    }
    states = {state.name.lower(): count for state, count in plan.states.items()}
    return {"records": states, "picturesGone": plan.gone, **troubles}


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """A plan beside what it is for; `place` is the `gs://` address of what was listed."""

    place: str
    recognizer: str
    recognizer_id: str
    max_bytes: int
    options: BackfillOptions
    plan: Plan

    @property
    def prices(self) -> PriceList | None:
        """The recognizer's price list, where one is known."""
        return RECOGNIZERS[self.recognizer].prices

    def show(self) -> None:
        """Print everything."""
        facts(f"Backfill of {self.place}", self._bucket())
        facts("Records in the index", record_rows(self.plan))
        facts("To look at again", self._looks())
        facts(f"Recognizer {self.recognizer_id}", self._calls())
        for advice in record_advice(self.plan):
            say(advice)

    def as_json(self) -> dict[str, object]:
        """The same for scripts; `priceUSD` is None where no price is known."""
        plan, prices = self.plan, self.prices
        return {
            "place": self.place,
            "recognizer": self.recognizer_id,
            "objects": plan.tally.objects,
            "bytes": plan.tally.size,
            "outsidePattern": plan.tally.outside.count,
            "noPictures": plan.tally.others.count,
            **record_fields(plan),
            "products": plan.products,
            "pictures": plan.pictures,
            "pictureBytes": plan.size,
            "tooLarge": plan.too_large,
            "leftOut": plan.left_out,
            "contents": plan.contents,
            "paid": plan.paid,
            "calls": plan.calls,
            "priceUSD": prices and round(prices.cost(plan.calls), 2),
            "priceUSDAfterFreeCalls": prices and round(prices.cost(plan.calls, prices.free), 2),
        }

    def _bucket(self) -> Sequence[Row]:
        tally = self.plan.tally
        rows = [("objects", _number(tally.objects), readable_bytes(tally.size))]
        if self.options.after:
            rows.append(("listed behind", "", self.options.after))
        if self.options.limit is not None:
            rows.append(("listed until", "", f"{self.options.limit:,} products were found"))
        return [
            *rows,
            ("names outside the pattern", _number(tally.outside.count), tally.outside.text),
            ("no pictures, by name or type", _number(tally.others.count), tally.others.text),
        ]

    def _looks(self) -> Sequence[Row]:
        plan = self.plan
        rows = [
            ("products", _number(plan.products), "one message each"),
            *([("without pictures", _number(plan.gone), "whose records tell of some")] if plan.gone else []),
            ("pictures", _number(plan.pictures), readable_bytes(plan.size)),
        ]
        if plan.too_large:
            limit = readable_bytes(self.max_bytes)
            rows.append(("too large", _number(plan.too_large), f"over {limit}: will be parked, not sent"))
        if plan.left_out:
            rows.append(("left out", _number(plan.left_out), "more than are looked at of one product"))
        return rows

    def _calls(self) -> Sequence[Row]:
        plan = self.plan
        return [
            ("different contents", _number(plan.contents), "copies of the same bytes count once"),
            ("already paid for", _number(plan.paid), "their labels are remembered"),
            ("recognizer calls", _number(plan.calls), "one for each content that is left"),
            ("price", *priced(self.recognizer, plan.calls)),
        ]


def priced(recognizer: str, calls: int) -> tuple[str, str]:
    """The price of so many calls, and where it is from."""
    prices = RECOGNIZERS[recognizer].prices
    if prices is None:
        return "unknown", f"no price list of {recognizer} is known here"
    price, full = prices.cost(calls), prices.cost(calls, prices.free)
    used = f"; {full:,.2f} USD if this month's {prices.free:,} free calls are used up"
    return f"{price:,.2f} USD", f"{prices.source}{used if full > price else ''}"


def _number(count: int) -> str:
    return f"{count:,}"
