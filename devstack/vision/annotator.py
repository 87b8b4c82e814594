"""What Vision answers to a batch of pictures; knows no transport."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus

from google.cloud.vision_v1 import (
    AnnotateImageRequest,
    AnnotateImageResponse,
    BatchAnnotateImagesRequest,
    BatchAnnotateImagesResponse,
    Feature,
)
from google.rpc.code_pb2 import INVALID_ARGUMENT, UNAVAILABLE
from google.rpc.status_pb2 import Status

from devstack.desk import Refused
from devstack.vision.findings import annotation, findings
from shared.errors import Failure, Permanent
from shared.model import Labels

MAX_BATCH = 16
MAX_FILE_BYTES = 20_000_000
DEFAULT_MAX_RESULTS = 10


Look = Callable[[Sequence[bytes]], Sequence[Labels | Failure]]


def annotate(request: BatchAnnotateImagesRequest, look: Look) -> BatchAnnotateImagesResponse:
    """Answer each picture in order as it is looked at, its own error inside; no address is reached.

    Raises `Refused` for too many of them.
    """
    if len(request.requests) > MAX_BATCH:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            f"Too many images per request: {len(request.requests)}, at most {MAX_BATCH}.",
        )
    contents = [_content(one) for one in request.requests]
    outcomes = iter(look([one for one in contents if isinstance(one, bytes)]))
    responses = [
        AnnotateImageResponse(error=content)
        if isinstance(content, Status)
        else _response(content, next(outcomes), _wanted(one.features))
        for one, content in zip(request.requests, contents, strict=True)
    ]
    return BatchAnnotateImagesResponse(responses=responses)


def _content(request: AnnotateImageRequest) -> bytes | Status:
    content: bytes = request.image.content
    source = request.image.source
    if not request.features or not (content or source.image_uri or source.gcs_image_uri):
        return Status(code=INVALID_ARGUMENT, message="Request must specify image and features.")
    if not content:
        unreachable = "We can not access the URL currently. Please download the content and pass it in."
        return Status(code=UNAVAILABLE, message=unreachable)
    return _bad_picture() if len(content) > MAX_FILE_BYTES else content


def _bad_picture() -> Status:
    return Status(code=INVALID_ARGUMENT, message="Bad image data.")


def _response(content: bytes, outcome: Labels | Failure, wanted: Mapping[int, int]) -> AnnotateImageResponse:
    if isinstance(outcome, Permanent):
        return AnnotateImageResponse(error=_bad_picture())
    if isinstance(outcome, Failure):
        return AnnotateImageResponse(error=Status(code=UNAVAILABLE, message=str(outcome)))
    labels = outcome[: wanted.get(Feature.Type.LABEL_DETECTION, 0)]
    return AnnotateImageResponse(
        label_annotations=[annotation(label) for label in labels], **findings(content, outcome, wanted)
    )


def _wanted(features: Iterable[Feature]) -> dict[int, int]:
    """How many results of each type the features ask for."""
    wanted: dict[int, int] = {}
    for feature in features:
        most = feature.max_results or DEFAULT_MAX_RESULTS
        wanted[feature.type_] = max(most, wanted.get(feature.type_, 0))
    return wanted
