"""The list a reviewer reads: each value of what is made, what it is made after, and who may do what.

    python -m tests.terraform.expecting

writes it anew after the module has changed; the difference is what to review. What is given by the variables
`name`, `region` and `project_id` stands as <name>, <region> and <project>, so that deployments share lines.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterator
from itertools import groupby
from pathlib import Path

from tests.terraform.cases import ALL, FOLDERS, Case, deployed
from tests.terraform.given import write_bundles
from tests.terraform.grants import GRANTING, grant
from tests.terraform.harness import MODULE, copied, terraform
from tests.terraform.leaves import of_resource, of_value

FOLDER = Path(__file__).with_name("expected")
BUT = "all but "
_BLOCK = re.compile(
    r'^(data|module|moved|resource|terraform|variable)([ "\w]*) \{\n(.*?)^\}', re.DOTALL | re.MULTILINE
)
_WRITTEN = {
    "data": "depends_on",
    "module": "depends_on",
    "moved": "from|to",
    "resource": "depends_on|prevent_destroy|ignore_changes|replace_triggered_by|create_before_destroy",
    "terraform": "required_version|version",
    "variable": r"default|nullable|\w+ += optional",
}
"""What a plan does not tell: what waits, how long it lives, what had another name, versions, defaults."""


def told(case: Case) -> set[str]:
    """Every line of a deployment; an example is read as what it calls."""
    lines = {*_made(case), *_after(case), *_outputs(case)}
    return {*(_shared(case, line) for line in lines), *_text(case)}


def _made(case: Case) -> Iterator[str]:
    for each in case.resources:
        if each.type.endswith(GRANTING):
            yield f"{each.address}: {grant(each)}"
        else:
            yield each.address
            yield from (f"{each.address}{line}" for line in of_resource(each.type, each.values))


def _after(case: Case) -> Iterator[str]:
    """What each is made after, without what that is made after in turn."""
    after = {each.place: each.after for each in (*case.data, *case.resources)}
    for place, earlier in after.items():
        there = earlier & after.keys()
        before = {each for other in there for each in after[other]}
        yield from (f"{place} after {each}" for each in there - before)


def _outputs(case: Case) -> Iterator[str]:
    for name, each in case.state["values"].get("outputs", {}).items():
        yield from of_value(each.get("value"), f"output.{name}")


def _shared(case: Case, line: str) -> str:
    """The line without what is a deployment's own name for the same thing."""
    line = line.replace("module.visual_search.", "").replace("output.visual_search.", "output.")
    if case.name in FOLDERS:
        for value, stands in (
            (str(Path(case.given["bundles"]["enrich"]).parent), "<bundles>"),
            (case.given["project_id"], "<project>"),
            (case.given["region"], "<region>"),
            (case.called, "<name>"),
            (case.called.replace("-", "_"), "<name>"),
        ):
            line = line.replace(value, stands)
    return line


def _text(case: Case) -> Iterator[str]:
    """What stands in the files of what is deployed and in no plan."""
    for folder in {ALL[case.name], *((".", "modules/function") if case.name in FOLDERS else ())}:
        text = "\n".join(file.read_text("utf-8") for file in (case.tree / folder).glob("*.tf"))
        for kind, names, inside in _BLOCK.findall(text):
            where = " ".join([kind, *re.findall(r"\w+", names)])
            written = rf"^ +((?:{_WRITTEN[kind]})\b(?:[^[\n]*\[[^]]*\])?.*)"
            for found in re.findall(written, inside, re.MULTILINE):
                yield f"text of {folder}, {where}: {' '.join(found.split())}"


def expected(name: str) -> set[str]:
    """What the list has of a deployment."""
    lines = (line for file in FOLDER.glob("*.txt") for line in file.read_text("utf-8").splitlines())
    return {what for where, what in map(_read, lines) if name in where}


def _read(line: str) -> tuple[Collection[str], str]:
    if not line.startswith("("):
        return FOLDERS, line
    where, _, what = line[1:].partition(") ")
    left_out = where.startswith(BUT)
    return (FOLDERS.keys() - where.split() if left_out else where.split()), what


def _written(what: str, names: Collection[str]) -> str:
    missing = [name for name in FOLDERS if name not in names]
    if not missing:
        return f"{what}\n"
    where = f"{BUT}{' '.join(missing)}" if len(missing) < len(names) else " ".join(names)
    return f"({where}) {what}\n"


def the_list_has_every_line(case: Case) -> Iterator[str]:
    found, listed = told(case), expected(case.name)
    yield from (f"on no list: {what}" for what in sorted(found - listed))
    yield from (f"only on the list: {what}" for what in sorted(listed - found))
    if found != listed:
        yield "review these lines; `python -m tests.terraform.expecting` writes the list anew"


def main() -> None:
    """Write the list of every deployment."""
    where: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, terraform(home := Path(folder)) as run:
        bundles, tree = write_bundles(home / "bundles"), copied(MODULE, home / "terraform")
        for name in ALL:
            for what in told(deployed(name, run, tree, bundles)):
                where.setdefault(what, []).append(name)
    for file in FOLDER.glob("*.txt"):
        file.unlink()
    for topic, lines in groupby(sorted(where, key=lambda what: (_topic(what), what)), _topic):
        text = "".join(_written(what, where[what]) for what in lines)
        (FOLDER / f"{topic}.txt").write_text(text, encoding="utf-8")


def _topic(what: str) -> str:
    """The file of a line: by the service."""
    found = re.match(r"(?:module\.\w+\.|data\.)*([a-z]+(?:_[a-z]+)?)", what)
    return found[1] if found else "other"


if __name__ == "__main__":
    main()
