"""The network itself, run by onnxruntime on this machine's processor."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from shared.errors import Misconfigured

SIDE = 224
"""Side of the network's square input in pixels."""


class Network:
    """EfficientNet-Lite0: one decoded picture in, the probability of each class out.

    The file is loaded at the first picture. Any number of threads may share a network; each call runs on its
    caller's thread alone, which on a few cores is faster than splitting one picture among them.
    """

    def __init__(self, model: Path, classes: int) -> None:
        self._model = model
        self._classes = classes
        self._session: onnxruntime.InferenceSession | None = None
        self._loading = threading.Lock()

    def probabilities(self, square: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the probabilities, of shape [classes], for 8-bit RGB of shape [1, SIDE, SIDE, 3].

        Raises `Misconfigured` when the file cannot be loaded or holds another kind of model.
        """
        [[probabilities]] = self._loaded().run(["probabilities"], {"picture": square})
        return np.asarray(probabilities)

    def _loaded(self) -> onnxruntime.InferenceSession:
        with self._loading:
            if self._session is None:
                self._session = self._load()
            return self._session

    def _load(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise Misconfigured(
                "EMBEDDED_MODEL", f"{self._model} cannot be loaded ({error}); run make setup to build it anew"
            ) from error
        self._check(session)
        return session

    def _check(self, session: onnxruntime.InferenceSession) -> None:
        inputs = {each.name: each.shape for each in session.get_inputs()}
        outputs = {each.name: each.shape for each in session.get_outputs()}
        expected = [1, SIDE, SIDE, 3], [1, self._classes]
        if (inputs.get("picture"), outputs.get("probabilities")) != expected:
            raise Misconfigured(
                "EMBEDDED_MODEL", f"{self._model} is another model ({inputs} -> {outputs}); run make setup"
            )
