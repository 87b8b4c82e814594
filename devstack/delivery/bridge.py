"""The pull bridge: takes messages from a subscription and POSTs them to a function until it says 2xx."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

import requests
from google.cloud.pubsub_v1.subscriber.futures import StreamingPullFuture
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.subscriber.scheduler import ThreadScheduler
from google.cloud.pubsub_v1.types import FlowControl

from devstack.delivery import wire
from devstack.pubsub import emulator
from shared.events import LOOK_AGAIN, RECONCILE

_LOG = logging.getLogger(__name__)
_STOP_GRACE = 5.0
_ACCEPTED = range(200, 300)


@dataclass(frozen=True, slots=True)
class BridgeOptions:
    """Options of a delivery.

    `deadline` (seconds) bounds one POST. A message is acknowledged when as many POSTs of it were accepted as
    drawn from `copies`, from least to most: some go out together, the others come with later deliveries, as
    if an acknowledgement was lost. Each POST waits a random time of up to `disorder` seconds, so that
    messages overtake one another. Of notifications that share is `lost`: acknowledged and never delivered.
    Requests for another look say that they were published up to `skew` seconds earlier or later than they
    were. All is drawn from `seed` and the message's id.
    """

    form: wire.Wire = "push"
    concurrency: int = 4
    deadline: float = 60.0
    copies: tuple[int, int] = (1, 1)
    disorder: float = 0.0
    lost: float = 0.0
    skew: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """POSTs so far, answered 2xx and everything else, and messages that were acknowledged.

    Of these `requests` are those for another look, which are not among the `acknowledged`; the clock's count
    nowhere.
    """

    delivered: int = 0
    failed: int = 0
    acknowledged: int = 0
    requests: int = 0


class Bridge:
    """Delivers one subscription to a function between `start` and `stop`; also a context manager.

    The function is at `url` and its further instances at `others`: each POST goes to any of them. Redelivery,
    back-off and dead letters are the subscription's: a failed POST refuses the message. `lost` are the names
    in the notifications that were not delivered on purpose.
    """

    def __init__(
        self,
        pubsub_host: str,
        subscription: str,
        url: str,
        options: BridgeOptions | None = None,
        others: Sequence[str] = (),
    ) -> None:
        self.lost: list[str] = []
        self._host = pubsub_host
        self._subscription = subscription
        self._urls = (url, *others)
        self._options = options or BridgeOptions()
        self._owed: dict[str, int] = {}
        self._changed = threading.Condition()
        self._counts = Counts()
        self._stopping = threading.Event()
        self._end: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def counts(self) -> Counts:
        """The POSTs so far."""
        with self._changed:
            return self._counts

    def start(self) -> None:
        """Begin to deliver; does nothing when it already does."""
        if self._end is not None:
            return
        self._stopping.clear()
        subscriber = emulator.subscriber(self._host)
        workers = ThreadPoolExecutor(self._options.concurrency, thread_name_prefix="bridge")
        future = subscriber.subscribe(
            self._subscription,
            self._deliver,
            flow_control=FlowControl(max_messages=self._options.concurrency),
            scheduler=ThreadScheduler(workers),
            await_callbacks_on_shutdown=True,
        )
        future.add_done_callback(self._report_failure)

        def end() -> None:
            future.cancel()
            try:
                future.exception(timeout=self._options.deadline + _STOP_GRACE)
            finally:
                subscriber.close()

        self._end = end

    def stop(self) -> None:
        """Finish the POSTs under way, deliver no more; the rest stays in Pub/Sub. Raises TimeoutError."""
        if self._end is not None:
            self._stopping.set()
            self._end()
            self._end = None

    def wait(self, enough: Callable[[Counts], bool], seconds: float) -> bool:
        """Return whether the counts satisfied `enough` within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: enough(self._counts), seconds)

    def _deliver(self, message: Message) -> None:
        if self._loses(message):
            self.lost.append(message.attributes.get("objectId", ""))
            self._acknowledge(message)
            return
        try:
            request = self._request(message)
        except ValueError:
            _LOG.exception("message %s cannot be delivered", message.message_id)
            self._count(failed=1)
            message.nack()
            return
        if self._send_copies(request, message):
            self._acknowledge(message)
        else:
            message.nack()

    def _acknowledge(self, message: Message) -> None:
        kind = message.attributes.get("eventType")
        self._count(acknowledged=kind not in {LOOK_AGAIN, RECONCILE}, requests=kind == LOOK_AGAIN)
        message.ack()

    def _send_copies(self, request: wire.Request, message: Message) -> bool:
        """POST some of the copies still owed, all at once; whether none is owed any longer."""
        chance = self._chance(message.message_id, message.delivery_attempt)
        owed = self._owed.pop(message.message_id, 0) or chance.randint(*self._options.copies)
        delays = [chance.uniform(0.0, self._options.disorder) for _ in range(chance.randint(1, owed))]
        urls = chance.choices(self._urls, k=len(delays))
        with ThreadPoolExecutor(len(delays)) as together:
            owed -= sum(together.map(self._post, [request] * len(delays), urls, delays))
        if owed:
            self._owed[message.message_id] = owed
        return not owed

    def _request(self, message: Message) -> wire.Request:
        envelope = wire.Envelope(
            subscription=self._subscription,
            message_id=message.message_id,
            published=message.publish_time + self._skew(message),
            data=message.data,
            attributes=dict(message.attributes),
            ordering_key=message.ordering_key or "",
            attempt=message.delivery_attempt,
        )
        return wire.FORMS[self._options.form](wire.with_exact_time(envelope))

    def _loses(self, message: Message) -> bool:
        chance = self._chance("loss", message.message_id)
        return not _is_request(message) and chance.random() < self._options.lost

    def _skew(self, message: Message) -> timedelta:
        most = self._options.skew if _is_request(message) else 0.0
        return timedelta(seconds=self._chance("skew", message.message_id).uniform(-most, most))

    def _chance(self, *what: object) -> random.Random:
        return random.Random(repr((self._options.seed, *what)))  # noqa: S311 - disorder on purpose, no secret

    def _post(self, request: wire.Request, url: str, delay: float) -> bool:
        if self._stopping.wait(delay):
            return False
        ok = self._is_accepted(request, url)
        self._count(delivered=ok, failed=not ok)
        return ok

    def _is_accepted(self, request: wire.Request, url: str) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(
                    url,
                    data=request.body,
                    headers=dict(request.headers),
                    timeout=self._options.deadline,
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                _LOG.warning("%s did not answer: %s", url, type(error).__name__)
                return False
        if answer.status_code not in _ACCEPTED:
            _LOG.warning("%s answered %d", url, answer.status_code)
        return answer.status_code in _ACCEPTED

    def _count(
        self, *, delivered: int = 0, failed: int = 0, acknowledged: int = 0, requests: int = 0
    ) -> None:
        with self._changed:
            now = self._counts
            self._counts = Counts(
                now.delivered + delivered,
                now.failed + failed,
                now.acknowledged + acknowledged,
                now.requests + requests,
            )
            self._changed.notify_all()

    def _report_failure(self, future: StreamingPullFuture) -> None:
        error = future.exception()
        if error is not None:
            _LOG.error("delivery from %s has ended: %s", self._subscription, error)


def _is_request(message: Message) -> bool:
    """True for a request for another look, which nothing in the bucket caused."""
    return bool(message.attributes.get("eventType") == LOOK_AGAIN)
