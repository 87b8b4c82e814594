"""A model file run by onnxruntime on this machine's processor."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import onnxruntime

from shared.errors import Misconfigured
from shared.loading import Once
from shared.memory import trim_heap


class Session:
    """An ONNX file, loaded at its first use.

    Any number of threads may share it; each call runs on its caller's thread alone, which on a few cores is
    faster than splitting one picture among them. `check` is given what was loaded and raises
    `Misconfigured` for a model of another kind; `setting` names the file, `advice` says how to mend it.
    """

    def __init__(
        self,
        model: Path,
        check: Callable[[onnxruntime.InferenceSession], None],
        *,
        setting: str,
        advice: str,
    ) -> None:
        self._model = model
        self._check = check
        self._setting = setting
        self._advice = advice
        self.loaded = Once(self._loaded)
        """The session, ready to run; raises `Misconfigured` when the file cannot be loaded."""

    def _loaded(self) -> onnxruntime.InferenceSession:
        session = self._load()
        self._check(session)
        trim_heap()
        return session

    def _load(self) -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # One picture at a time needs no arena, which keeps 15 MB; what loading freed is as much again.
        options.enable_cpu_mem_arena = False
        try:
            return onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise Misconfigured(
                self._setting, f"{self._model} cannot be loaded ({error}); {self._advice}"
            ) from error
