from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.labeling.providers.embedded import LABELS
from tools.embedded_model.labels import (
    CURATION,
    MAX_BROADER_LABELS,
    LabeledClass,
    Nouns,
    clean_name,
    labeled_classes,
    main,
    published_classes,
    to_json,
)

DATA_NOUN = """\
  1 This software and database is being provided to you, the LICENSEE, by
00000001 03 n 01 entity 0 002 ~ 00000002 n 0000 ~ 00000003 n 0000 | that which is perceived
00000002 06 n 02 clothing 0 article_of_clothing 0 002 @ 00000001 n 0000 ~ 00000004 n 0000 | a covering
00000003 06 n 01 toy 0 001 @ 00000001 n 0000 | something to play with
00000004 06 n 01 hat 0 002 @ 00000002 n 0000 + 00000009 v 0101 | headdress | with a bar
00000005 06 n 01 paper_hat 0 002 @ 00000004 n 0000 @i 00000003 n 0000 | both worn and played with
"""

WORDNET = Path("/usr/share/wordnet/data.noun")

Curation = Mapping[str, Mapping[str, Any]]


@pytest.fixture
def nouns() -> Nouns:
    return Nouns(DATA_NOUN.splitlines())


@pytest.fixture(scope="module")
def committed() -> list[tuple[str, list[str]]]:
    return [(name, broader) for name, broader in json.loads(LABELS.read_text(encoding="utf-8"))]


def test_a_lineage_holds_every_broader_sense(nouns: Nouns) -> None:
    assert nouns.lineage("00000005") == {f"0000000{number}" for number in (1, 2, 3, 4, 5)}
    assert nouns.lineage("00000003") == {"00000003", "00000001"}


@pytest.mark.parametrize("key", ["article_of_clothing.00000002", "clothing.00000002"])
def test_a_sense_is_known_by_each_of_its_words(nouns: Nouns, key: str) -> None:
    assert nouns.offset(key) == "00000002"


@pytest.mark.parametrize("key", ["shoe.00000002", "clothing.00000009", "clothing"])
def test_a_sense_without_the_word_is_refused(nouns: Nouns, key: str) -> None:
    with pytest.raises(ValueError, match="knows no sense"):
        nouns.offset(key)


CLASSES = [("00000004", "hat (for heads)"), ("00000005", "paper hat"), ("00000003", "toy / plaything")]


@pytest.mark.parametrize(
    ("labels", "broader"),
    [
        ({"Clothing": ["clothing.00000002"]}, [("Clothing",), ("Clothing",), ()]),
        ({"Clothing": ["clothing.00000002", "!toy.00000003"]}, [("Clothing",), (), ()]),
        ({"Toy": ["toy.00000003"], "Hat": ["hat.00000004"]}, [("Hat",), ("Toy", "Hat"), ("Toy",)]),
        ({"Any": ["hat.00000004", "toy.00000003"]}, [("Any",), ("Any",), ("Any",)]),
    ],
    ids=["covered", "excepted", "two parents", "two senses"],
)
def test_a_class_gets_the_labels_over_its_lineage(
    nouns: Nouns, labels: Mapping[str, list[str]], broader: list[tuple[str, ...]]
) -> None:
    classes = labeled_classes(CLASSES, nouns, {"names": {}, "labels": labels})
    assert [each.broader for each in classes] == broader


def test_a_curated_name_replaces_the_published_one(nouns: Nouns) -> None:
    curation: Curation = {"names": {"paper_hat.00000005": "Party hat"}, "labels": {}}
    assert [each.name for each in labeled_classes(CLASSES, nouns, curation)] == ["Hat", "Party hat", "Toy"]


@pytest.mark.parametrize(
    "labels",
    [
        {"Entity": ["clothing.00000002", "!clothing.00000002"]},
        {f"Hat {n}": ["hat.00000004"] for n in range(4)},
    ],
    ids=["covers nothing", "four over one class"],
)
def test_labels_that_help_nobody_are_refused(nouns: Nouns, labels: Mapping[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="too many broader labels"):
        labeled_classes(CLASSES, nouns, {"names": {}, "labels": labels})


@pytest.mark.parametrize(
    ("published", "name"),
    [
        ("running shoe", "Running shoe"),
        ("swim trunks / shorts", "Swim trunks"),
        ("kite (bird of prey)", "Kite"),
        ("T-shirt", "T-shirt"),
    ],
)
def test_a_clean_name_is_short_and_begins_with_a_capital(published: str, name: str) -> None:
    assert clean_name(published) == name


def test_the_json_holds_one_class_a_line() -> None:
    lines = to_json([LabeledClass("1", "Hat", ("Clothing",)), LabeledClass("2", "Café", ())]).splitlines()
    assert lines == ["[", '["Hat", ["Clothing"]],', '["Café", []]', "]"]


def test_the_committed_vocabulary_names_the_published_classes(committed: list[tuple[str, list[str]]]) -> None:
    curated = set(tomllib.loads(CURATION.read_text(encoding="utf-8"))["names"].values())
    published = [clean_name(name) for _, name in published_classes()]
    assert len(committed) == len(published) == 1000
    assert {ours for (ours, _), theirs in zip(committed, published, strict=True) if ours != theirs} <= curated


def test_the_committed_vocabulary_has_the_curated_broader_labels(
    committed: list[tuple[str, list[str]]],
) -> None:
    curated = tomllib.loads(CURATION.read_text(encoding="utf-8"))["labels"]
    assert {label for _, broader in committed for label in broader} == curated.keys()
    assert all(len(broader) <= MAX_BROADER_LABELS for _, broader in committed)


@pytest.mark.skipif(not WORDNET.exists(), reason="needs WordNet 3.0; on Debian: apt-get install wordnet-base")
def test_the_committed_vocabulary_is_what_the_tool_writes(tmp_path: Path) -> None:
    written = tmp_path / "labels.json"
    assert main(["--wordnet", str(WORDNET), "--out", str(written)]) == 0
    assert written.read_bytes() == LABELS.read_bytes()


def test_the_committed_names_differ_by_more_than_case(committed: list[tuple[str, list[str]]]) -> None:
    names = {name for row, broader in committed for name in (row, *broader)}
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("name", "broader"),
    [
        ("Gown", {"Clothing", "Dress"}),
        ("T-shirt", {"Clothing", "Top"}),
        ("Jeans", {"Clothing", "Trousers"}),
        ("Sneaker", {"Footwear", "Shoe"}),
        ("Cowboy boot", {"Footwear", "Boot"}),
        ("Backpack", {"Bag"}),
        ("Rocking chair", {"Furniture", "Chair"}),
        ("Reflex camera", {"Electronics", "Camera", "Photographic equipment"}),
        ("Laptop computer", {"Electronics", "Computer", "Laptop"}),
        ("Flowerpot", {"Plant"}),
        ("Granny Smith apple", {"Food", "Fruit"}),
        ("Mountain bike", {"Vehicle", "Bicycle"}),
        ("Acoustic guitar", {"Musical instrument", "Guitar"}),
        ("Soccer ball", {"Sports equipment", "Ball"}),
    ],
)
def test_what_shops_sell_has_a_shoppers_word(
    committed: list[tuple[str, list[str]]], name: str, broader: set[str]
) -> None:
    assert set(dict(committed)[name]) == broader
