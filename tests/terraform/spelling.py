"""Mistakes that `terraform validate` must catch, each on its own."""

from __future__ import annotations

from tests.terraform.mistakes import Mistake

_LABELS = 'resource "google_storage_bucket" "labels"'
_PICTURES = 'resource "google_pubsub_subscription" "pictures"'
_FUNCTION = 'resource "google_cloudfunctions2_function" "this"'
_INSIDE = "modules/function/main.tf"

SPELLING = (
    Mistake(
        "misspelled attribute",
        "storage.tf",
        _LABELS,
        r"uniform_bucket_level_access",
        "uniform_bucket_level_acces",
        'An argument named "uniform_bucket_level_acces" is not expected here.',
    ),
    Mistake(
        "missing argument",
        "events.tf",
        'resource "google_pubsub_topic" "parked"',
        r"name    +=.*\n",
        "",
        'The argument "name" is required',
    ),
    Mistake(
        "missing argument in a block",
        "events.tf",
        'resource "google_pubsub_subscription" "dead_letter"',
        r"ttl = \"\"",
        "",
        'The argument "ttl" is required',
    ),
    Mistake(
        "wrong type",
        "events.tf",
        _PICTURES,
        r"(ack_deadline_seconds +=).*",
        r'\1 "soon"',
        'Inappropriate value for attribute "ack_deadline_seconds": a number is required.',
    ),
    Mistake(
        "impossible value",
        _INSIDE,
        _FUNCTION,
        r"(ingress_settings +=).*",
        r'\1 "ALLOW_EVERYTHING"',
        '"ALLOW_EVERYTHING" is none of: ALLOW_ALL, ALLOW_INTERNAL_ONLY, ALLOW_INTERNAL_AND_GCLB',
    ),
    Mistake(
        "block written as an attribute",
        "storage.tf",
        'resource "google_storage_bucket" "pictures"',
        r"versioning \{",
        "versioning = {",
        'An argument named "versioning" is not expected here. Did you mean to define a block',
    ),
    Mistake(
        "two blocks where one may be",
        "backfill.tf",
        'resource "google_cloud_scheduler_job" "backfill"',
        r"(\n +)http_target \{",
        r"\1retry_config {}\1retry_config {}\1http_target {",
        'No more than 1 "retry_config" blocks are allowed',
    ),
    Mistake(
        "value that only the cloud can tell",
        "identities.tf",
        'resource "google_service_account" "search"',
        r"(account_id +=)",
        r'email = "me@example.com"'
        "\n"
        r"\1",
        "email is told by the cloud; leave it out",
    ),
)

NEWER = Mistake(
    "newer provider than there is",
    "versions.tf",
    "terraform",
    r">= 7\.43, < 9\.0",
    ">= 9.0, < 10.0",
    "no available releases match the given constraints",
)
"""Caught by `init`, before anything is validated."""
