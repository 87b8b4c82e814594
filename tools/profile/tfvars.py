"""The names given to the Terraform module that it does not know, which Terraform drops silently."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from devstack.environment import REPOSITORY
from tools.exits import Ended, Exit

_MODULE = REPOSITORY / "terraform"
_MAX_BYTES = 200_000
OURS = {"bundles", "pictures", "algolia"}
"""Variables by which a call of the module is known."""
_META = {"source", "version", "count", "for_each", "providers", "depends_on", "__is_block__"}


def misspelt(path: Path) -> Iterator[tuple[str, str]]:
    """Each such name in a file, as `unknown` tells them; raises `Ended`.

    The file has variables, in HCL or JSON, or is a `.tf` with calls of the module.
    """
    _check(path)
    import hcl2  # noqa: PLC0415 as above
    from lark.exceptions import LarkError  # noqa: PLC0415

    from tools.reference import module  # noqa: PLC0415

    try:
        text = path.read_text(encoding="utf-8-sig")
        options = module.PLAIN
        written = (
            json.loads(text) if path.suffix == ".json" else hcl2.loads(text, serialization_options=options)
        )
    except (LarkError, ValueError, RecursionError) as error:
        told = str(error).splitlines()[0]
        raise Ended(Exit.BAD_DATA, f"{path} is not in Terraform's language: {told}") from error
    if not isinstance(written, Mapping):
        raise Ended(Exit.BAD_DATA, f"{path} is not in Terraform's language: write an object of variables")
    if path.suffix == ".tf":
        calls = list(_calls(written))
        if not calls:
            wanted = f"a block `module` with {', '.join(sorted(OURS))}"
            raise Ended(Exit.BAD_DATA, f"{path} has no call of the module: give a file with {wanted}")
        return (fault for call in calls for fault in unknown(call))
    return unknown(written)


def _calls(configuration: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The values of each call of the module."""
    for body in (body for block in configuration.get("module", ()) for body in block.values()):
        if isinstance(body, Mapping) and len(body.keys() & OURS) >= len(OURS) - 1:
            yield {name: value for name, value in body.items() if name not in _META}


def unknown(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each name that the module does not know, dotted, with the nearest right one, empty where none is near.

    Only in a checkout.
    """
    return _unknown("", written, _names())


@cache
def _names() -> frozenset[str]:
    """The names that the module knows, dotted; its files are read once."""
    from tools.reference import module  # noqa: PLC0415 as above

    variables = module.read(_MODULE).variables
    return frozenset(each.name for variable in variables for each in (variable.entry, *variable.attributes))


def is_checkout() -> bool:
    """True where the variables of the module can be read."""
    return _MODULE.is_dir() and find_spec("hcl2") is not None


def advice(meant: str) -> str:
    """The words to an operator about such a name."""
    return f"is no variable of the module{f'; did you mean {meant}?' if meant else ''}"


def _check(path: Path) -> None:
    if not is_checkout():
        message = "this command needs a checkout with the folder terraform, after make setup"
        raise Ended(Exit.MISCONFIGURED, message)
    if path.stat().st_size > _MAX_BYTES:
        raise Ended(
            Exit.BAD_DATA, f"{path} has more than {_MAX_BYTES:,} bytes, so it is no list of variables"
        )


def _unknown(prefix: str, written: Mapping[str, Any], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    siblings = [name for name in names if name.startswith(prefix)]
    for key, value in written.items():
        name = f"{prefix}{str(key).strip(chr(34))}"
        if name not in siblings:
            near = get_close_matches(name, siblings, 1, 0.6)
            yield name, near[0] if near else ""
        elif isinstance(value, Mapping) and any(each.startswith(f"{name}.") for each in siblings):
            yield from _unknown(f"{name}.", value, siblings)
