"""Every dependency's license is on a list that somebody has read: `python -m tests.repository.licenses`.

The list, licenses.txt, has a line for each Python package of uv.lock, and one for each license of the npm
packages of package-lock.json. What a package's metadata names is compared with its line; a package that is
not installed here, or names none, keeps what the line says. Behind `; within: ` stands the copyleft that its
license files speak of, because a wheel may hold others' libraries: on some systems, so less is no fault.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LIST = Path(__file__).with_name("licenses.txt")
OURS = "visual-image-search-for-algolia"
NPM = "npm packages under "

_NONE = {"", "UNKNOWN"}
_WITHIN = "; within: "
_LICENSE_FILE = re.compile(r"\.dist-info/(licenses/)?[^/]*(LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.IGNORECASE)
_COPYLEFT = {
    "AGPL": re.compile(r"\bAGPL|Affero"),
    "GPL": re.compile(r"\bGPL|GNU General Public"),
    "LGPL": re.compile(r"\bLGPL|(Lesser|Library) General Public"),
    "MPL": re.compile(r"\bMPL\b|Mozilla Public"),
}
_LONGEST = 60


def named(metadata: PackageMetadata) -> str:
    """The license that a package names, in its own words; empty for none."""
    expressions, texts, classifiers = (
        metadata.get_all(field) or [] for field in ("License-Expression", "License", "Classifier")
    )
    classified = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License")]
    said = (*expressions, ", ".join(classified), *texts)
    first = next((text for text in said if text not in _NONE), "")
    return first.splitlines()[0][:_LONGEST] if first else ""


def within(package: Distribution) -> str:
    """The copyleft that a package's license files speak of, for its line; empty for none."""
    files = (path for path in package.files or () if _LICENSE_FILE.search(str(path)))
    text = "".join(Path(str(path.locate())).read_text("utf-8", "replace") for path in files)
    found = [name for name, spoken_of in _COPYLEFT.items() if spoken_of.search(text)]
    return _WITHIN + ", ".join(found) if found else ""


def installed() -> dict[str, str]:
    """What each installed package names, with what lies within."""
    return {_plain(each.metadata["Name"]): named(each.metadata) + within(each) for each in distributions()}


def locked(repository: Path = REPOSITORY) -> set[str]:
    """The Python packages of the lock, and the licenses of its npm packages."""
    python = tomllib.loads((repository / "uv.lock").read_text("utf-8"))["package"]
    node = json.loads((repository / "package-lock.json").read_text("utf-8"))["packages"]
    ours = {name for name in node if not name.startswith("node_modules/")}
    others = [(name, each) for name, each in node.items() if name not in ours and not each.get("link")]
    licenses = {
        NPM + each["license"] if "license" in each else f"npm package {name}" for name, each in others
    }
    return ({each["name"] for each in python} - {OURS}) | licenses


def listed(text: str) -> dict[str, str]:
    """The lines of a list: `name: license`, or a license of npm packages alone."""
    lines = (line.partition(": ") for line in text.splitlines() if line)
    return {name: license_ for name, _, license_ in lines}


def faults(lock: set[str], says: Mapping[str, str], known: Mapping[str, str]) -> Iterator[str]:
    """What to do about each difference between the lock, what packages say, and the list."""
    for name in sorted(lock - known.keys()):
        license_ = says.get(name) or ("" if name.startswith(NPM) else "names no license: find it")
        line = f"{name}: {license_}".removesuffix(": ")
        advice = f"read that license, and add the line to {LIST.name}, and to NOTICE.md if it is shipped"
        yield f"new: {line!r}; {advice}"
    for name in sorted(known.keys() - lock):
        yield f"gone: {name}; remove its line from {LIST.name}"
    for name in sorted(known.keys() & lock):
        if (now := says.get(name)) and not _told(now, known[name]):
            yield f"changed: {name} is under {now!r} now, not {known[name]!r}; read it, and change its line"


def _told(now: str, line: str) -> bool:
    """Tell whether a line says all of it: the same license, and no less within."""
    (license_, _, inside), (listed_as, _, listed_inside) = now.partition(_WITHIN), line.partition(_WITHIN)
    known = set(listed_inside.split(", "))
    return license_ in {"", listed_as} and (not inside or known >= set(inside.split(", ")))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Print the differences; 1 where there are any."""
    told = list(faults(locked(), installed(), listed(LIST.read_text("utf-8"))))
    sys.stderr.writelines(f"{each}\n" for each in told)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
