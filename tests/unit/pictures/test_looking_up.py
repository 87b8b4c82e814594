from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event

import pytest

from shared.pictures.looking_up import STRANGERS, LookUps

LISTED, FOUND = "cdn.example", "shoes.shop.example"
PATIENTLY, AT_ONCE = 30.0, 0.01


@pytest.fixture
def given_up() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


@pytest.fixture
def names(given_up: Event) -> LookUps:
    """Names of which those that a stranger invents are never found."""

    def resolve(host: str) -> Sequence[str]:
        if host.startswith("invented"):
            given_up.wait(60)
        return [host]

    return LookUps(resolve, [LISTED])


def hang(names: LookUps, *invented: int) -> None:
    for number in invented:
        with pytest.raises(TimeoutError):
            names.addresses(f"invented{number}.shop.example", AT_ONCE)


def test_names_that_hang_keep_no_name_that_is_there_waiting(names: LookUps) -> None:
    assert names.addresses(FOUND, PATIENTLY) == [FOUND]
    hang(names, *range(2 * STRANGERS))
    for known in (FOUND, LISTED):
        assert names.addresses(known, PATIENTLY) == [known]
    with pytest.raises(TimeoutError):
        names.addresses("new.shop.example", PATIENTLY)  # at once: there is no thread for it


def test_a_name_that_hangs_takes_one_thread_however_often_it_is_asked_for(names: LookUps) -> None:
    hang(names, *[0] * (2 * STRANGERS))
    assert names.addresses(FOUND, PATIENTLY) == [FOUND]


def test_a_thread_is_free_again_when_its_look_up_ends(names: LookUps, given_up: Event) -> None:
    hang(names, *range(STRANGERS))
    given_up.set()
    for number in range(STRANGERS):
        assert names.addresses(f"invented{number}.shop.example", PATIENTLY)
    assert names.addresses(FOUND, PATIENTLY) == [FOUND]


def test_what_the_resolver_raises_is_raised() -> None:
    def unknown(_: str) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(OSError, match="no such name"):
        LookUps(unknown).addresses(FOUND, PATIENTLY)
