"""What happens to an event that did not succeed; the only place that decides about redelivery."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cloudevents.http import CloudEvent

from shared.errors import Failure, Misconfigured, Permanent, Transient
from shared.events import EventBus, Parked
from shared.logs import Line
from shared.model import StoredPicture
from shared.remembering import Refuse


@dataclass(frozen=True, slots=True)
class Policy:
    """Acknowledge, park or raise.

    `Permanent` is parked, then acknowledged. `Transient` is raised, so that the platform delivers again,
    until the event is older than `max_age` seconds and is parked too. `Misconfigured` and whatever nobody
    foresaw are raised: the event lives until the deployment is mended or the dead-letter topic takes it.
    """

    bus: Callable[[], EventBus]
    max_age: float
    clock: Callable[[], float] = time.time

    @contextmanager
    def applied_to(self, event: CloudEvent, line: Line) -> Iterator[None]:
        """Run the handling of `event` inside this; the outcome goes into `line`."""
        try:
            yield
        except Permanent as error:
            self._park(event, error, "handling", line)
        except Transient as error:
            if self._age(event) > self.max_age:
                self._park(event, error, "too-old", line)
                return
            line.add(logging.WARNING, outcome="again", reason=error.reason, detail=str(error))
            raise
        except Misconfigured as error:
            line.add(logging.CRITICAL, outcome="misconfigured", setting=error.setting, detail=error.advice)
            raise
        except Exception as error:
            line.add(logging.CRITICAL, outcome="unforeseen", detail=f"{type(error).__name__}: {error}")
            raise

    def refusing(self, event: CloudEvent) -> Refuse:
        """How to park a picture the recogniser refuses, while the event itself goes on."""

        def refuse(picture: StoredPicture, error: Permanent) -> None:
            about = (picture.name, picture.content_hash)
            self.bus().park(Parked(error.reason, "labelling", str(error), _structured(event), *about))

        return refuse

    def _park(self, event: CloudEvent, error: Failure, stage: str, line: Line) -> None:
        self.bus().park(Parked(error.reason, stage, str(error), _structured(event)))
        line.add(logging.ERROR, outcome="parked", reason=error.reason, stage=stage, detail=str(error))

    def _age(self, event: CloudEvent) -> float:
        """Seconds since the event's time, which the framework fills in where a sender left it out."""
        return self.clock() - datetime.fromisoformat(event["time"]).timestamp()


def _structured(event: CloudEvent) -> dict[str, Any]:
    """The event as a JSON object, in the structured mode of CloudEvents."""
    data = event.get_data()
    if isinstance(data, bytes):
        return {**event.get_attributes(), "data_base64": base64.b64encode(data).decode()}
    return {**event.get_attributes(), "data": data}
