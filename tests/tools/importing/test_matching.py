"""The field of ids is asked for, checked against the index, and found, before anything is fetched."""

from __future__ import annotations

import os
import pty
from contextlib import suppress

import pytest

from tests.algolia import INDEX
from tests.tools.importing.conftest import HOST, Shop
from tools.importing.matching import SAMPLED, FieldMatch, chosen


def table(shop: Shop, *rows: str, header: str = "handle,sku,image") -> str:
    return str(shop.file("t.csv", "\n".join([header, *rows])))


def row(handle: object, sku: object) -> str:
    return f"{handle},{sku},https://{HOST}/a"


@pytest.fixture(autouse=True)
def picture(shop: Shop) -> None:
    shop.serve("a")


def test_without_a_field_it_is_said_how_many_of_each_the_index_has(shop: Shop) -> None:
    result = shop.run(table(shop, row("1", "A-1"), row("2", "3"), row("shoe", "A-2")), "--to", shop.out)
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "handle 2 of 3 1, 2, shoe" in lines
    assert "sku 1 of 3 A-1, 3, A-2" in lines
    assert result.exit_code == 2
    told = "--id: say which field holds the objectIDs; write one of: handle, sku"
    assert result.stderr.strip().endswith(told)
    assert shop.server.heads == []


def test_with_yes_a_field_is_taken_that_is_clear(shop: Shop) -> None:
    report = shop.imported(table(shop, row("1", "A-1"), row("2", "A-2")))
    assert report["id"] == "handle"
    assert list(shop.pictures()) == ["1", "2"]


@pytest.mark.parametrize(
    "rows", [[row("1", "2"), row("2", "1")], [row("1", "A"), row("x", "B")]], ids=["two are", "none is"]
)
def test_with_yes_nothing_is_taken_that_is_not_clear(shop: Shop, rows: list[str]) -> None:
    result = shop.run(table(shop, *rows), "--to", shop.out, "--yes")
    assert result.exit_code == 2
    assert "--id: no field is clear" in result.stderr
    assert shop.server.heads == []


@pytest.mark.parametrize("named", [[], ["--id", "sku"]])
def test_few_ids_in_the_index_stop_it_with_three_of_both_sides(shop: Shop, named: list[str]) -> None:
    rows = [row(f"shoe-{number}", f"S{number}") for number in range(9)]
    result = shop.run(table(shop, *rows), *named, "--to", shop.out, "--yes")
    assert result.exit_code == 1
    ids = "S0, S1, S2" if named else "shoe-0, shoe-1, shoe-2"
    assert ids in result.stderr
    assert "objectIDs are such as 0, 1, 2" in result.stderr
    assert "with --id, or correct ALGOLIA_INDEX" in result.stderr
    assert shop.server.heads == []


def test_what_has_no_record_is_left_out_by_force_and_imported_where_records_are_made(shop: Shop) -> None:
    words = (table(shop, row("1", "-"), row("x", "-"), row("y", "-")), "--id", "handle", "--force")
    assert shop.imported(*words)["wrong"] == {"not-in-index": 2}
    assert list(shop.pictures()) == ["1"]
    assert shop.imported(*words, CREATE_MISSING_RECORDS="true")["wrong"] == {}
    assert list(shop.pictures()) == ["1", "x", "y"]


def test_a_field_that_is_not_there_is_answered_with_those_that_are(shop: Shop) -> None:
    result = shop.run(table(shop, row("1", "A")), "--id", "objectID", "--to", shop.out, "--yes")
    assert result.exit_code == 2
    assert result.stderr.strip().endswith("write one of: handle, sku")


def test_the_sample_is_of_the_whole_catalog(shop: Shop) -> None:
    rows = [row(number, "-") for number in range(20 * SAMPLED)]
    result = shop.run(table(shop, *rows), "--to", shop.out)
    [line] = [line.split() for line in result.stderr.splitlines() if "ids in the field handle" in line]
    assert line[:6] == ["The", "index", "has", "1", "of", str(SAMPLED)]


def test_a_person_is_asked_who_may_take_any_field_that_is_in_the_index() -> None:
    found = [FieldMatch("handle", ["1", "2"], 1), FieldMatch("sku", ["1", "3"], 1), FieldMatch("x", ["9"], 0)]
    assert chosen(found, yes=False, ask=lambda names: names[-1]) == "sku"


@pytest.mark.parametrize(("words", "code"), [([], 2), (["--yes"], 2), (["--id", "sku", "--yes"], 0)])
def test_forced_into_an_index_without_the_ids_every_field_may_be_named(
    shop: Shop, words: list[str], code: int
) -> None:
    shop.algolia.send("POST", f"/1/indexes/{INDEX}/clear")
    source = table(shop, row("shoe", "S1"), row("bag", "S2"))
    result = shop.run(source, "--to", shop.out, "--force", *words, CREATE_MISSING_RECORDS="true")
    assert result.exit_code == code, result.stderr
    assert result.stderr.strip().endswith("write one of: handle, sku") is (code == 2)
    assert list(shop.pictures()) == ([] if code else ["S1", "S2"])


@pytest.mark.parametrize("named", ["imgae", "images.url"])
def test_a_field_of_pictures_that_is_in_no_record_is_answered_with_those_that_are(
    shop: Shop, named: str
) -> None:
    words = ("--pictures", "image", "--pictures", named, "--id", "handle", "--to", shop.out, "--yes")
    result = shop.run(table(shop, row("1", "A")), *words)
    assert result.exit_code == 1
    assert f"[{named} is in no record; there are handle, sku, image]: it is not known" in result.stderr


def test_on_a_terminal_the_question_is_asked(shop: Shop) -> None:
    source, (leader, follower) = table(shop, row("1", "2"), row("2", "1")), pty.openpty()
    with shop.process(source, "--to", shop.out, "--dry-run", stdin=follower) as process:
        os.write(leader, b"sku\n")
        out, err = process.communicate(timeout=30)
    for end in (leader, follower):
        with suppress(OSError):
            os.close(end)
    assert "Which field holds the objectIDs? (handle, sku)" in err
    assert "objectID in sku" in " ".join(out.split())
