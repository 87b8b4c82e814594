"""Write the schemas that the stand-in providers serve, such as `google.json`, from `cdktn-provider-...`.

    uv run --no-sync --with pip python -m tests.terraform.regenerate

pip downloads the pinned wheels. A new version of a provider means: raise what `PROVIDERS` pins, run, and
read the difference.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.terraform.google_schema import Source
from tests.terraform.harness import MODULE

_LINE = 116


@dataclass(frozen=True)
class Wanted:
    """The wheel that a provider's schema is read from."""

    pinned: str
    beside: str = ""
    """The file of another version: only what differs from it is kept."""


PROVIDERS: Mapping[str, Wanted] = {
    "google": Wanted("cdktn-provider-google==21.1.0"),
    "google-oldest": Wanted("cdktn-provider-google==20.0.0", beside="google"),
    "time": Wanted("cdktn-provider-time==14.0.2"),
}
"""By file: the newest of each, and the oldest of Google's that the module allows."""


def named(keyword: str, provider: str) -> set[str]:
    """The types of `resource` or `data` of a provider that the module names."""
    module = "".join(file.read_text("utf-8") for file in sorted(MODULE.rglob("*.tf")))
    return set(re.findall(rf'^{keyword} "({provider}_\w+)"', module, re.MULTILINE))


def main() -> None:
    """Read the wheels, write the schemas."""
    for name, wanted in PROVIDERS.items():
        with tempfile.TemporaryDirectory() as folder:
            schema = extracted(_downloaded(wanted.pinned, Path(folder)), wanted.beside or name)
        if wanted.beside:
            schema = _differing(schema, json.loads(_file(wanted.beside).read_text("utf-8")))
        _file(name).write_text(_dumped(schema) + "\n", encoding="utf-8")


def _file(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.json")


def _differing(schema: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """The version, and whatever the other schema has otherwise or not at all."""
    kept = {
        part: {name: block for name, block in schema[part].items() if block != other[part].get(name)}
        for part in ("resources", "data_sources")
    }
    return {**schema, **kept}


def extracted(wheel: Path, name: str) -> dict[str, Any]:
    """The schema of what the module names of a provider."""
    with zipfile.ZipFile(wheel) as outer:
        inner = next(entry for entry in outer.namelist() if entry.endswith(".jsii.tgz"))
        packed = io.BytesIO(outer.read(inner))
    made = {each: _folder(each) for each in named("resource", name)}
    read = {each: f"data-{name}-{_folder(each)}" for each in named("data", name)}
    sources = _sources(packed, {"provider", *made.values(), *read.values()})
    return {
        "version": sources["provider"].version,
        "provider": sources["provider"].provider(),
        "resources": {each: sources[folder].block() for each, folder in made.items()},
        "data_sources": {each: sources[folder].block() for each, folder in read.items()},
    }


def _folder(name: str) -> str:
    return name.partition("_")[2].replace("_", "-")


def _sources(packed: io.BytesIO, wanted: set[str]) -> dict[str, Source]:
    texts: dict[tuple[str, str], str] = {}
    with tarfile.open(fileobj=packed, mode="r:gz") as archive:
        for member in archive:
            folder, _, name = member.name.removeprefix("package/lib/").partition("/")
            content = archive.extractfile(member) if folder in wanted and name.startswith("index.") else None
            if content:
                texts[folder, name] = content.read().decode()
    return {folder: Source(texts[folder, "index.js"], texts[folder, "index.d.ts"]) for folder in wanted}


def _downloaded(pinned: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), pinned]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def _dumped(value: Any, indent: int = 0) -> str:  # noqa: ANN401 any JSON
    """Sorted JSON in which what fits on a line stays on it, so that a difference reads well."""
    flat = json.dumps(value, sort_keys=True)
    if not isinstance(value, dict) or (len(flat) + indent < _LINE and "attributes" not in value):
        return flat
    pad = " " * (indent + 1)
    lines = (f"{pad}{json.dumps(key)}: {_dumped(value[key], indent + 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(lines) + "\n" + " " * indent + "}"


if __name__ == "__main__":
    main()
