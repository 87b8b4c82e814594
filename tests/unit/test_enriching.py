from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from shared.attribute_names import DEFAULT_NAMES, AttributeNames, renamed
from shared.catalog.judging import Judge
from shared.catalog.record import listing_of
from shared.catalog.room import size_of
from shared.catalog.strategies.code import VisualCode
from shared.catalog.strategies.labels import WeightedLabels
from shared.catalog.strategies.likeness import Likeness
from shared.catalog.strategies.words import Profile, VisualWords
from shared.enriching import Enriched, Enricher
from shared.errors import Failure, Misconfigured, Permanent, Transient, UnknownProduct
from shared.images.naming import Naming
from shared.labeling import PictureLimits
from shared.model import Appearance, Label, Labels, PictureEvent, StoredPicture
from shared.remembering import Asking, Remembered
from shared.seeing import Eyes
from tests.fakes.answer_store import InMemoryAnswers
from tests.fakes.catalog import InMemoryCatalog
from tests.fakes.encoder import FakeEncoder
from tests.fakes.labeler import FakeLabeler
from tests.fakes.pictures import InMemoryPictures

NAMING = Naming(("products/<objectID>/<file>", "products/<objectID>.<ext>"))


class Shop:
    """A bucket, a catalogue with products 1 and 2, and the enricher between them."""

    def __init__(self, names: AttributeNames = DEFAULT_NAMES) -> None:
        self.names = names
        self.create_missing = self.take_over = False
        self.max_bytes = 10_000
        self.at = datetime(2026, 1, 1, tzinfo=UTC)
        self.pictures = InMemoryPictures("pictures", NAMING.product)
        self.catalog = InMemoryCatalog({"1": {"name": "Shoe"}, "2": {"name": "Bag"}}, names=names)
        self.answers: dict[bytes | str, Labels | Failure] = {}
        self.labeler = FakeLabeler(self.answers, recogniser_id="scripted/1", limits=LIMITS)
        self.store = InMemoryAnswers[Labels]()
        self.encoder: FakeEncoder | None = None
        self.sights = InMemoryAnswers[Appearance]()
        self.refused: list[tuple[str, str]] = []
        self._ids = itertools.count()

    def look_again(self, event: PictureEvent) -> Enriched | None:
        asking = Asking(self.pictures, self.labeler.label_many, self.labeler.limits)
        sees = LIKENESS if self.encoder else Likeness([WeightedLabels(names=self.names)], names=self.names)
        judge = Judge(self.labeler.recogniser_id, self.names, sees.written, self.take_over)
        enricher = Enricher(
            pictures=self.pictures,
            labels=Remembered(asking, self.store, patience=0),
            sights=self._sights(Eyes("fake", self.encoder)) if self.encoder else None,
            likeness=sees,
            catalog=self.catalog,
            judge=judge,
            naming=NAMING,
            url_of=(lambda picture: f"https://cdn.example/{picture.name}") if self.names.image_url else None,
            max_bytes=self.max_bytes,
            create_missing=self.create_missing,
            now=lambda: self.at,
        )
        return enricher.look_again(event, self._refuse)

    def _sights(self, eyes: Eyes) -> Remembered[Appearance]:
        return Remembered(Asking(self.pictures, eyes.look_many, eyes.limits), self.sights, patience=0)

    def _refuse(self, picture: StoredPicture, error: Permanent) -> None:
        self.refused.append((picture.name, error.reason))

    def upload(self, name: str, content: bytes, outcome: Labels | Failure) -> PictureEvent:
        self.answers[content] = outcome
        return self.event(name, self.pictures.put(name, content).generation)

    def delete(self, name: str, time_us: int) -> PictureEvent:
        self.pictures.delete(name)
        return self.event(name, time_us)

    def event(self, name: str, time_us: int) -> PictureEvent:
        return PictureEvent(str(next(self._ids)), "pictures", name, time_us)

    def names_of(self, product: str) -> list[str]:
        return list(self.catalog.records[product][self.names.label_names])


LIMITS = PictureLimits(frozenset({"JPEG"}), max_bytes=100, max_pixels=100)
LIKENESS = Likeness([WeightedLabels(), VisualWords("x", Profile(2, 1, 2)), VisualCode("x")])
SHOE, LEG, BAG = Label("Shoe", 0.9), Label("Leg", 0.6), Label("Bag", 0.8)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_an_upload_enriches_its_product_and_leaves_the_shops_attributes_alone(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE, LEG))
    done = shop.look_again(event)
    record = shop.catalog.records["1"]
    size = len(json.dumps({**record, "objectID": "1"}, separators=(",", ":")))
    assert done == Enriched("1", 1, 0, labels=2, size=size, left_out=0, sent=1, remembered=0)
    assert record["name"] == "Shoe"
    assert record["imageURL"] == "https://cdn.example/products/1/a.jpg"
    assert record["visual"] == {
        "recognizer": "scripted/1",
        "labeledAt": "2026-01-01T00:00:00+00:00",
        "pictures": 1,
        "refused": 0,
        "listing": listing_of(shop.pictures.list_product("1")),
    }
    assert shop.catalog.records["2"] == {"name": "Bag"}


def test_all_pictures_of_a_product_speak_and_the_first_by_name_is_shown(shop: Shop) -> None:
    late = shop.upload("products/1/b.jpg", b"b", (BAG,))
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(late)
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert shop.catalog.records["1"]["imageURL"].endswith("/a.jpg")


def test_events_in_any_order_any_number_of_times_end_in_the_same_record() -> None:
    records = []
    for order in itertools.permutations(range(3)):
        shop = Shop()
        events = [
            shop.upload("products/1/a.jpg", b"old", (LEG,)),
            shop.upload("products/1/a.jpg", b"new", (SHOE,)),
            shop.upload("products/1/b.jpg", b"b", (BAG,)),
        ]
        for position in (*order, *order):
            shop.look_again(events[position])
        records.append(shop.catalog.records["1"])
    assert all(record == records[0] for record in records)
    assert records[0]["labelNames"] == ["Shoe", "Bag"]


def test_the_last_deletion_leaves_empty_labels(shop: Shop) -> None:
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    later = shop.catalog.records["1"]["imageVersion"] + 1
    shop.look_again(shop.delete("products/1/a.jpg", later))
    assert shop.names_of("1") == []
    assert shop.catalog.records["1"]["imageURL"] is None


def test_an_older_reading_does_not_overwrite_a_newer_record(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.catalog.records["1"] |= {"imageVersion": event.time_us + 1, "labelNames": ["Newer"]}
    shop.look_again(event)
    assert shop.names_of("1") == ["Newer"]


def test_a_name_outside_the_pattern_touches_nothing(shop: Shop) -> None:
    assert shop.look_again(shop.event("banners/1.jpg", 5)) is None
    assert shop.catalog.records == {"1": {"name": "Shoe"}, "2": {"name": "Bag"}}


def test_a_refused_picture_is_told_once_and_its_siblings_count(shop: Shop) -> None:
    good = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    bad = shop.upload("products/1/b.jpg", b"b", Permanent("bad-picture", "not a picture"))
    for event in (bad, good, bad):
        done = shop.look_again(event)
        assert done is not None
        assert (done.pictures, done.refused) == (1, 1)
    assert shop.refused == [("products/1/b.jpg", "bad-picture")]
    assert shop.names_of("1") == ["Shoe"]


def test_a_picture_over_the_recognisers_size_is_refused_unread_and_unsent(shop: Shop) -> None:
    event = shop.event("products/1/a.jpg", shop.pictures.put("products/1/a.jpg", bytes(101)).generation)
    shop.look_again(event)
    assert shop.refused == [("products/1/a.jpg", "too-large")]
    assert shop.labeler.asked == []


@pytest.mark.parametrize("failure", [Transient("throttled", "slow down"), UnknownProduct("1")])
def test_a_transient_failure_of_one_picture_writes_nothing(shop: Shop, failure: Transient) -> None:
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    with pytest.raises(Transient):
        shop.look_again(shop.upload("products/1/b.jpg", b"b", failure))
    assert shop.catalog.records["1"] == {"name": "Shoe"}


def test_a_product_the_index_does_not_know_is_told_apart(shop: Shop) -> None:
    with pytest.raises(UnknownProduct, match="'99'"):
        shop.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))


def test_misconfigured_passes_through_and_can_be_mended(shop: Shop) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    working, shop.labeler = (
        shop.labeler,
        FakeLabeler({}, misconfigured=Misconfigured("VISION_API_KEY", "refused")),
    )
    with pytest.raises(Misconfigured):
        shop.look_again(event)
    shop.labeler = working
    shop.look_again(event)
    assert shop.names_of("1") == ["Shoe"]


def test_a_record_gets_the_words_and_the_code_of_all_its_pictures(shop: Shop) -> None:
    shop.encoder = FakeEncoder({b"a": (0.8, 0.6), b"b": (0.6, -0.8)})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert shop.catalog.records["1"]["visualWords_x"] == ["a00"]
    shop.look_again(shop.upload("products/1/b.jpg", b"b", (BAG,)))
    record = shop.catalog.records["1"]
    assert record["labelNames"] == ["Shoe", "Bag"]
    assert record["visualCode_x"] == "f+4="
    assert [len(asked) for asked in shop.encoder.asked] == [1, 1]


def test_what_was_encoded_once_is_remembered(shop: Shop) -> None:
    shop.encoder = FakeEncoder({})
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    for _ in range(3):
        shop.look_again(event)
    assert len(shop.encoder.asked) == 1


def test_the_last_deletion_leaves_no_words_and_no_code(shop: Shop) -> None:
    shop.encoder = FakeEncoder({})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    later = shop.catalog.records["1"]["imageVersion"] + 1
    shop.look_again(shop.delete("products/1/a.jpg", later))
    assert (shop.catalog.records["1"]["visualWords_x"], shop.catalog.records["1"]["visualCode_x"]) == ([], "")


def test_a_picture_that_only_the_encoder_refuses_keeps_its_labels(shop: Shop) -> None:
    shop.encoder = FakeEncoder({b"a": Permanent("unsupported-format", "no"), b"b": (0.0, 1.0)})
    shop.upload("products/1/a.jpg", b"a", (SHOE,))
    event = shop.upload("products/1/b.jpg", b"b", (BAG,))
    for _ in range(2):
        shop.look_again(event)
    assert shop.names_of("1") == ["Shoe", "Bag"]
    assert shop.catalog.records["1"]["visualWords_x"] == ["a01"]
    assert shop.refused == [("products/1/a.jpg", "unsupported-format")]


def test_the_encoder_is_not_asked_about_what_the_recogniser_refused(shop: Shop) -> None:
    shop.encoder = FakeEncoder({})
    shop.look_again(shop.upload("products/1/a.jpg", b"a", Permanent("bad-picture", "no")))
    assert shop.encoder.asked == []
    assert len(shop.refused) == 1


def test_an_encoder_without_its_model_writes_nothing(shop: Shop) -> None:
    shop.encoder = FakeEncoder({}, misconfigured=Misconfigured("EMBEDDED_MODEL", "write one"))
    with pytest.raises(Misconfigured, match="EMBEDDED_MODEL"):
        shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert shop.catalog.records["1"] == {"name": "Shoe"}


THEIRS = {"labels": ["sale", "new"], "imageURL": "https://cdn.example/theirs.jpg", "visual": "hero"}


def test_what_the_shop_has_under_our_names_is_never_changed_and_nothing_is_paid_for(shop: Shop) -> None:
    shop.catalog.records["1"] |= THEIRS
    for event in (shop.upload("products/1/a.jpg", b"a", (SHOE,)), shop.delete("products/1/a.jpg", 2**52)):
        with pytest.raises(
            Permanent, match=r"has imageURL, labels, visual from somebody else; .*ATTRIBUTE_NAMES"
        ):
            shop.look_again(event)
    assert shop.catalog.records["1"] == {"name": "Shoe", **THEIRS}
    assert shop.labeler.asked == []


def test_with_other_names_all_the_shop_has_stays() -> None:
    shop = Shop(renamed(["imageURL=", "labels=l", "labelNames=n", "visual=v", "imageVersion=w"]))
    shop.catalog.records["1"] |= THEIRS
    shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    record = shop.catalog.records["1"]
    assert {name: record[name] for name in THEIRS} == THEIRS
    assert record["n"] == ["Shoe"]
    assert record.keys() == {"name", *THEIRS, "l", "n", "v", "w"}


def test_what_has_the_guides_shape_is_taken_over_where_that_is_allowed(shop: Shop) -> None:
    shop.catalog.records["1"] |= {"labels": [{"description": "Old", "score": 0.5}], "imageURL": "https://old"}
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    with pytest.raises(Permanent, match="imageURL, labels"):
        shop.look_again(event)
    shop.take_over = True
    shop.look_again(event)
    assert shop.names_of("1") == ["Shoe"]


def test_a_product_without_picture_and_record_needs_nothing(shop: Shop) -> None:
    assert shop.look_again(shop.event("products/99/a.jpg", 5)) is None


def test_a_missing_record_is_made_where_that_is_allowed(shop: Shop) -> None:
    shop.create_missing = True
    shop.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))
    assert shop.names_of("99") == ["Shoe"]


def test_nothing_is_paid_for_a_product_that_the_index_does_not_know(shop: Shop) -> None:
    with pytest.raises(UnknownProduct):
        shop.look_again(shop.upload("products/99/a.jpg", b"a", (SHOE,)))
    assert shop.labeler.asked == []


@pytest.mark.parametrize("record", ["caf\u00e9", "cafe\u0301"], ids=["composed", "decomposed"])
@pytest.mark.parametrize("first", [0, 1])
def test_however_a_product_is_spelt_its_pictures_come_together(shop: Shop, record: str, first: int) -> None:
    shop.catalog.records[record] = {}
    events = [
        shop.upload("products/caf\u00e9/a.jpg", b"a", (SHOE,)),
        shop.upload("products/cafe\u0301/b.jpg", b"b", (BAG,)),
    ]
    shop.look_again(events[first])
    assert shop.names_of(record) == ["Shoe", "Bag"]
    assert shop.catalog.records.keys() == {"1", "2", record}


def test_a_name_that_is_spelt_unusually_is_refused_with_its_reason(shop: Shop) -> None:
    event = shop.upload("products/cafe\u0301 \u00e9/a.jpg", b"a", (SHOE,))
    with pytest.raises(Permanent) as caught:
        shop.look_again(event)
    assert caught.value.reason == "unusual-spelling"


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize("hidden", [0, 1_500])
def test_a_record_that_is_short_of_room_gets_fewer_words(
    shop: Shop, too_big: Literal["at-once", "in-task"], hidden: int
) -> None:
    shop.encoder, shop.catalog.too_big = FakeEncoder({}, (0.8, 0.6)), too_big
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.catalog.records["1"] |= {"text": "x" * (8_000 - hidden), "secret": "y" * hidden}
    shop.catalog.hidden.add("secret")
    whole = shop.look_again(event)
    assert whole is not None
    shop.catalog.max_bytes = size_of({"objectID": "1", **shop.catalog.records["1"]}) - 1
    shop.max_bytes = shop.catalog.max_bytes
    shop.at += timedelta(seconds=1)
    done = shop.look_again(replace(event, requested=True, time_us=event.time_us + 1))
    assert done is not None
    assert (whole.left_out, done.left_out) == (0, 1)
    assert shop.catalog.records["1"]["visualWords_x"] == []
    assert shop.names_of("1") == ["Shoe"]


@pytest.mark.parametrize("too_big", ["at-once", "in-task"])
@pytest.mark.parametrize("hidden", [0, 1_900])
def test_a_record_without_room_is_refused_with_both_sizes_and_stays_as_it_was(
    shop: Shop, too_big: Literal["at-once", "in-task"], hidden: int
) -> None:
    shop.encoder, shop.catalog.too_big = FakeEncoder({}, (0.8, 0.6)), too_big
    shop.catalog.records["1"] |= {"text": "x" * (9_900 - hidden), "secret": "y" * hidden}
    shop.catalog.hidden.add("secret")
    before = dict(shop.catalog.records["1"])
    with pytest.raises(
        Permanent, match=r"has \d+ bytes or more, and MAX_RECORD_BYTES allows 10000"
    ) as caught:
        shop.look_again(shop.upload("products/1/a.jpg", b"a", (SHOE,)))
    assert caught.value.reason == "record-too-big"
    assert shop.catalog.records["1"] == before
    assert bool(shop.labeler.asked) == bool(hidden)


def test_one_event_of_another_century_locks_nothing(shop: Shop) -> None:
    shop.pictures.put("products/1/a.jpg", b"a")
    shop.answers[b"a"] = (SHOE,)
    shop.look_again(shop.event("products/1/a.jpg", 4 * 10**15))
    shop.at += timedelta(minutes=1)
    shop.pictures.delete("products/1/a.jpg")
    shop.look_again(shop.event("products/1/a.jpg", round(shop.at.timestamp() * 1e6)))
    assert shop.names_of("1") == []


@pytest.mark.parametrize("requested", [False, True])
def test_a_record_from_another_century_is_written_again(shop: Shop, *, requested: bool) -> None:
    event = shop.upload("products/1/a.jpg", b"a", (SHOE,))
    shop.look_again(event)
    shop.catalog.records["1"] |= {"imageVersion": 4 * 10**15, "labelNames": ["Old"]}
    shop.look_again(replace(event, requested=requested))
    assert shop.names_of("1") == ["Shoe"]
    assert shop.catalog.records["1"]["imageVersion"] == event.time_us
