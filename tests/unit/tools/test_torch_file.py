from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import pytest

from tests.unit.tools.legacy_torch import Tensor, header, torch_file
from tools.embedded_model.weights import read_state_dict

Sides = tuple[int, ...]
SIX = np.arange(6, dtype="<f4").tobytes()


def six(shape: Sides, strides: Sides, offset: int = 0, declared: int | None = None) -> bytes:
    """A file of one tensor over six numbers."""
    return torch_file({"weight": Tensor(SIX, shape, strides, offset, declared)})


class Call:
    """Pickles into an order to call something at loading."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.order = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.order


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (six((2, 3), (3, 1)), [[0, 1, 2], [3, 4, 5]]),
        (six((3, 2), (1, 3)), [[0, 3], [1, 4], [2, 5]]),
        (six((2,), (2,), offset=1), [1, 3]),
        (six((), ()), 0),
    ],
    ids=["contiguous", "transposed", "offset", "scalar"],
)
def test_a_tensor_is_read_as_its_strides_say(file: bytes, expected: object) -> None:
    values = read_state_dict(file)["weight"]
    assert values.tolist() == expected
    assert values.flags.c_contiguous


def test_tensors_keep_their_names_and_storages() -> None:
    tensors = {"a": Tensor(SIX, (6,), (1,)), "b": Tensor(SIX[:4], (1,), (1,))}
    values = read_state_dict(torch_file(tensors))
    assert {name: value.tolist() for name, value in values.items()} == {"a": [0, 1, 2, 3, 4, 5], "b": [0]}


MANY = {f"weight{number}": Tensor(SIX, (6, 3), (1, 0)) for number in range(100)}
WHOLE = six((6,), (1,))
Refused = tuple[type[Exception], str]
OUTSIDE: Refused = (ValueError, "outside its storage")
TOO_MUCH: Refused = (ValueError, "claim more than the")
NO_TENSOR: Refused = (UnpicklingError, "which is no")
NOT_NEEDED: Refused = (UnpicklingError, "no state dict needs")
ELSE: Refused = (UnpicklingError, "something else")
ANOTHER_FORMAT: Refused = (ValueError, "legacy format")
REFUSED: Mapping[str, tuple[bytes, Refused]] = {
    "too long": (six((7,), (1,)), OUTSIDE),
    "shifted over the end": (six((6,), (1,), offset=1), OUTSIDE),
    "backwards": (six((2,), (-1,), offset=3), OUTSIDE),
    "before the start": (six((1,), (1,), offset=-1), OUTSIDE),
    "empty": (six((0,), (1,)), OUTSIDE),
    "a repeated element": (six((2**40,), (0,)), TOO_MUCH),
    "more than memory": (six((2**20, 2**20, 2**20), (0, 0, 0)), TOO_MUCH),
    "repeated rows": (six((100, 6), (0, 1)), TOO_MUCH),
    "repeated everywhere": (six((6, 6, 6, 6), (1, 0, 0, 0)), TOO_MUCH),
    "many together": (torch_file({**MANY, "many": Tensor(SIX * 2, (12, 2000), (1, 0))}), TOO_MUCH),
    "nine sides": (six((1,) * 9, (1,) * 9), NO_TENSOR),
    "a side without a stride": (six((6,), ()), NO_TENSOR),
    "a stride without a side": (six((), (1,)), NO_TENSOR),
    "less than nothing": (six((6,), (1,), declared=-1), NO_TENSOR),
    **{
        f"a state dict {each}": (header() + pickle.dumps(each, 2), ELSE)
        for each in ([1], 7, {"a": 1}, {1: 2})
    },
    "other storages": (
        WHOLE.replace(pickle.dumps(["weight"], 2), pickle.dumps(["heights"], 2)),
        (ValueError, "other storages"),
    ),
    "fewer elements than declared": (six((6,), (1,), declared=7), (ValueError, "7 elements")),
    "cut off": (WHOLE[:-1], (ValueError, "6 elements")),
    "another magic number": (header(magic=1) + torch_file({}), ANOTHER_FORMAT),
    "big-endian": (header(little_endian=False) + torch_file({}), ANOTHER_FORMAT),
    "no storage": (header() + b"\x80\x02Vmodule\nQ.", (UnpicklingError, "no storage")),
    **{
        f"{each.__name__} called": (header() + pickle.dumps(Call(each, "1"), 2), NOT_NEEDED)
        for each in (eval, exec, getattr, __import__, open)
    },
}


@pytest.mark.parametrize(("content", "refused"), REFUSED.values(), ids=REFUSED)
def test_a_file_of_something_else_is_refused(content: bytes, refused: Refused) -> None:
    kind, message = refused
    with pytest.raises(kind, match=message):
        read_state_dict(content)


@pytest.mark.parametrize("before", [b"", header()], ids=["at the start", "as state dict"])
def test_a_hostile_pickle_is_refused_and_not_run(before: bytes, tmp_path: Path) -> None:
    victim = tmp_path / "made by the pickle"
    order = pickle.dumps(Call(Path.touch, victim), 2)
    pickle.loads(order)  # noqa: S301 - shows that the order would be carried out
    assert victim.exists()
    victim.unlink()
    with pytest.raises(UnpicklingError, match="no state dict needs"):
        read_state_dict(before + order)
    assert not victim.exists()
