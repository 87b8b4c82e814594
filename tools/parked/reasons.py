"""What each reason means, and what one can do about it; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOO_OLD = "too-old"
"""The stage of an event that was tried again and again until it was older than MAX_EVENT_AGE."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, and what to do about it."""

    happened: str
    advice: str


_REPLACE = "upload a good picture under the same name (labelled by itself), then drop this event"
_SMALLER = "upload a smaller version under the same name, then drop this event"
_WAIT = "replay it once the service works again"

_BY_REASON: Mapping[str, Explanation] = {
    "bad-picture": Explanation("The file is empty, damaged or no picture at all.", _REPLACE),
    "too-large": Explanation("The file has more bytes than are read, or than can be sent.", _SMALLER),
    "too-many-pixels": Explanation("The picture has more pixels than are decoded.", _SMALLER),
    "unsupported-format": Explanation(
        "The file is of a format that neither we nor the recogniser read.",
        "upload it as JPEG, PNG or WebP, then drop this event",
    ),
    "too-many-frames": Explanation("The file has more frames than are looked through.", _SMALLER),
    "too-costly": Explanation(
        "Decoding the picture took too much time or memory.",
        "upload it as JPEG, or a smaller version of it, under the same name, then drop this event",
    ),
    "busy": Explanation("Too many large pictures were being decoded at the same time.", "replay it"),
    "decoder-ended": Explanation("The process that decodes pictures ended, or was ended.", "replay it"),
    "unsafe-picture": Explanation(
        "The recogniser calls this picture adult, violent or racy, and VISION_SAFE_SEARCH refuses those.",
        "upload another one, or relax the setting and replay it",
    ),
    "picture-gone": Explanation(
        "The picture was overwritten or deleted while it was being looked at.",
        "nothing if it is gone for good (drop it); else replay it",
    ),
    "unknown-product": Explanation(
        "The index got no record for this product.",
        "add the record, or set CREATE_MISSING_RECORDS=true, then replay it; drop it if the product is gone",
    ),
    "bad-event": Explanation(
        "The message is no Cloud Storage event.",
        "find out who publishes to the topic besides Cloud Storage, then drop it",
    ),
    "unreadable": Explanation(
        "The parked message was not written by the enrich function.",
        "find out who publishes to the topic of parked events, then drop it",
    ),
    "attributes-in-use": Explanation(
        "The record has attributes of somebody else's under our names, and those are not written over.",
        "give ours other names with ATTRIBUTE_NAMES, or let go of what has the shape of Algolia's guide with"
        " TAKE_OVER_ATTRIBUTES=true, then replay it",
    ),
    "record-too-big": Explanation(
        "With the least that we write the record is bigger than Algolia takes.",
        "make the record smaller, or write what your Algolia plan allows as MAX_RECORD_BYTES, then replay it",
    ),
    "ambiguous-product": Explanation(
        "The index has two records for the product: one with composed, one with decomposed characters.",
        "delete one of them, then replay it",
    ),
    "too-crowded": Explanation(
        "Too many names begin as those of the product's pictures do, and are not theirs.",
        "keep the pictures in folders of their own, as in products/<objectID>/<file>, then replay it",
    ),
    "unusual-spelling": Explanation(
        "The picture's name is spelt in a way in which its product's pictures cannot be listed.",
        "name it as the message says (it is looked at by itself then), and drop this event",
    ),
    "algolia-refused": Explanation(
        "Algolia refused what it was asked.",
        "read what Algolia says above, mend what it names, then replay it",
    ),
    "algolia-slow": Explanation(
        "Algolia took the update, and had not applied it for a long time.",
        "replay it when the index is less busy",
    ),
    "algolia-throttled": Explanation(
        "Algolia was asked to do too much at once.", "replay it when the index is less busy"
    ),
    "algolia-unreachable": Explanation("No host of Algolia answered.", _WAIT),
    "throttled": Explanation(
        "The recogniser's quota was used up.",
        "replay it later, raise the quota, or backfill with --rate",
    ),
    "denied": Explanation(
        "The recogniser may not read this picture, although it read others.",
        "give the function the rights that the message names, then replay it",
    ),
    "being-labelled": Explanation(
        "Somebody else was being told the labels of the same bytes and never finished.", "replay it"
    ),
    "storage-unavailable": Explanation("Cloud Storage did not answer.", _WAIT),
    "pubsub-unavailable": Explanation("Pub/Sub did not answer.", _WAIT),
    "vision-incomplete": Explanation("Vision answered for fewer pictures than it was asked.", _WAIT),
    "vision-timeout": Explanation("Vision did not answer in time.", _WAIT),
    "vision-failed": Explanation("Vision failed.", _WAIT),
    "vision-unavailable": Explanation("Vision could not be reached.", _WAIT),
    "rekognition-timeout": Explanation("Amazon Rekognition did not answer in time.", _WAIT),
    "rekognition-failed": Explanation("Amazon Rekognition failed.", _WAIT),
    "rekognition-unavailable": Explanation("Amazon Rekognition could not be reached.", _WAIT),
    "google-identity-unavailable": Explanation(
        "Google did not hand out the identity by which the role at Amazon is assumed.", _WAIT
    ),
    "visenze-timeout": Explanation("ViSenze did not answer in time.", _WAIT),
    "visenze-failed": Explanation("ViSenze failed.", _WAIT),
    "visenze-malformed": Explanation("ViSenze's answer was not in the form that was expected.", _WAIT),
    "visenze-unavailable": Explanation("ViSenze could not be reached.", _WAIT),
}

_OTHER = Explanation(
    "There is no explanation for this reason here.", "read the message above; replay it if it may succeed now"
)

_STAGES: Mapping[str, str] = {
    "handling": "The event could not be handled, and trying again could not have helped.",
    "labelling": "The recogniser refused the picture; the product's other pictures count all the same.",
    TOO_OLD: "It was tried again until it was older than MAX_EVENT_AGE, and still failed.",
}


def known(reason: str) -> bool:
    """Whether there is an explanation."""
    return reason in _BY_REASON


def explanation(reason: str) -> Explanation:
    """What a reason means."""
    return _BY_REASON.get(reason, _OTHER)


def stage(name: str) -> str:
    """What an event's stage means."""
    return _STAGES.get(name, "")
