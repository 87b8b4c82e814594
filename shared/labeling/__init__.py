"""The port to image recognizers: a picture goes in, labels come out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from shared.errors import Failure
from shared.imaging import FileLimits, Picture
from shared.model import Labels


class Recognizer(ABC):
    """ProductLocks pictures into labels.

    Promises, each a contract test run on every implementation:

    - labels come best first, each name once, scores in 0..1; an empty answer is an answer;
    - one picture costs at most one vendor call, two where a setting asks for them; `label_many` uses the
      vendor's batch where it has one;
    - the outcomes of `label_many` are in the order of the pictures, and one picture's failure is its own:
      `Transient` for throttling, time-outs and faults of the vendor, `Permanent` for a bad or unsupported
      picture;
    - `Misconfigured` is raised, never returned: refused credentials, an API that is off;
    - every call ends by a deadline;
    - several threads may share one recognizer.
    """

    name: str
    """The registry's name of the recognizer."""

    recognizer_id: str
    """Recognizer, model and the settings that change its answers; labels of different ids never mix."""

    takes: FileLimits | None = None
    """What files it gets as they are, see `Imaging.file`; None for one that looks at pixels."""

    def prepare(self) -> None:  # noqa: B027 - most have nothing to load
        """Load what the first picture would have to wait for; raises `Misconfigured`."""

    @abstractmethod
    def label_many(self, pictures: Sequence[Picture]) -> list[Labels | Failure]:
        """Label each picture; raises `Misconfigured` only."""

    def label(self, picture: Picture) -> Labels:
        """Label one picture; raises `Transient`, `Permanent` or `Misconfigured`."""
        [outcome] = self.label_many([picture])
        if isinstance(outcome, Failure):
            raise outcome
        return outcome
