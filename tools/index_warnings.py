"""Whatever in an index's settings keeps a picture from ranking, or from ranking well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shared.catalog.index_settings import attribute_of, is_uncounted
from shared.catalog.likeness import Likeness
from shared.errors import Misconfigured

_OF_WORDS = ("proximity", "attribute", "exact")


class Warned(NamedTuple):
    """A warning; one that `blocks` keeps pictures from working, another only tells what to expect."""

    text: str
    blocks: bool = True


def strings(current: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The strings of a setting, none where it is not set."""
    return tuple(current.get(name) or ())


def is_standard(replica: str) -> bool:
    """Tell by its name in the setting `replicas`; virtual ones have their primary's settings."""
    return not replica.startswith("virtual(")


def warnings(current: Mapping[str, Any], likeness: Likeness) -> Iterator[Warned]:
    """Read settings as Algolia's getSettings returns them: what is not there has its default."""
    yield from _of_sorting(current)
    yield from _of_replicas(current)
    yield from _of_any(current, likeness)


def of_replica(name: str, own: Mapping[str, Any], likeness: Likeness) -> Iterator[Warned]:
    """Read the settings of a standard replica in the same way: being one, and sorted, is its purpose."""
    return (each._replace(text=f"`{name}`: {each.text}") for each in _of_any(own, likeness))


def closed(name: str, error: Misconfigured) -> Warned:
    """A replica whose settings the key does not open, or that does not exist."""
    if error.setting == "ALGOLIA_INDEX":
        advice = "take it out of the setting `replicas`"
    else:
        advice = "write a key whose indexes include it"
    return Warned(f"`{name}` cannot be read: {error.advice.partition('; write ')[0]}; {advice}")


def _of_any(current: Mapping[str, Any], likeness: Likeness) -> Iterator[Warned]:
    yield from _of_ranking(current)
    yield from _of_facets(current, likeness)
    yield from _of_hits(current, likeness)
    for attribute, loss in _read(likeness).items():
        if not _retrieved(current, attribute):
            yield Warned(f"attributesToRetrieve leaves out `{attribute}`: {loss}; add it")
        if any(_holds(attribute, hidden) for hidden in strings(current, "unretrievableAttributes")):
            yield Warned(f"unretrievableAttributes hides `{attribute}`: {loss}; take it out")
    if likeness.hidden and not current.get("searchableAttributes"):
        yield Warned(
            "searchableAttributes is empty: words that shoppers type are also looked for in"
            f" `{min(likeness.hidden)}`; list the attributes to search in"
        )


def _of_sorting(current: Mapping[str, Any]) -> Iterator[Warned]:
    for entry in _before_filters(current):
        if entry == "custom" or entry.startswith(("asc(", "desc(")):
            advice = f"ranking has `{entry}` before `filters`: looks rank only what is equal in that"
            yield Warned(f"{advice}; put `filters` first, and sort in a standard replica")


def _of_ranking(current: Mapping[str, Any]) -> Iterator[Warned]:
    if "filters" not in current.get("ranking", ["filters"]):
        yield Warned(
            "ranking lacks `filters`: looks cannot rank anything; add it, before `proximity` as by default"
        )
    if late := [entry for entry in _before_filters(current) if entry in _OF_WORDS]:
        advice = (
            f"ranking has `filters` after {', '.join(f'`{entry}`' for entry in late)}: beside typed words"
        )
        yield Warned(f"{advice}, looks rank only products that those leave equal", blocks=False)


def _before_filters(current: Mapping[str, Any]) -> Sequence[str]:
    """The criteria of the ranking before `filters`; none where it lacks that."""
    ranking = strings(current, "ranking")
    return ranking[: ranking.index("filters")] if "filters" in ranking else ()


def _of_facets(current: Mapping[str, Any], likeness: Likeness) -> Iterator[Warned]:
    for entry in strings(current, "attributesForFaceting"):
        if attribute_of(entry) == likeness.names.label_facet and is_uncounted(entry):
            advice = "nobody can count labels, so rare ones weigh no more than common ones; write it without"
            yield Warned(f"attributesForFaceting has `{entry}`: {advice} filterOnly")


def _of_hits(current: Mapping[str, Any], likeness: Likeness) -> Iterator[Warned]:
    limit = current.get("paginationLimitedTo")
    if likeness.reranks and limit is not None and limit < likeness.window:
        advice = f"the first {likeness.window} hits cannot all be put in order; raise it"
        yield Warned(f"paginationLimitedTo is {limit}: {advice}", blocks=False)
    if current.get("distinct"):
        attribute = current.get("attributeForDistinct") or "no attribute"
        advice = "of a group one record is shown and compared, so give its picture to every record of it"
        yield Warned(f"distinct groups records by `{attribute}`: {advice}", blocks=False)
    if current.get("mode") == "neuralSearch":
        advice = (
            "searches by picture ask for `keywordSearch` instead; `check live` tells whether that is taken"
        )
        yield Warned(f"mode is `neuralSearch`: {advice}", blocks=False)


def _of_replicas(current: Mapping[str, Any]) -> Iterator[Warned]:
    if primary := current.get("primary"):
        yield Warned(
            f"this is a replica of `{primary}`, which takes the records; write that in ALGOLIA_INDEX"
        )
    for name in strings(current, "replicas"):
        if not is_standard(name):
            advice = "looks may not rank in a virtual replica; sort by a standard one where pictures are used"
            yield Warned(f"`{name}`: {advice}", blocks=False)


def _read(likeness: Likeness) -> Mapping[str, str]:
    """The attributes that the search function reads of hits, with the loss where one is missing."""
    of_codes = dict.fromkeys(likeness.compared, "hits cannot be put in order of their likeness")
    return {likeness.names.labels: "hits cannot say what matched", **of_codes}


def _retrieved(current: Mapping[str, Any], attribute: str) -> bool:
    listed = current.get("attributesToRetrieve")
    if listed is None:
        return True
    return f"-{attribute}" not in listed and (
        "*" in listed or any(_holds(attribute, name) for name in listed)
    )


def _holds(attribute: str, name: str) -> bool:
    return name == attribute or name.startswith(f"{attribute}.")
