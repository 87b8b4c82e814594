"""What the search function's process holds after many requests of every kind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from http import HTTPStatus
from itertools import count, islice, repeat

from devstack.bench.search import footprint, photos
from devstack.bench.search.figures import Target, say
from devstack.bench.search.functions import Functions, Name
from devstack.bench.search.load import Post, Reply, crowd

REQUESTS, EARLY = 1_000, 200
SHOPPERS = 8
OURS: tuple[Name, ...] = ("ours", "ours + words")
MOST_GROWTH = 1.15
"""The heap keeps up to 16 MiB of what is free, and what is remembered of photos is still filling up."""

MOST_MIB = 256

_MEDIUM = (1200, 900)
_TOO_LARGE = 16_000_000


def measure(functions: Functions) -> list[Target]:
    """Send the requests, look at the process on the way, and print."""
    say(f"4. Memory of ours, {REQUESTS} requests of every kind by {SHOPPERS} shoppers.")
    sent = kinds()
    return [target for name in OURS for target in _measure(functions, name, sent)]


def _measure(functions: Functions, name: Name, sent: Sequence[Post]) -> list[Target]:
    posts = mixed(sent)
    with functions.serving(name) as ours:
        replies = crowd(ours.port, islice(posts, EARLY), SHOPPERS)
        early = footprint.resident_mib(ours.worker())
        replies += crowd(ours.port, islice(posts, REQUESTS - EARLY), SHOPPERS)
        late, peak = footprint.resident_mib(ours.worker()), footprint.peak_mib(ours.worker())
    wrong = [reply for reply in replies if reply.wrong]
    say(f"   {name}: {_counted(replies)}; {len(wrong)} not as they should be")
    say(f"   after {EARLY}: {early:.0f} MiB; after {REQUESTS}: {late:.0f} MiB; at most {peak:.0f} MiB")
    # What an instance remembers of recent photos is larger with vectors, and still filling up here.
    growth = [Target("growth of memory", late / early, MOST_GROWTH)] if name == "ours" else []
    return [
        *growth,
        Target(f"memory, {name}", late, MOST_MIB, " MiB"),
        Target(f"errors with mixed requests, {name}", len(wrong), 0),
    ]


def kinds() -> list[Post]:
    """The kinds of requests, each as often as it is sent in one round."""
    small, medium = photos.drawn(photos.STOREFRONT), photos.drawn(_MEDIUM)
    jpeg = photos.encoded(small, "JPEG")
    camera = photos.encoded(photos.drawn(photos.CAMERA), "JPEG")
    return [
        *repeat(Post(jpeg), 6),
        *repeat(Post(camera), 3),
        *repeat(Post(photos.encoded(medium, "PNG"), "image/png"), 2),
        *repeat(Post(photos.encoded(medium, "WEBP"), "image/webp"), 2),
        *repeat(Post(photos.encoded(small, "HEIF"), "image/heic"), 2),
        Post(jpeg[: len(jpeg) // 2], expected=HTTPStatus.UNPROCESSABLE_ENTITY),
        Post(b"%PDF-1.7", expected=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        Post(b"hello", "text/plain", expected=HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        Post(jpeg, target="/?page=-1", expected=HTTPStatus.BAD_REQUEST),
        Post(bytes(_TOO_LARGE), expected=HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ]


def mixed(kinds: Sequence[Post]) -> Iterator[Post]:
    """Yield rounds of all kinds for ever, in an order of chance, no two bodies the same."""
    chance = random.Random(4)  # noqa: S311 - a repeatable order, no secret
    numbers = count()
    while True:
        for kind in chance.sample(kinds, len(kinds)):
            yield replace(kind, body=kind.body + next(numbers).to_bytes(4))


def _counted(replies: Sequence[Reply]) -> str:
    counts = Counter(reply.status for reply in replies)
    return ", ".join(f"{times} x {status}" for status, times in sorted(counts.items()))
