"""The profile's file, `NAME = "value"` in TOML: found, read, checked, put in force, and changed."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import SecretStr

import tools.wiring  # noqa: F401 - its variables are known, too
from devstack.environment import MODEL
from shared.environment import known, nearest
from shared.errors import Misconfigured
from shared.labeling import registry  # noqa: F401 - recognizers' variables are known, too
from tools import calling
from tools.files import replace_text
from tools.output import note

VARIABLE = "VISUAL_SEARCH_PROFILE"
NAME = "visual-search.toml"
MAX_BYTES = 100_000

_OF_GOOGLE = {
    "GOOGLE_APPLICATION_CREDENTIALS": Path,
    "GOOGLE_CLOUD_PROJECT": str,
    "PUBSUB_EMULATOR_HOST": str,
    "STORAGE_EMULATOR_HOST": str,
}
"""Google's clients read these themselves."""

_ELSEWHERE = "environment"
"""The key of `{ environment = "VARIABLE" }`, which says where a value is instead of the value itself."""


def find(named: Path | None, here: Path | None = None) -> Path | None:
    """The file that was named, else the nearest of this folder and those above it.

    Raises `Misconfigured` for one that somebody else may have put there.
    """
    if named:
        return named
    here = here or Path.cwd()
    paths = (each / NAME for each in (here, *here.parents) if os.access(each, os.X_OK))
    path = next((each for each in paths if each.is_file()), None)
    if path:
        status = path.stat()
        if status.st_uid not in {os.getuid(), 0} or status.st_mode & stat.S_IWOTH:
            advice = "it is somebody else's, or everybody may write it: to use it all the same, name it with"
            raise Misconfigured(str(path), f"{advice} --profile")
    return path


def read(path: Path, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables and their values, empty where another variable has none; raises `Misconfigured`.

    A file's relative path is one from the profile's own folder.
    """
    _, written = _parsed(path)
    check_names(written, str(path))
    values = {name: _text(_located(name, value, path), env) for name, value in written.items()}
    advice = f'write a text in quotes, without \\u0000, or {{ {_ELSEWHERE} = "VARIABLE" }}'
    faults = [Misconfigured(f"{path}: {name}", advice) for name, value in values.items() if value is None]
    kept = [name for name, value in written.items() if is_secret(name) and not isinstance(value, dict)]
    if kept and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        advice = f'others can read it: run chmod 600, or write {kept[0]} = {{ {_ELSEWHERE} = "VARIABLE" }}'
        faults.append(Misconfigured(f"{path}: {kept[0]}", f"is a key, and {advice}"))
    if faults:
        raise Misconfigured.together(faults)
    return {name: value for name, value in values.items() if value is not None}


def check_names(written: Iterable[str], where: str) -> None:
    """Raises `Misconfigured` that names each that is no variable, with the nearest right one."""
    names, faults = {*known(), *_OF_GOOGLE}, []
    for name in written:
        if name not in names:
            meant = nearest(name.upper(), names)
            advice = f"did you mean {meant}?" if meant else "docs/settings.md has all of them;"
            advice = f"is no variable; {advice} Rename it, or remove it"
            faults.append(Misconfigured(f"{where}: {name}", advice))
    if faults:
        raise Misconfigured.together(faults)


def is_secret(name: str) -> bool:
    """True for variables whose values are keys."""
    return _is_a(SecretStr, name)


@contextmanager
def in_force(
    named: Path | None, env: MutableMapping[str, str] = os.environ, *, may_be_new: bool = False
) -> Iterator[None]:
    """Set the profile's variables where the environment sets none, and those of this checkout."""
    path = find(named)
    is_new = path is None or (may_be_new and not path.exists())
    values = {**defaults(), **({} if path is None or is_new else read(path, env))}
    before = {name: env.get(name) for name in values if not env.get(name, "").strip()}
    env.update({name: values[name] for name in before})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del env[name]
            else:
                env[name] = value


def write(path: Path, values: Mapping[str, str]) -> None:
    """Set these variables in the file and keep all else as it is; raises `Misconfigured`, changing nothing.

    A new file can be read by its owner only.
    """
    text, before = _parsed(path) if path.exists() else ("", {})
    for name, value in values.items():
        text = _with_line(text, name, json.dumps(value, ensure_ascii=False))
    after = None
    with suppress(ValueError):
        after = tomllib.loads(text)
    if after != {**before, **values}:
        advice = "write each variable on one line of its own, its name without quotes, and no tables"
        raise Misconfigured(str(path), advice)
    try:
        replace_text(path, text)
    except OSError as error:
        raise Misconfigured(str(path), f"cannot be written ({error.strerror})") from error


def set_in_profile(values: Mapping[str, str]) -> Path:
    """Set these variables in the profile that was named or found, else in a new one in this folder."""
    path = find(calling.profile()) or Path(NAME)
    write(path, values)
    note(f"Set {', '.join(values)} in {path}.")
    return path


def defaults() -> dict[str, str]:
    """The variables that this checkout sets."""
    return {"EMBEDDED_MODEL": str(MODEL)} if MODEL.is_file() else {}


def _parsed(path: Path) -> tuple[str, dict[str, object]]:
    """The file's text, and the variables in it."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise Misconfigured(str(path), f"is no profile: it has more than {MAX_BYTES:,} bytes")
        text = content.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except OSError as error:
        raise Misconfigured(str(path), f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise Misconfigured(str(path), f'{error}; write lines such as ALGOLIA_INDEX = "products"') from error


def _is_a(kind: type, name: str) -> bool:
    """True for variables that are declared to have such values."""
    field = known().get(name)
    declared = field.annotation if field else _OF_GOOGLE.get(name)
    return kind in {declared, *getattr(declared, "__args__", ())}


def _located(name: str, value: object, profile: Path) -> object:
    if isinstance(value, str) and value.strip() and _is_a(Path, name):
        return str(profile.absolute().parent / value.strip())
    return value


def _text(value: object, env: Mapping[str, str]) -> str | None:
    """The value as a variable has it; None for what can be none."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float() if "\0" not in str(value):
            return str(value)
        case {"environment": str(name), **others} if not others:
            return env.get(name, "")
        case _:
            return None


def _with_line(text: str, name: str, value: str) -> str:
    line = f"{name} = {value}"
    older = re.compile(rf"^[ \t]*{re.escape(name)}[ \t]*=[^\r\n]*", re.MULTILINE)
    if older.search(text):
        return older.sub(lambda _: line, text, count=1)
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{line}\n"
