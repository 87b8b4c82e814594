"""Amazon's client, built for a destination, and calls to it that end by their deadline."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, InvalidRegionError
from botocore.session import Session

from shared.errors import Failure, Misconfigured, Transient
from shared.labeling.one_by_one import ending_by
from shared.labeling.providers.rekognition.access import Access
from shared.labeling.providers.rekognition.errors import ENDPOINT, failure_of, no_such_region
from shared.labeling.providers.rekognition.labeler import Detect
from shared.labeling.providers.rekognition.sessions import Token, assuming, isolated

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient
    from mypy_boto3_rekognition.type_defs import DetectLabelsRequestTypeDef, DetectLabelsResponseTypeDef

# A call that timed out is left out: it may have been answered, and paid for. Amazon counts its quota per
# second, so throttling passes within a deadline.
_RETRIED = frozenset({"throttled", "rekognition-unavailable", "rekognition-failed"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
_CONNECTIONS = 64


Rpc = Callable[..., "DetectLabelsResponseTypeDef"]
"""`RekognitionClient.detect_labels`: asks the service once, by keywords."""

Explain = Callable[[BotoCoreError | ClientError], Failure | Misconfigured]


@dataclass(frozen=True, slots=True)
class Destination:
    """An AWS region, and where it is: "" for Amazon's own, http://HOST:PORT for a stand-in."""

    region: str
    endpoint: str = ""


class BoundedCalls:
    """DetectLabels under a deadline, asked again while the service is throttling or did not answer.

    The library's own retries are not used: they know no deadline.
    """

    def __init__(self, rpc: Rpc, explain: Explain) -> None:
        self._rpc = rpc
        self._explain = explain

    def __call__(self, request: DetectLabelsRequestTypeDef, deadline: float) -> DetectLabelsResponseTypeDef:
        """Answer `request` before `deadline` on `time.monotonic`; raises `Failure` or `Misconfigured`."""
        try:
            return ending_by(deadline, partial(self._persist, request, deadline))
        except TimeoutError as error:
            raise Transient("rekognition-timeout", "Amazon did not answer within the time-out") from error

    def _persist(self, request: DetectLabelsRequestTypeDef, deadline: float) -> DetectLabelsResponseTypeDef:
        longest = _FIRST_PAUSE
        while True:
            try:
                return self._attempt(request)
            except Transient as failure:
                pause = longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, hides nothing
                if failure.reason not in _RETRIED or time.monotonic() + pause >= deadline:
                    raise
            time.sleep(pause)
            longest = min(2 * longest, _LONGEST_PAUSE)

    def _attempt(self, request: DetectLabelsRequestTypeDef) -> DetectLabelsResponseTypeDef:
        try:
            return self._rpc(**request)
        except (BotoCoreError, ClientError) as error:
            raise self._explain(error) from error


def connect(destination: Destination, access: Access, token: Token, timeout: float) -> Detect:
    """Build what asks Rekognition at `destination`; a role is assumed by `token` when it is first needed.

    `timeout` in seconds bounds each connection and each read. Raises `Misconfigured`.
    """
    session = isolated()
    bounds = Config(
        connect_timeout=timeout,
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=_CONNECTIONS,
        ignore_configured_endpoint_urls=True,  # type: ignore[call-arg] # its stubs lack this
    )
    if access.role_arn:
        assuming(session, access.role_arn, token, partial(_create, session, destination, bounds))
    client = _client(boto3.Session(botocore_session=session), destination, access, bounds)
    return BoundedCalls(client.detect_labels, explanation(session, destination, access.setting))


def _client(
    session: boto3.Session, destination: Destination, access: Access, bounds: Config
) -> RekognitionClient:
    try:
        return session.client(
            "rekognition",
            region_name=destination.region,
            endpoint_url=destination.endpoint or None,
            aws_access_key_id=access.key_id or None,
            aws_secret_access_key=access.secret or None,
            config=bounds,
        )
    except InvalidRegionError as error:
        raise no_such_region(error) from error
    except ValueError as error:
        advice = "write http://HOST:PORT for a stand-in, or leave it empty for Amazon's own"
        raise Misconfigured(ENDPOINT, f"{advice}, instead of {destination.endpoint!r}") from error


def _create(session: Session, destination: Destination, bounds: Config, service: str, config: Config) -> Any:  # noqa: ANN401 - whichever client `service` has
    return session.create_client(
        service,
        region_name=destination.region,
        endpoint_url=destination.endpoint or None,
        config=bounds.merge(config),
    )


def explanation(session: Session, destination: Destination, credentials: str) -> Explain:
    """How errors read at `destination`, with credentials from the setting `credentials`."""

    def explain(error: BotoCoreError | ClientError) -> Failure | Misconfigured:
        unreachable = isinstance(error, EndpointConnectionError) and not destination.endpoint
        if unreachable and destination.region not in _known_regions(session):
            return no_such_region(error)
        return failure_of(error, credentials)

    return explain


def _known_regions(session: Session) -> set[str]:
    return {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("rekognition", partition)
    }
