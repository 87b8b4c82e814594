"""Pictures looked at once each, with the recognizer and the encoder that the settings name."""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from devstack.environment import MODEL
from shared import wiring
from shared.analysis import PhotoAnalyzer
from shared.catalog.likeness import Likeness
from shared.errors import Permanent
from shared.imaging import Picture
from shared.labeling import Encoder, Recognizer
from shared.labeling.registry import RECOGNIZERS
from shared.model import Appearance
from shared.settings import SearchSettings
from tools.evaluate.verdicts import VerdictRule
from tools.output import Told

MAX_BYTES = 20_000_000
"""Of a picture's file; the largest that the search function takes."""

_AHEAD = 16
"""Pictures under way or waiting, so that memory holds a few files and never all."""

See = Callable[[bytes], Appearance]
"""Says how one picture looks; safe in threads. Raises `Permanent` for a picture nobody can read."""


@dataclass(frozen=True, slots=True)
class SeenPictures:
    """The looks of pictures. `contents` are digests of their bytes, `refused` says why a picture has none.

    `milliseconds` is the median time of a picture, decoding included.
    """

    looks: Mapping[Path, Appearance]
    contents: Mapping[Path, str]
    refused: Mapping[Path, str]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class _Glance:
    path: Path
    content: str
    look: Appearance | None
    refused: str
    milliseconds: float


def see_all(pictures: Iterable[Path], see: See, told: Told) -> SeenPictures:
    """Look at each file once, on as many threads as there are processors.

    Raises what `see` raises, but for `Permanent`, which makes a picture refused.
    """
    glances = []
    for number, glance in enumerate(_in_turn(dict.fromkeys(pictures), see), 1):
        glances.append(glance)
        told(number)
    return SeenPictures(
        looks={each.path: each.look for each in glances if each.look is not None},
        contents={each.path: each.content for each in glances},
        refused={each.path: each.refused for each in glances if each.look is None},
        milliseconds=statistics.median([each.milliseconds for each in glances] or [0.0]),
    )


def _in_turn(pictures: Iterable[Path], see: See) -> Iterator[_Glance]:
    with ThreadPoolExecutor(min(_AHEAD, os.cpu_count() or 1), "see") as threads:
        ahead: deque[Future[_Glance]] = deque()
        try:
            for path in pictures:
                ahead.append(threads.submit(_glance, path, see))
                if len(ahead) >= _AHEAD:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()


def _glance(path: Path, see: See) -> _Glance:
    started, content = time.perf_counter(), ""
    look, refused = None, ""
    try:
        picture = _read(path)
        content = hashlib.sha256(picture).hexdigest()
        look = see(picture)
    except (OSError, Permanent) as error:
        refused = str(error)
    return _Glance(path, content, look, refused, (time.perf_counter() - started) * 1_000)


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise Permanent("too-large", f"the file has more than {MAX_BYTES:,} bytes")
    return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Sight:
    """A recognizer, and an encoder where there is one, with the settings that chose them."""

    settings: SearchSettings
    recognizer: Recognizer
    encoder: Encoder | None

    @property
    def is_local(self) -> bool:
        """True where looking costs nothing and sends nothing anywhere."""
        known = RECOGNIZERS.get(self.recognizer.name)
        return known is not None and not known.calls

    @property
    def deployed(self) -> Likeness:
        """The likeness that the search function would ask with."""
        return wiring.likeness(self.settings, self.encoder, self.settings.max_filters)

    @property
    def widest(self) -> Likeness:
        """Something that wants to see all there is: labels and, with an encoder, vectors."""
        changes = {"strategies": ("labels", *(("code",) if self.encoder else ()))}
        return wiring.likeness(self.settings.model_copy(update=changes), self.encoder)

    @property
    def rule(self) -> VerdictRule:
        """The verdicts that the search function would give."""
        known = RECOGNIZERS.get(self.recognizer.name)
        return VerdictRule(self.settings.steps, known.sure_from if known else None)

    @contextmanager
    def looking(self, sees: Likeness) -> Iterator[See]:
        """Look at pictures as the search function does; raises what `PhotoAnalyzer` raises."""
        with ThreadPoolExecutor(os.cpu_count() or 1, "features") as background:
            analyzer = PhotoAnalyzer(
                self.recognizer, wiring.feature_extractor(self.encoder, sees), background
            )
            yield lambda content: analyzer.analyze(Picture(content))


def sight(env: Mapping[str, str] = os.environ) -> Sight:
    """Read `RECOGNIZER`, `ENCODER` and their variables, by default the embedded model from `make setup`.

    Raises `Misconfigured`.
    """
    defaults = {"RECOGNIZER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    settings = SearchSettings.from_env(defaults | {name: each for name, each in env.items() if each.strip()})
    return Sight(settings, wiring.chosen_recognizer(settings), wiring.chosen_encoder(settings))


def any_sight(env: Mapping[str, str] = os.environ) -> Sight:
    """The same with the encoder in any case, to compare what `STRATEGIES` does not ask for."""
    return sight({**env, "STRATEGIES": ""})
