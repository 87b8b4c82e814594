"""The profile's file: one line a variable, and nothing that is not one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.environment import known
from shared.errors import Misconfigured
from tools.files import replace_text
from tools.profile.file import find, in_force, is_secret, read, write

NAME = "SIMILAR_CLOSENESS"
LINE = f'{NAME} = "0.5"'
OTHERS = f"#{NAME}=0\nVERY_{NAME}=1\n"


def file(folder: Path, text: str) -> Path:
    path = folder / "visual-search.toml"
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"{LINE}\n"),
        ('COLORS = "true"\n', f'COLORS = "true"\n{LINE}\n'),
        ("COLORS = true", f"COLORS = true\n{LINE}\n"),
        (f"COLORS = true\n{NAME} = 0.2 # old\nMAX_LABELS = 2\n", f"COLORS = true\n{LINE}\nMAX_LABELS = 2\n"),
        (f"{NAME}=0.2", LINE),
        (f"COLORS = true\r\n{NAME} = 0.2\r\n", f"COLORS = true\r\n{LINE}\r\n"),
        (OTHERS, f"{OTHERS}{LINE}\n"),
        (f"\N{BYTE ORDER MARK}{NAME} = 0.2\n", f"{LINE}\n"),
    ],
)
def test_one_line_changes_and_everything_else_stays(before: str, after: str, tmp_path: Path) -> None:
    path = file(tmp_path, before)
    write(path, {NAME: "0.5"})
    assert path.read_bytes() == after.encode()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


FILES = {name for name, field in known().items() if (field.description or "").startswith("the path of")}
TEXTS = st.sampled_from(sorted(known().keys() - FILES))
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))


@settings(max_examples=40)
@given(values=st.dictionaries(TEXTS, VALUES, max_size=5))
def test_what_is_written_is_read(values: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("profile") / "new.toml"
    write(path, values)
    assert read(path) == values


def test_a_new_file_is_its_owners_an_older_one_keeps_its_rights_and_a_link_stays_one(tmp_path: Path) -> None:
    new, old, link = tmp_path / "new", file(tmp_path, ""), tmp_path / "link"
    old.chmod(0o640)
    link.symlink_to(old)
    write(new, {NAME: "0.5"})
    write(link, {NAME: "0.5"})
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o600, 0o640]
    assert link.is_symlink()


@pytest.mark.parametrize("name", [*sorted(FILES), "GOOGLE_APPLICATION_CREDENTIALS"])
def test_a_file_is_where_the_profile_says_from_its_own_folder(name: str, tmp_path: Path) -> None:
    path = tmp_path / "visual-search.toml"
    written = ((" own/m.onnx", str(tmp_path / "own/m.onnx")), ("/m.onnx", "/m.onnx"), ("", ""), (" ", " "))
    for value, meant in written:
        write(path, {name: value})
        assert read(path) == {name: meant}
    path.write_text(f'{name} = {{ environment = "MINE" }}\n')
    assert read(path, {"MINE": "m.onnx"}) == {name: "m.onnx"}


@pytest.mark.parametrize(
    "text",
    [
        'A = """\nSIMILAR_CLOSENESS = 1\n"""\n',
        "[table]\nCOLORS = true\n",
        '"SIMILAR_CLOSENESS" = 1\n',
        'SIMILAR_CLOSENESS = """\n1"""\n',
    ],
)
def test_a_file_in_which_a_line_would_mean_something_else_is_left_alone(text: str, tmp_path: Path) -> None:
    path = file(tmp_path, text)
    with pytest.raises(Misconfigured, match="on one line of its own"):
        write(path, {NAME: "0.5"})
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('ALGOLIA_INDX = "a"', "ALGOLIA_INDX: is no variable; did you mean ALGOLIA_INDEX?"),
        ('algolia_index = "a"', "algolia_index: is no variable; did you mean ALGOLIA_INDEX?"),
        ('WEATHER = "fine"', "WEATHER: is no variable; docs/settings.md has all of them"),
        ("ALGOLIA_INDEX = products", "write lines such as"),
        ("ALGOLIA_INDEX = 1\nALGOLIA_INDEX = 2", "write lines such as"),
        ("ALGOLIA_INDEX = ['a']", "ALGOLIA_INDEX: write a text in quotes"),
        ("ALGOLIA_INDEX = { env = 'A' }", "ALGOLIA_INDEX: write a text in quotes"),
        ("#" * 100_001, "has more than 100,000 bytes"),
        ("\0", "write lines such as"),
        ("\N{BYTE ORDER MARK}ALGOLIA_INDX = 1", "did you mean ALGOLIA_INDEX?"),
        ('ALGOLIA_INDEX = "a\\u0000"', "ALGOLIA_INDEX: write a text in quotes, without \\u0000"),
        ("ALGOLIA_INDEX = " + "[" * 50_000, "write lines such as"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_what_to_write(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        read(file(tmp_path, text))
    assert str(tmp_path) in str(caught.value)
    assert told in str(caught.value)


@pytest.mark.parametrize("name", sorted(filter(is_secret, known())))
def test_a_key_that_others_can_read_is_refused(name: str, tmp_path: Path) -> None:
    path = file(tmp_path, f'{name} = "secret"\n')
    assert read(path) == {name: "secret"}
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match=f"{name}: is a key, and others can read it: run chmod 600"):
        read(path)
    path.write_text(f'{name} = {{ environment = "MINE" }}\n')
    assert read(path, {"MINE": "secret"}) == {name: "secret"}


def test_the_environment_wins_and_is_as_before_afterwards(tmp_path: Path) -> None:
    path = file(tmp_path, 'ALGOLIA_INDEX = "file"\nALGOLIA_APP_ID = "file"\nMAX_LABELS = 3\n')
    before = {"ALGOLIA_INDEX": "own", "ALGOLIA_APP_ID": " "}
    with in_force(path, env := dict(before)):
        assert env.items() >= {"ALGOLIA_INDEX": "own", "ALGOLIA_APP_ID": "file", "MAX_LABELS": "3"}.items()
    assert env == before


def test_the_nearest_file_above_is_found_unless_everybody_may_write_it(tmp_path: Path) -> None:
    path, below = file(tmp_path, ""), tmp_path / "a/b"
    below.mkdir(parents=True)
    assert find(None, below) == path
    path.chmod(0o666)
    with pytest.raises(Misconfigured, match=r"everybody may write it: .* name it with --profile"):
        find(None, below)
    assert find(path, below) == path


def test_what_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nowhere: cannot be read"):
        read(tmp_path / "nowhere")
    with pytest.raises(Misconfigured, match="cannot be written"):
        write(tmp_path / "nowhere/profile", {NAME: "0.5"})
    with pytest.raises(Misconfigured, match="cannot be read"):
        write(tmp_path, {NAME: "0.5"})
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_or_a_device_is_no_file_to_replace(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="is no regular file"):
        replace_text(tmp_path / "pipe", "0.5")
    assert (tmp_path / "pipe").is_fifo()
