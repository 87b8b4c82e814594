"""Algolia's guide "Search by image" step by step, in Python: official clients, their defaults, nothing else.

Only the clients' addresses are not the guide's. The filters' values stand in quotes as they do there; the
local Algolia takes quotes as a part of the value, so that no product is preferred, for the same work.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

import functions_framework
import grpc
from algoliasearch.http.hosts import Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig
from flask import Request, Response
from google.cloud.vision_v1 import EntityAnnotation, Image, ImageAnnotatorClient
from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

MIN_SCORE = 0.5
INDEX = os.environ["ALGOLIA_INDEX"]


def _vision_client(host: str) -> ImageAnnotatorClient:
    return ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=grpc.insecure_channel(host)))


def _algolia_client(url: str) -> SearchClientSync:
    address = urlsplit(url)
    config = SearchConfig(os.environ["ALGOLIA_APP_ID"], os.environ["ALGOLIA_API_KEY"])
    config.hosts = HostsCollection([Host(address.hostname or "", scheme=address.scheme, port=address.port)])
    return SearchClientSync.create_with_config(config)


VISION = _vision_client(os.environ["VISION_HOST"])
ALGOLIA = _algolia_client(os.environ["ALGOLIA_URL"])


def image_labels(photo: bytes) -> list[EntityAnnotation]:
    """Return what Vision sees in the picture with enough confidence."""
    answer = VISION.label_detection(image=Image(content=photo))
    return [label for label in answer.label_annotations if label.score > MIN_SCORE]


def labels_to_filters(labels: Sequence[EntityAnnotation]) -> list[str]:
    """Return a facet filter for each label."""
    return [f"labels.description:'{label.description}'" for label in labels]


@functions_framework.http
def guide(request: Request) -> Response:
    """Answer the photo in the body with Algolia's own answer."""
    filters = labels_to_filters(image_labels(request.get_data()))
    found = ALGOLIA.search_single_index(INDEX, {"query": "", "optionalFilters": filters})
    return Response(found.to_json(), mimetype="application/json")
