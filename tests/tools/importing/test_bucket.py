"""Pictures that are imported into the bucket are labeled like any others."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from tests.outside import Outside, eventually
from tests.pictures import jpeg
from tests.tools.conftest import Tools


def test_imported_pictures_enrich_their_records(tools: Tools, outside: Outside, tmp_path: Path) -> None:
    outside.seed([{"objectID": "imported 1"}, {"objectID": "imported 2"}])
    for name in ("imported 1/back.jpg", "imported 2.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(jpeg(len(name) + 700))
    report = json.loads(tools("pictures", "import", str(tmp_path), "--yes", "--json").stdout)
    assert (report["written"], report["place"]) == (2, f"gs://{tools.env['PICTURE_BUCKET']}")
    for product in ("imported 1", "imported 2"):
        assert eventually(partial(outside.labels, product), bool)
    again = tools.json("pictures", "import", str(tmp_path), "--yes")
    assert (again["written"], again["there"], again["calls"]) == (0, 2, 0)
