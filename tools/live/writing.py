"""Probes of writes: the largest record, the guard of versions, and the number of facet values."""

from __future__ import annotations

from shared.catalog.record import guarded
from shared.errors import Permanent, Reason
from tools.live import records
from tools.live.probe import NOT_TOLD, Bench, Finding, Probe, refused

_SIZES = (9_900, 19_900, 49_900, 99_900)
"""Bytes just below the limits of Algolia's plans."""

_VERSION = 1_764_000_000_000_000


def _record_size(bench: Bench) -> Finding:
    at_once = [size for size in _SIZES if _refuses(bench, "addObject", size)]
    found = bench.scratch.records([_sized(size) for size in _SIZES], ["objectID"])
    bench.record_bytes = max((size for size, record in zip(_SIZES, found, strict=True) if record), default=0)
    kind = "at once" if at_once else "in their task"
    largest = f"{bench.record_bytes:,} bytes; larger ones are refused {kind}"
    numbers = {"bytes": _limit(bench.record_bytes)}
    if bench.record_bytes == _SIZES[0]:
        return Finding("10 kB", largest, numbers)
    return Finding("more" if bench.record_bytes else "less", largest, numbers)


def _limit(passed: int) -> int:
    """The round number of which a plan's limit is at least; 0 for none known."""
    return passed + 100 if passed else 0


def _sized(size: int) -> str:
    return f"size{size}"


def _refuses(bench: Bench, action: str, size: int, name: str = "") -> bool:
    """Write a record of that size, or so much more of one, and wait; True if that is refused at once."""
    record = {"objectID": name or _sized(size), f"text{len(action)}": "x" * (size - 100)}
    try:
        bench.scratch.apply(bench.scratch.write(action, record))
    except Permanent as error:
        if error.reason != Reason.RECORD_TOO_BIG:
            raise
        return True
    return False


def _outgrown(bench: Bench) -> Finding:
    size = 6 * (bench.record_bytes or _SIZES[0]) // 10
    _refuses(bench, "addObject", size, "grown")
    if _refuses(bench, "partialUpdateObject", size, "grown"):
        return Finding("at once")
    [record] = bench.scratch.records(["grown"], ["text19"])
    taken = record is not None and "text19" in record
    return Finding(NOT_TOLD, "it was taken") if taken else Finding("in its task")


def _guard(bench: Bench) -> Finding:
    index = bench.scratch
    for mark, version in (("new", _VERSION), ("old", _VERSION - 1)):
        update = {"objectID": "r100", **guarded({"mark": mark}, version)}
        index.apply(index.write("partialUpdateObjectNoCreate", update))
    [record] = index.records(["r100"], ["mark"])
    mark = str((record or {}).get("mark", ""))
    return Finding({"new": "kept", "": "dropped"}.get(mark, NOT_TOLD), f"the record says {mark}")


def _ratio(bench: Bench) -> Finding:
    """Changes the facets, so it is asked last."""
    if not _declared(bench, "unique") and bench.holds("r50", "unique:u50"):
        return Finding("not enforced")
    told = _declared(bench, "wide1", "wide2")
    together = not told and bench.holds("both", "wide1:w2")
    return Finding("over each facet" if together else "over all facets", told)


def _declared(bench: Bench, *facets: str) -> str:
    wanted = {"attributesForFaceting": [*facets]}
    return refused(lambda: bench.scratch.apply(bench.scratch.change_settings(wanted)))


WRITING: tuple[Probe[Bench], ...] = (
    Probe(
        "record-size",
        "how large may a record be?",
        "10,000 bytes, or 100,000 on larger plans",
        {
            "10 kB": "nothing to set",
            "more": "set MAX_RECORD_BYTES: records keep all their words",
            "less": "set MAX_RECORD_BYTES lower: records lose words",
        },
        _record_size,
    ),
    Probe(
        "outgrown",
        "when is an update refused that makes its record too large?",
        "documented nowhere",
        {
            "in its task": "nothing to do: the enrich function looks at the record",
            "at once": "nothing to do: the event is parked with its reason",
        },
        _outgrown,
    ),
    Probe(
        "guard",
        "does IncrementSet guard records with numbers of sixteen digits?",
        'Algolia, "Handling concurrency with versioning"; the number of digits is documented nowhere',
        {
            "kept": "nothing to do",
            "dropped": "records are never written: tell the makers of this software",
        },
        _guard,
    ),
    Probe(
        "facet-ratio",
        f"is the ratio of facet values to records (0.1) enforced, with {records.COUNT} of each?",
        'Algolia, "Service limits", which names the ratio and not what happens',
        {
            "not enforced": "nothing to set",
            "over each facet": "below 5,120 records words find nothing: set STRATEGIES to labels,code",
            "over all facets": "below some 5,200 records words keep every facet from working: set STRATEGIES"
            " to labels,code, and take the words out of attributesForFaceting",
        },
        _ratio,
    ),
)
