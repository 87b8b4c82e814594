"""The sample catalog: 54 products with photographs from the npm package `@vendure/create`.

Unpacked on the user's machine at set-up and never redistributed: the package's code is GPL-3.0-or-later, and
its photographs carry their photographers' names in the file names.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PACKAGE = "@vendure/create@3.7.3"
SHA512 = "8gqMan5X8rBgwXBPd2kco7GDJ70iHmXIlhfDbeS05D7JgsaC7Sc+dsUptQnpg33aPocT92Ejq3ZD5TKGKdzGRw=="
_ASSETS = "package/assets/"


def unpack(out: Path) -> int:
    """Write `products.json` and `pictures/<objectID>.jpg` to `out`; returns the number of products.

    Raises `RuntimeError` when npm cannot fetch the package or hands over other bytes than the pinned ones.
    """
    members = dict(_members(_fetched()))
    rows = list(_rows(members["products.csv"].decode()))
    pictures = out / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    for row in rows:
        (pictures / f"{row['slug']}.jpg").write_bytes(members[f"images/{row['assets']}"])
    (out / "products.json").write_text(json.dumps([_product(row) for row in rows], indent=1))
    return len(rows)


def _fetched() -> bytes:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is missing: install Node.js 20.19 or later")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", PACKAGE, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 a fixed command
        if done.returncode:
            raise RuntimeError(f"npm could not fetch {PACKAGE}:\n{done.stderr}")
        [archive] = Path(folder).iterdir()
        content = archive.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        raise RuntimeError(f"{PACKAGE} is not the archive this project was tested with; nothing was unpacked")
    return content


def _members(archive: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file and member.name.startswith(_ASSETS):
                yield member.name.removeprefix(_ASSETS), file.read()


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The first row of each product; the rows of its further variants have no name."""
    for padded in csv.DictReader(io.StringIO(text), skipinitialspace=True):
        row = {key.strip(): (value or "").strip() for key, value in padded.items() if key}
        if row["name"]:
            yield row


def _product(row: dict[str, str]) -> dict[str, Any]:
    facets = [facet.partition(":")[::2] for facet in row["facets"].split("|") if facet]
    return {
        "objectID": row["slug"],
        "name": row["name"],
        "description": row["description"],
        "categories": [value for kind, value in facets if kind == "category"],
        "brand": next((value for kind, value in facets if kind == "brand"), None),
        "price": float(row["price"]),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m devstack.demo.sample", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to unpack")
    out = parser.parse_args(arguments).out
    print(f"{unpack(out)} products of {PACKAGE} in {out}")  # noqa: T201 a command line speaks
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
