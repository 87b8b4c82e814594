"""Writing what pictures say into a record, as the enrichment does."""

from __future__ import annotations

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog import Catalog
from shared.catalog.record import attributes, guarded
from shared.model import Enrichment


def tag(  # noqa: PLR0913 - what a write consists of
    catalog: Catalog,
    product: str,
    enrichment: Enrichment,
    version: int,
    *,
    names: AttributeNames = DEFAULT_NAMES,
    create: bool = False,
) -> int:
    """Write an enrichment under that version; returns the task."""
    return catalog.write(product, guarded(attributes(enrichment, names), version, names), create=create)
