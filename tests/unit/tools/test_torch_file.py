from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.tools.legacy_torch import Tensor, header, torch_file
from tools.embedded_model.weights import read_state_dict, verified

SIX = np.arange(6, dtype="<f4").tobytes()


class Call:
    """Pickles into an order to call something at loading."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.order = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.order


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        (Tensor(SIX, (2, 3), (3, 1)), [[0, 1, 2], [3, 4, 5]]),
        (Tensor(SIX, (3, 2), (1, 3)), [[0, 3], [1, 4], [2, 5]]),
        (Tensor(SIX, (2,), (2,), offset=1), [1, 3]),
        (Tensor(SIX, (), ()), 0),
    ],
    ids=["contiguous", "transposed", "offset", "scalar"],
)
def test_a_tensor_is_read_as_its_strides_say(tensor: Tensor, expected: object) -> None:
    values = read_state_dict(torch_file({"weight": tensor}))["weight"]
    assert values.tolist() == expected
    assert values.flags.c_contiguous


def test_tensors_keep_their_names_and_storages() -> None:
    tensors = {"a": Tensor(SIX, (6,), (1,)), "b": Tensor(SIX[:4], (1,), (1,))}
    values = read_state_dict(torch_file(tensors))
    assert {name: value.tolist() for name, value in values.items()} == {"a": [0, 1, 2, 3, 4, 5], "b": [0]}


@pytest.mark.parametrize(
    "tensor",
    [
        Tensor(SIX, (7,), (1,)),
        Tensor(SIX, (6,), (1,), offset=1),
        Tensor(SIX, (2,), (-1,), offset=3),
        Tensor(SIX, (1,), (1,), offset=-1),
        Tensor(SIX, (0,), (1,)),
    ],
    ids=["too long", "shifted over the end", "backwards", "before the start", "empty"],
)
def test_a_tensor_outside_its_storage_is_refused(tensor: Tensor) -> None:
    with pytest.raises(ValueError, match="outside its storage"):
        read_state_dict(torch_file({"weight": tensor}))


@pytest.mark.parametrize(
    "tensor",
    [
        Tensor(SIX, (2**40,), (0,)),
        Tensor(SIX, (2**20, 2**20, 2**20), (0, 0, 0)),
        Tensor(SIX, (100, 6), (0, 1)),
        Tensor(SIX, (6, 6, 6, 6), (1, 0, 0, 0)),
    ],
    ids=["a repeated element", "more than memory", "repeated rows", "repeated everywhere"],
)
def test_tensors_that_claim_more_than_the_file_has_are_refused(tensor: Tensor) -> None:
    with pytest.raises(ValueError, match="claim more than the"):
        read_state_dict(torch_file({"weight": tensor}))


def test_many_tensors_together_claim_no_more_than_the_file_has() -> None:
    shared = {f"weight{number}": Tensor(SIX, (6, 3), (1, 0)) for number in range(100)}
    with pytest.raises(ValueError, match="claim more than the"):
        read_state_dict(torch_file({**shared, "many": Tensor(SIX * 2, (12, 2000), (1, 0))}))


@pytest.mark.parametrize(
    "tensor",
    [
        Tensor(SIX, (1,) * 9, (1,) * 9),
        Tensor(SIX, (6,), ()),
        Tensor(SIX, (), (1,)),
        Tensor(SIX, (6,), (1,), declared=-1),
    ],
    ids=["nine sides", "a side without a stride", "a stride without a side", "less than nothing"],
)
def test_a_claim_that_makes_no_tensor_is_refused(tensor: Tensor) -> None:
    with pytest.raises(pickle.UnpicklingError, match="which is no"):
        read_state_dict(torch_file({"weight": tensor}))


@pytest.mark.parametrize("loaded", [[1], 7, {"a": 1}, {1: 2}])
def test_a_state_dict_of_something_else_is_refused(loaded: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="something else"):
        read_state_dict(header() + pickle.dumps(loaded, 2))


def test_a_list_of_other_storages_is_refused() -> None:
    file = torch_file({"weight": Tensor(SIX, (6,), (1,))})
    listed = pickle.dumps(["weight"], 2)
    with pytest.raises(ValueError, match="other storages"):
        read_state_dict(file.replace(listed, pickle.dumps(["heights"], 2)))


@pytest.mark.parametrize(
    ("declared", "end", "promised"), [(7, None, 7), (None, -1, 6)], ids=["declared", "cut off"]
)
def test_a_storage_shorter_than_promised_is_refused(
    declared: int | None, end: int | None, promised: int
) -> None:
    file = torch_file({"weight": Tensor(SIX, (6,), (1,), declared=declared)})
    with pytest.raises(ValueError, match=f"{promised} elements"):
        read_state_dict(file[:end])


@pytest.mark.parametrize(
    "content", [header(magic=1), header(little_endian=False)], ids=["magic", "big-endian"]
)
def test_another_format_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="legacy format"):
        read_state_dict(content + torch_file({}))


@pytest.mark.parametrize("before", [b"", header()], ids=["at the start", "as state dict"])
def test_a_hostile_pickle_is_refused_and_not_run(before: bytes, tmp_path: Path) -> None:
    victim = tmp_path / "made by the pickle"
    order = pickle.dumps(Call(Path.touch, victim), 2)
    pickle.loads(order)  # noqa: S301 - shows that the order would be carried out
    assert victim.exists()
    victim.unlink()
    with pytest.raises(pickle.UnpicklingError, match="no state dict needs"):
        read_state_dict(before + order)
    assert not victim.exists()


@pytest.mark.parametrize("function", [eval, exec, getattr, __import__, open])
def test_no_builtin_is_reachable(function: Callable[..., object]) -> None:
    with pytest.raises(pickle.UnpicklingError, match="no state dict needs"):
        read_state_dict(header() + pickle.dumps(Call(function, "1"), 2))


def test_a_reference_to_anything_but_a_storage_is_refused() -> None:
    with pytest.raises(pickle.UnpicklingError, match="no storage"):
        read_state_dict(header() + b"\x80\x02Vmodule\nQ.")


def test_the_published_weights_are_read(state_dict: Mapping[str, NDArray[Any]]) -> None:
    assert len(state_dict) == 386
    assert state_dict["_fc.weight"].shape == (1000, 1280)
    assert state_dict["_bn0.num_batches_tracked"].dtype == np.int64


def test_other_weights_than_the_published_are_refused() -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        verified(b"other weights")
