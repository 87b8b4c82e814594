"""Everything that can be wrong is named with what to do, and the rest of the catalog is imported."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PIL import Image

from devstack.catalogs import MAX_PRODUCTS
from devstack.catalogs.opening import MAX_RECORD
from devstack.catalogs.wrong import Wrong
from shared.imaging import LIMITS
from shared.pictures import MAX_PICTURES
from tests.pictures import encoded, huge_png, jpeg
from tests.tools.importing.conftest import HOST, Shop
from tests.unit.pictures.tls import answer

LINK = f"https://{HOST}/good"
GOOD = f"1,{LINK}\n"
HEAD = "objectID,image\n"
ANY_ID = {"CREATE_MISSING_RECORDS": "true"}
ONE_OF_EACH = {"OBJECT_PATTERN": "products/<objectID>.<ext>"}
ONE_NAME = {"OBJECT_PATTERN": "products/<objectID>/main.<ext>"}


@dataclass(frozen=True)
class Case:
    """A catalog with one thing wrong: what is in its file or folder, and what the host has.

    Where something can be `rescued`, product 1 is imported all the same; `besides` is wrong as well.
    """

    content: str | bytes | dict[str, bytes] = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    changes: dict[str, str] = field(default_factory=dict)
    rescued: bool = True
    name: str = "catalog"
    besides: frozenset[str] = frozenset()


def linked(link: str, **answers: bytes) -> Case:
    return Case(f"{HEAD}{GOOD}2,{link}\n", {f"/{name}": each for name, each in answers.items()})


def shown(content: bytes) -> Case:
    return linked(f"https://{HOST}/bad", bad=answer(content))


def files(*names: str) -> Case:
    return Case({"1.jpg": jpeg(), **dict.fromkeys(names, jpeg(1))})


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("xl/workbook.xml", "<x/>")
    return buffer.getvalue()


def animation() -> bytes:
    frames = [Image.new("L", (8, 8), 255 * (number % 2)) for number in range(LIMITS.max_frames + 1)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], method=0)


def xml(content: str) -> str:
    item = f"<item><id>1</id><image_link>https://{HOST}/good</image_link></item>"
    return f"<rss>{item}{content}"


CASES: dict[Wrong, Case | Callable[[], Case]] = {
    Wrong.NO_FILE: Case(rescued=False, name="nowhere.csv"),
    Wrong.EMPTY_FILE: Case("\ufeff \n", rescued=False),
    Wrong.UNKNOWN_KIND: Case(archive(), rescued=False),
    Wrong.BROKEN_GZIP: Case(gzip.compress(HEAD.encode() + GOOD.encode() * 9)[:-9], rescued=False),
    Wrong.WRONG_ENCODING: Case(f"{HEAD}{GOOD}".encode() + b"2,caf\xe9" + b"\n" * 99_999, rescued=False),
    Wrong.TOO_LONG: Case(HEAD + GOOD + "2," + "x" * MAX_RECORD),
    Wrong.TOO_MANY_PRODUCTS: lambda: Case(
        HEAD + GOOD + "".join(f"x{number},\n" for number in range(MAX_PRODUCTS)),
        besides=frozenset({Wrong.NO_PICTURES.value}),
    ),
    Wrong.ONE_COLUMN: Case("objectID\n1\n", rescued=False),
    Wrong.BAD_HEADER: Case(f'objectID,"image\n{GOOD}', rescued=False),
    Wrong.BAD_ROW: Case(f'{HEAD}{GOOD}2,"a"b\n'),
    Wrong.BROKEN_XML: Case(xml("<item>")),
    Wrong.XML_DOCTYPE: Case('<!DOCTYPE rss [<!ENTITY a "b">]>' + xml("</rss>"), rescued=False),
    Wrong.NO_ITEMS: Case("<html><body/></html>", rescued=False),
    Wrong.BROKEN_JSON: Case(f'[{{"objectID": "1", "image": "https://{HOST}/good"}}, {{"objectID":'),
    Wrong.BROKEN_ID: files("caf\udce9.jpg", "0/caf\udce9.jpg"),
    Wrong.NO_RECORD: Case(f'{{"objectID": "1", "image": "https://{HOST}/good"}}\n7\n'),
    Wrong.NO_PICTURE_FIELD: Case("objectID,name\n1,Shoe\n", rescued=False),
    Wrong.SEVERAL_PICTURE_FIELDS: Case(f"objectID,image,photo\n1{GOOD[1:-1]}{GOOD[1:]}", rescued=False),
    Wrong.NO_ID: Case(f"{HEAD}{GOOD},https://{HOST}/good\n"),
    Wrong.DUPLICATE_ID: Case(f"{HEAD}{GOOD}{GOOD}"),
    Wrong.UNNAMEABLE_ID: Case(f"{HEAD}{GOOD}a/b,https://{HOST}/good\n"),
    Wrong.NOT_IN_INDEX: Case(f"{HEAD}{GOOD}x,https://{HOST}/good\n"),
    Wrong.NO_PICTURES: Case(f"{HEAD}{GOOD}2,\n"),
    Wrong.TOO_MANY_PICTURES: Case(
        json.dumps({"objectID": "1", "image": [f"https://{HOST}/{n}" for n in range(MAX_PICTURES + 1)]}),
        {f"/{number}": answer(jpeg(number, (8, 8))) for number in range(MAX_PICTURES)},
    ),
    Wrong.NO_ROOM: Case(f"{HEAD}1,https://{HOST}/good;https://{HOST}/other\n", changes=ONE_NAME),
    Wrong.SEVERAL_SINGLES: files("0.jpg", "0.JPG"),
    Wrong.NOT_A_PICTURE_FILE: files("notes.txt"),
    Wrong.TOO_DEEP: files("2/side/a.jpg"),
    Wrong.NO_PRODUCT: Case(
        {"products.json": b'[{"objectID": 1}]', "pictures/1.jpg": jpeg(), "pictures/2.jpg": jpeg(1)}
    ),
    Wrong.BAD_LINK: linked("images/2.jpg"),
    Wrong.LINK_REFUSED: linked("https://inside.example/2.jpg"),
    Wrong.LINK_MISSING: linked(f"https://{HOST}/gone", gone=answer(b"", "404 Not Found")),
    Wrong.LINK_CLOSED: linked(f"https://{HOST}/closed", closed=answer(b"", "403 Forbidden")),
    Wrong.WEB_PAGE: linked(f"https://{HOST}/page", page=answer(b"<html>", Content_Type="text/html")),
    Wrong.LINK_USELESS: linked(f"https://{HOST}/part", part=answer(jpeg(), "206 Partial Content")),
    Wrong.TOO_LARGE: lambda: shown(b"\xff\xd8\xff" + bytes(LIMITS.max_bytes)),
    Wrong.TOO_MANY_PIXELS: shown(huge_png()),
    Wrong.TOO_MANY_FRAMES: lambda: shown(animation()),
    Wrong.UNSUPPORTED_FORMAT: shown(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    Wrong.BAD_PICTURE: shown(jpeg()[:300]),
}
HALF = "\\ud83d"
RECORD = f'{{"objectID": "1", "image": "https://{HOST}/good", "{HALF}": "{HALF}"}}\n'
MORE = [
    (Wrong.BROKEN_ID, Case(RECORD + RECORD.replace('"1"', f'"{HALF}"'))),
    (Wrong.BAD_LINK, Case(RECORD.replace('"1"', '"2"').replace("good", HALF) + RECORD)),
    (Wrong.BAD_LINK, linked(f"https://{HOST}/a b.jpg")),
    (Wrong.NO_PICTURES, Case({".hidden": b""}, rescued=False)),
    (Wrong.NO_PICTURES, Case({"products.json": b"[]", "pictures/.hidden": b""}, rescued=False)),
    (Wrong.BAD_ROW, Case(f"{HEAD}{GOOD[:-1]},x\n", rescued=False)),
    (Wrong.BAD_ROW, Case(f'{HEAD}1,"12 pan\n{GOOD}', rescued=False)),
    (Wrong.BAD_HEADER, Case(f'objectID,"ima"ge\n{GOOD}', rescued=False)),
    (Wrong.DUPLICATE_ID, Case(f"{HEAD}{GOOD}caf\u00e9,{LINK}\ncafe\u0301,{LINK}\n", changes=ANY_ID)),
    (Wrong.UNNAMEABLE_ID, Case(f"{HEAD}{GOOD}.x,{LINK}\n", changes=ANY_ID | ONE_OF_EACH)),
    (Wrong.NO_RECORD, Case("[1, 2, 3]", rescued=False)),
    (Wrong.BROKEN_JSON, Case(f'[{{"objectID": "1", "image": "https://{HOST}/good"}}]\n' * 2)),
]
ELSEWHERE = {Wrong.HOST_DOWN, Wrong.PICTURE_SLOW, Wrong.TOO_COSTLY, Wrong.NOT_NOW}
"""They depend on time and memory: the tests of hosts, and the contract of the opener, have them."""


def told(shop: Shop, case: Case) -> tuple[str, dict[str, int]]:
    """All that was said, and the number of findings by kind."""
    shop.server.answers |= {"/good": answer(jpeg(99)), **case.answers}
    if isinstance(case.content, dict):
        for name, content in case.content.items():
            shop.file(f"catalog/{name}", content)
    else:
        shop.file("catalog", case.content)
    id_field = "id" if xml("") in str(case.content) else "objectID"
    options = ("--id", id_field, "--to", shop.out, "--yes", "--json", "--force")
    result = shop.run(shop.folder / case.name, *options, **case.changes)
    assert result.exit_code == 1, result.stderr
    if not result.stdout:
        return result.stderr, {}
    report = json.loads(result.stdout)
    return result.stderr + "".join(each["advice"] for each in report["findings"]), report["wrong"]


@pytest.mark.parametrize(("wrong", "found"), [*CASES.items(), *MORE])
def test_what_is_wrong_is_named_with_what_to_do_and_the_rest_is_imported(
    shop: Shop, wrong: Wrong, found: Case | Callable[[], Case]
) -> None:
    case = found if isinstance(found, Case) else found()
    words, counts = told(shop, case)
    assert wrong.advice in words
    assert set(counts) - case.besides == ({wrong.value} if counts else set())
    assert bool(counts) or not case.rescued
    assert bool(shop.pictures().get("1") or list(shop.out.rglob("[m1]*.jpg"))) is case.rescued


def test_every_kind_of_wrong_is_tried() -> None:
    assert set(CASES) | ELSEWHERE == set(Wrong)
    assert not ELSEWHERE & set(CASES)


def test_a_catalog_that_is_not_read_to_its_end_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devstack.catalogs.products.MAX_ENTRIES", 1)
    monkeypatch.setattr("devstack.catalogs.folders.MAX_ENTRIES", 1)
    _, counts = told(shop, Case(f"{HEAD}{GOOD}2,{LINK}\n"))
    assert counts == {"too-long": 1}
    shop.file("folder/1.jpg", jpeg())
    shop.file("folder/2.jpg", jpeg())
    assert shop.imported(shop.folder / "folder", "--force")["wrong"] == {"too-long": 1}


def test_a_pipe_is_refused_for_it_cannot_be_read_twice(shop: Shop) -> None:
    os.mkfifo(shop.folder / "pipe")
    result = shop.run(shop.folder / "pipe", "--yes")
    assert (result.exit_code, "a pipe" in result.stderr) == (1, True)


def test_what_is_no_picture_is_described(shop: Shop) -> None:
    shop.file("mine/1.jpg", jpeg())
    (shop.folder / "mine" / "2.jpg").symlink_to("nowhere.jpg")
    report = shop.imported(shop.folder / "mine")
    assert [each["detail"] for each in report["findings"]] == ["a link to nothing"]
    records = json.dumps([{"objectID": "1", "image": LINK}, {"objectID": 2.5, "image": LINK}])
    report = shop.imported(shop.file("x.json", records), "--dry-run")
    assert [each["detail"] for each in report["findings"]] == ["field objectID: 2.5"]
