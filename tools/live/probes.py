"""All probes, in the order in which they are asked: the last of an index's own changes its facets."""

from __future__ import annotations

from collections.abc import Sequence

from tools.live.filters import FILTERS
from tools.live.order import ORDER
from tools.live.probe import Bench, Probe
from tools.live.shop import SHOP
from tools.live.writing import WRITING

PROBES: Sequence[Probe[Bench]] = (*SHOP, *FILTERS, *ORDER, *WRITING)
