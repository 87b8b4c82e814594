from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from shared.labeling.providers.embedded import LABELS
from tools.embedded_model.labels import LabeledClass, Nouns, labeled_classes, main

DATA_NOUN = """\
  1 This software and database is being provided to you, the LICENSEE, by
00000001 03 n 01 entity 0 002 ~ 00000002 n 0000 ~ 00000003 n 0000 | that which is perceived
00000002 06 n 02 clothing 0 article_of_clothing 0 002 @ 00000001 n 0000 ~ 00000004 n 0000 | a covering
00000003 06 n 01 toy 0 001 @ 00000001 n 0000 | something to play with
00000004 06 n 01 hat 0 002 @ 00000002 n 0000 + 00000009 v 0101 | headdress | with a bar
00000005 06 n 01 paper_hat 0 002 @ 00000004 n 0000 @i 00000003 n 0000 | both worn and played with
"""
CLASSES = [("00000004", "hat (for heads)"), ("00000005", "paper hat"), ("00000003", "toy / plaything")]
WORDNET = Path("/usr/share/wordnet/data.noun")

Labels = Mapping[str, list[str]]
Committed = list[tuple[str, list[str]]]


def labeled(labels: Labels, **names: str) -> list[LabeledClass]:
    return labeled_classes(CLASSES, Nouns(DATA_NOUN.splitlines()), {"names": names, "labels": labels})


@pytest.fixture(scope="module")
def committed() -> Committed:
    return [(name, broader) for name, broader in json.loads(LABELS.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("labels", "broader"),
    [
        ({"Clothing": ["article_of_clothing.00000002"]}, [("Clothing",), ("Clothing",), ()]),
        ({"Clothing": ["clothing.00000002", "!toy.00000003"]}, [("Clothing",), (), ()]),
        ({"Toy": ["toy.00000003"], "Hat": ["hat.00000004"]}, [("Hat",), ("Toy", "Hat"), ("Toy",)]),
        ({"Any": ["hat.00000004", "toy.00000003"]}, [("Any",), ("Any",), ("Any",)]),
    ],
    ids=["covered", "excepted", "two parents", "two senses"],
)
def test_a_class_gets_the_labels_over_its_lineage(labels: Labels, broader: list[tuple[str, ...]]) -> None:
    assert [each.broader for each in labeled(labels)] == broader


def test_a_curated_name_replaces_the_published_one() -> None:
    found = labeled({}, **{"paper_hat.00000005": "Party hat"})
    assert [each.name for each in found] == ["Hat", "Party hat", "Toy"]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({"Entity": ["clothing.00000002", "!clothing.00000002"]}, "too many broader labels"),
        ({f"Hat {n}": ["hat.00000004"] for n in range(4)}, "too many broader labels"),
        *(({"A": [key]}, "knows no sense") for key in ("shoe.00000002", "clothing.00000009", "clothing")),
    ],
)
def test_labels_that_help_nobody_and_unknown_senses_are_refused(labels: Labels, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        labeled(labels)


@pytest.mark.skipif(not WORDNET.exists(), reason="needs WordNet 3.0; on Debian: apt-get install wordnet-base")
def test_the_committed_vocabulary_is_what_the_tool_writes(tmp_path: Path) -> None:
    written = tmp_path / "labels.json"
    assert main(["--wordnet", str(WORDNET), "--out", str(written)]) == 0
    assert written.read_bytes() == LABELS.read_bytes()


def test_the_committed_names_differ_by_more_than_case(committed: Committed) -> None:
    names = {name for row, broader in committed for name in (row, *broader)}
    assert len({name.casefold() for name in names}) == len(names)


SOLD = {
    "Gown": {"Clothing", "Dress"},
    "T-shirt": {"Clothing", "Top"},
    "Jeans": {"Clothing", "Trousers"},
    "Sneaker": {"Footwear", "Shoe"},
    "Cowboy boot": {"Footwear", "Boot"},
    "Backpack": {"Bag"},
    "Rocking chair": {"Furniture", "Chair"},
    "Reflex camera": {"Electronics", "Camera", "Photographic equipment"},
    "Laptop computer": {"Electronics", "Computer", "Laptop"},
    "Flowerpot": {"Plant"},
    "Granny Smith apple": {"Food", "Fruit"},
    "Mountain bike": {"Vehicle", "Bicycle"},
    "Acoustic guitar": {"Musical instrument", "Guitar"},
    "Soccer ball": {"Sports equipment", "Ball"},
}


def test_what_shops_sell_has_a_shoppers_word(committed: Committed) -> None:
    assert {name: set(broader) for name, broader in committed if name in SOLD} == SOLD
