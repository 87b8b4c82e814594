"""A page of the user's own that searches in the local stack: its origin, and the lines to paste into it."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from rich.console import Console

from devstack.endpoints import Endpoints
from devstack.environment import REPOSITORY

_EXAMPLE = "http://localhost:5173"
_ORIGIN = re.compile(r"(https?)://([a-z0-9_.-]+|\[[0-9a-f:]+\])(?::([1-9]\d{0,4}))?(?=[/?#]|$)")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_LAST_PORT = 65_535
_LINES = """
Install the widget in your page's project:

npm install {package}

Then paste this into your page's code, in place of its own search client and InstantSearch:

import {{ liteClient as algoliasearch }} from 'algoliasearch/lite';
import instantsearch from 'instantsearch.js';
import {{ imageSearch }} from 'visual-image-search';
import 'visual-image-search/style.css';

const hosts = [{{ url: '{algolia}', accept: 'readWrite', protocol: 'http' }}];
const searchClient = algoliasearch('{app_id}', '{key}', {{ hosts }});
const search = instantsearch({{ indexName: '{index}', searchClient }});
search.addWidgets([imageSearch({{ container: '#image-search', url: '{search_url}' }})]);

and this where the widget should be:

<div id="image-search"></div>
"""


def add_origin(parser: argparse._ActionsContainer) -> None:
    """Add the option `--origin`, whose values become the list `origins`."""
    parser.add_argument(
        "--origin",
        dest="origins",
        metavar="ORIGIN",
        action="append",
        default=[],
        type=origin,
        help=f"let your own page search from its origin, such as {_EXAMPLE}, and print the lines to paste"
        " into it; may be repeated",
    )


def origin(text: str) -> str:
    """The origin as browsers send it; raises `ArgumentTypeError`.

    What an address bar adds, a slash at the end, is dropped, and so are capitals and a scheme's own port.
    """
    written = text.strip().lower().removesuffix("/")
    found = _leading_origin(written)
    if found is None or found.end() < len(written):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an origin; write the scheme, host, and port of your page: {_meant(written)}"
        )
    scheme, host, port = found.groups()
    return f"{scheme}://{host}" + (f":{port}" if port and port != _DEFAULT_PORTS[scheme] else "")


def _meant(written: str) -> str:
    found = _leading_origin(written if "://" in written else f"http://{written}")
    return found[0] if found else _EXAMPLE


def _leading_origin(address: str) -> re.Match[str] | None:
    found = _ORIGIN.match(address)
    return found if found and int(found[3] or 0) <= _LAST_PORT else None


def package(folder: Path = REPOSITORY / "storefront") -> Path:
    """The widget's package; raises FileNotFoundError that says what to do when it was not built."""
    told = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    path = folder / f"{told['name']}-{told['version']}.tgz"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `make storefront`")
    return path


def lines(endpoints: Endpoints, archive: Path) -> str:
    """The lines to run and to paste for a page that searches here; `archive` is the widget's package."""
    return _LINES.format(
        package=quote(str(archive)),
        algolia=endpoints.algolia_url.removeprefix("http://"),
        app_id=endpoints.app_id,
        key=endpoints.keys.search,
        index=endpoints.index,
        search_url=endpoints.search_url,
    )


def check_packed(origins: Sequence[str]) -> None:
    """Raise FileNotFoundError, as `package` does, when there are origins."""
    if origins:
        package()


def show(out: Console, origins: Sequence[str], endpoints: Endpoints) -> None:
    """Print which pages may search, and the lines to paste; nothing without origins."""
    if origins:
        told = f"\nYour page may search from {' and '.join(origins)}.{lines(endpoints, package())}"
        out.print(told, markup=False, highlight=False, soft_wrap=True)
