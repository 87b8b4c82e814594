from __future__ import annotations

from pathlib import Path

from devstack import runs
from tools.profile.file import read


def test_only_the_last_few_runs_are_kept(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"2026-01-0{number}").mkdir()
    new = runs.new_folder(tmp_path)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        *(f"2026-01-0{number}" for number in range(4, 8)),
        new.name,
    ]


def test_a_profile_is_one_that_commands_read(tmp_path: Path) -> None:
    told = {"ALGOLIA_API_KEY": "local", "OBJECT_PATTERN": 'a "b" \\ <objectID>/é', "ATTRIBUTE_NAMES": ""}
    path = runs.write_profile(tmp_path, told)
    assert read(path) == {name: value for name, value in told.items() if value}
