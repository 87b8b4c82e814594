"""Deletion of noncurrent objects, as far as anybody sees it who lists a bucket or is notified."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from google.cloud.storage import Blob, Bucket

from devstack.pubsub import emulator


def delete_noncurrent(bucket: Bucket, name: str, generation: int, *, pubsub_host: str, topic: str) -> None:
    """Notify the topic (by its full name) that a noncurrent generation of a versioned bucket is deleted.

    The form is that of "Pub/Sub notifications for Cloud Storage". The server of `storage.py` would delete
    the live object instead, so the generation stays, found by its number only.
    Raises LookupError for a generation that is live or was never there.
    """
    blob, live = bucket.get_blob(name, generation=generation), bucket.get_blob(name)
    if blob is None or (live is not None and live.generation == generation):
        raise LookupError(f"{name} has no noncurrent generation {generation}")
    publisher = emulator.publisher(pubsub_host)
    try:
        publisher.publish(topic, json.dumps(_resource(blob)).encode(), **_attributes(blob)).result(timeout=5)
    finally:
        publisher.stop()
        publisher.transport.close()


def _attributes(blob: Blob) -> dict[str, str]:
    return {
        "eventType": "OBJECT_DELETE",
        "eventTime": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        "payloadFormat": "JSON_API_V1",
        "bucketId": blob.bucket.name,
        "objectId": blob.name,
        "objectGeneration": str(blob.generation),
    }


def _resource(blob: Blob) -> dict[str, str]:
    return {
        "kind": "storage#object",
        "bucket": blob.bucket.name,
        "name": blob.name,
        "generation": str(blob.generation),
        "contentType": blob.content_type,
        "size": str(blob.size),
        "md5Hash": blob.md5_hash,
        "crc32c": blob.crc32c,
    }
