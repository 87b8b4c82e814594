from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.files import set_variable

NAME = "SIMILAR_CLOSENESS"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "SIMILAR_CLOSENESS=0.5\n"),
        ("A=1\n", "A=1\nSIMILAR_CLOSENESS=0.5\n"),
        ("A=1", "A=1\nSIMILAR_CLOSENESS=0.5\n"),
        ("A=1\nSIMILAR_CLOSENESS=0.2\nB=2\n", "A=1\nSIMILAR_CLOSENESS=0.5\nB=2\n"),
        ("SIMILAR_CLOSENESS=0.2", "SIMILAR_CLOSENESS=0.5"),
        ("export SIMILAR_CLOSENESS = 0.2\n", "export SIMILAR_CLOSENESS=0.5\n"),
        ("A=1\r\nSIMILAR_CLOSENESS=0.2\r\nB=2\r\n", "A=1\r\nSIMILAR_CLOSENESS=0.5\r\nB=2\r\n"),
        ("A=1\r\n", "A=1\r\nSIMILAR_CLOSENESS=0.5\r\n"),
        (
            "SIMILAR_CLOSENESS=0.2\nA=1\nSIMILAR_CLOSENESS=0.3\n",
            "SIMILAR_CLOSENESS=0.5\nA=1\n",
        ),
        (
            "#SIMILAR_CLOSENESS=0\nSIMILAR_CLOSENESS_2=1\nX_SIMILAR_CLOSENESS=1\n",
            "#SIMILAR_CLOSENESS=0\nSIMILAR_CLOSENESS_2=1\nX_SIMILAR_CLOSENESS=1\nSIMILAR_CLOSENESS=0.5\n",
        ),
    ],
)
def test_one_line_changes_and_everything_else_stays(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(before.encode())
    set_variable(file, NAME, "0.5")
    assert file.read_bytes() == after.encode()
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


OTHER = st.binary(max_size=20).filter(lambda line: b"\n" not in line and NAME.encode() not in line)


@given(
    before=st.lists(OTHER, max_size=6), after=st.lists(OTHER, max_size=6), older=st.sampled_from(["0.1", ""])
)
def test_whatever_else_is_in_the_file_stays_to_the_byte(
    before: list[bytes], after: list[bytes], older: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("env") / "settings"
    file.write_bytes(b"\n".join([*before, f"{NAME}={older}".encode(), *after]))
    set_variable(file, NAME, "0.25")
    assert file.read_bytes() == b"\n".join([*before, f"{NAME}=0.25".encode(), *after])


def test_a_new_file_is_its_owners_and_an_older_one_keeps_its_rights(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.write_text("A=1\n")
    old.chmod(0o640)
    for file in (new, old):
        set_variable(file, NAME, "0.5")
    assert [stat.S_IMODE(file.stat().st_mode) for file in (new, old)] == [0o600, 0o640]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("A=1\n")
    link.symlink_to(target)
    set_variable(link, NAME, "0.5")
    assert link.is_symlink()
    assert target.read_text() == f"A=1\n{NAME}=0.5\n"


def test_what_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="folder"):
        set_variable(folder, NAME, "0.5")
    assert [*tmp_path.iterdir()] == [folder]
