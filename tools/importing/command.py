"""`visual-search pictures import`: read a catalog, match its ids, gather its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from devstack.catalogs.targets import FolderTarget, PictureTarget
from shared import wiring
from shared.errors import Misconfigured
from shared.pictures import Naming
from shared.pictures.addresses import INTERNET, HostNetwork, host_name
from shared.settings import EnrichSettings
from tools import wiring as outside
from tools.commands import Command
from tools.exits import Ended, Exit
from tools.files import writable
from tools.importing.importing import ImportOptions, PictureImport


def _host(_: click.Context, __: click.Parameter, hosts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(map(host_name, hosts))
    except ValueError:
        raise click.BadParameter("write the name of a host, such as cdn.example.com") from None


@click.command("import", cls=Command, example="products_export.csv --dry-run   (then without --dry-run)")
@click.argument("source", required=False, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]")
@click.option("--from-index", is_flag=True, help="Take the links in the index's own records.")
@click.option(
    "--id",
    "id_field",
    default="",
    metavar="FIELD",
    help="The field that holds the objectIDs: handle, sku, id ...",
)
@click.option(
    "--pictures",
    multiple=True,
    metavar="FIELD",
    help="A field that holds links of pictures; a.b is b inside a. Can be repeated.",
)
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Write to a folder."
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAME",
    callback=_host,
    help="Follow redirects to this host too.",
)
@click.option("--prune", is_flag=True, help="Delete imported pictures that the catalog has no more.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=writable,
    metavar="FILE",
    help="Write everything to a JSON file, with all that is wrong.",
)
@click.option("--dry-run", is_flag=True, help="Report what would be done and what it costs; fetch nothing.")
@click.option("--force", is_flag=True, help="Continue although most ids are not in the index.")
@click.option("--yes", is_flag=True, help="Do not ask; take the field of ids that is clear.")
@click.pass_context
def import_pictures(context: click.Context, /, **given: object) -> None:
    """Bring the pictures of a catalog into the bucket, or a folder.

    Takes a Shopify product export, a Google Merchant feed (XML or TSV), any other CSV, a JSON list or JSON
    lines with links, a folder of pictures (<objectID>.jpg, <objectID>/*.jpg), or with --from-index the
    records of the index. Each picture is checked and named by OBJECT_PATTERN; the first stays first. What is
    there already is skipped, so the same command goes on after Ctrl-C or a failure.

    Needs the variables of the enrich function. ALGOLIA_API_KEY needs the right search, and browse for
    --from-index.
    """
    options = ImportOptions(**given)  # type: ignore[arg-type] # the names and types are those declared above
    if (options.source is None) != options.from_index:
        raise Ended(Exit.MISCONFIGURED, "Name one source: a file, a folder, or --from-index.")
    if options.from_index and options.id_field:
        raise Ended(Exit.MISCONFIGURED, "--id: leave it out, the records of the index have their objectIDs.")
    if options.pictures and options.source and options.source.is_dir():
        raise Ended(Exit.MISCONFIGURED, "--pictures: leave it out, the files in a folder are the pictures.")
    settings = EnrichSettings.from_env()
    naming, index = Naming(settings.object_pattern), wiring.catalog(settings)
    network = context.find_object(HostNetwork) or INTERNET
    work = PictureImport(options, settings, naming, index, network, outside.imaging())
    with outside.needing("search and browse" if options.from_index else "search"):
        planned = work.products()
    with _target(options, settings, naming) as (target, place):
        work.run(*planned, target, place)


@contextmanager
def _target(
    options: ImportOptions, settings: EnrichSettings, naming: Naming
) -> Iterator[tuple[PictureTarget, str]]:
    """The place to write to, and its name."""
    if options.to is None:
        with outside.storage() as client:
            yield outside.picture_target(client, settings, naming), f"gs://{settings.picture_bucket}"
        return
    try:
        yield FolderTarget(options.to), click.format_filename(options.to)
    except OSError as error:
        raise Misconfigured("--to", f"{error}; name a folder that can be written to, with room") from error
