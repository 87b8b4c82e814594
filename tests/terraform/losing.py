"""Mistakes that lose something, or come too early: two trees of them, because some change the same line."""

from __future__ import annotations

from tests.terraform.mistakes import Mistake

_LABELS = 'resource "google_storage_bucket" "labels"'
_BUCKET = 'resource "google_storage_bucket" "pictures"'
_PICTURES = 'resource "google_pubsub_subscription" "pictures"'
_DEAD_LETTER = 'resource "google_pubsub_subscription" "dead_letter"'
_DEPENDS_ON = r"\n  depends_on += \[.*?\]\n"

_DESTROYED = "only_copies_are_destroyed_with_their_bucket"
_SWEPT = "nothing_live_is_swept"
_KEPT = "subscriptions_keep_every_event"
_ORDER = "nothing_comes_before_what_it_needs"
_SERVICE = "everything_waits_for_its_service"

LOSING = (
    Mistake(
        "answers destroyed with their bucket",
        "storage.tf",
        _LABELS,
        r"(force_destroy +=) false",
        r"\1 true",
        "google_storage_bucket.labels: force_destroy is on",
        _DESTROYED,
    ),
    Mistake(
        "pictures destroyed with their bucket",
        "storage.tf",
        _BUCKET,
        r"(force_destroy +=) false",
        r"\1 true",
        "google_storage_bucket.pictures[0]: force_destroy is on",
        _DESTROYED,
    ),
    Mistake(
        "pictures swept by their age",
        "storage.tf",
        _BUCKET,
        r"days_since_noncurrent_time =",
        "age =",
        "google_storage_bucket.pictures[0]: a rule touches what is live: age=30",
        _SWEPT,
    ),
    Mistake(
        "answers swept with waiting products",
        "storage.tf",
        _LABELS,
        r'"waiting/"',
        '"waiting/", "answers/"',
        "google_storage_bucket.labels: a rule touches what is live: age=30",
        _SWEPT,
    ),
    Mistake(
        "answers swept with claims",
        "storage.tf",
        _LABELS,
        r"\n +matches_suffix = .*",
        "",
        "google_storage_bucket.labels: a rule touches what is live: age=1",
        _SWEPT,
    ),
    Mistake(
        "pushing subscription expires",
        "events.tf",
        _PICTURES,
        r"expiration_policy \{.*?\n  \}\n",
        "",
        "google_pubsub_subscription.pictures expires",
        _KEPT,
    ),
    Mistake(
        "dead letters expire",
        "events.tf",
        _DEAD_LETTER,
        r'ttl = ""',
        'ttl = "2678400s"',
        "google_pubsub_subscription.dead_letter expires when nobody reads it: ['2678400s']",
        _KEPT,
    ),
    Mistake(
        "events kept for fewer hours than their attempts take",
        "events.tf",
        _PICTURES,
        r"(message_retention_duration +=).*",
        r'\1 "43200s"',
        "keeps an event for 43200 seconds, and all attempts take 48630",
        _KEPT,
    ),
    Mistake(
        "some dead letters dropped",
        "events.tf",
        _DEAD_LETTER,
        r"(ack_deadline_seconds +=.*)",
        r'\1\n  filter = "attributes:objectId"',
        "google_pubsub_subscription.dead_letter drops what is not attributes:objectId",
        _KEPT,
    ),
    Mistake(
        "notification before its grant",
        "events.tf",
        'resource "google_storage_notification" "pictures"',
        _DEPENDS_ON,
        "\n",
        "google_storage_notification.pictures may be made before google_pubsub_topic_iam_member",
        _ORDER,
    ),
    Mistake(
        "events before their function may be called",
        "events.tf",
        _PICTURES,
        _DEPENDS_ON,
        "\n",
        "google_pubsub_subscription.pictures may be made before module.enrich.google_cloud_run",
        _ORDER,
    ),
    Mistake(
        "enrich before it may read its secrets",
        "functions.tf",
        'module "enrich"',
        r"time_sleep\.granted",
        "time_sleep.enabled",
        "module.enrich.google_cloudfunctions2_function.this may be made before google_secret_manager",
        _ORDER,
    ),
    Mistake(
        "search before its build may write the image",
        "functions.tf",
        'module "search"',
        r"time_sleep\.granted",
        "time_sleep.enabled",
        "module.search.google_cloudfunctions2_function.this may be made before google_artifact",
        _ORDER,
    ),
    Mistake(
        "job before it may read its secrets",
        "backfill.tf",
        'resource "google_cloud_run_v2_job" "backfill"',
        _DEPENDS_ON,
        "\n",
        'google_cloud_run_v2_job.backfill["job"] may be made before google_secret_manager_secret_iam_member',
        _ORDER,
    ),
    Mistake(
        "clock before it may start the job",
        "backfill.tf",
        'resource "google_cloud_scheduler_job" "backfill"',
        _DEPENDS_ON,
        "\n",
        'google_cloud_scheduler_job.backfill["job"] may be made before google_cloud_run_v2_job_iam_member',
        _ORDER,
    ),
    Mistake(
        "clock before somebody hears it",
        "waiting.tf",
        'resource "google_cloud_scheduler_job" "reconcile"',
        _DEPENDS_ON,
        "\n",
        "google_cloud_scheduler_job.reconcile may be made before google_pubsub_subscription.pictures",
        _ORDER,
    ),
    Mistake(
        "topic before its API",
        "events.tf",
        'resource "google_pubsub_topic" "parked"',
        _DEPENDS_ON,
        "\n",
        "google_pubsub_topic.parked does not wait for its API",
        _SERVICE,
    ),
    Mistake(
        "account before its API",
        "identities.tf",
        'resource "google_service_account" "delivery"',
        _DEPENDS_ON,
        "\n",
        "google_service_account.delivery[0] does not wait for its API",
        _SERVICE,
    ),
)

LOSING_TOO = (
    Mistake(
        "APIs of other services switched off with ours",
        "services.tf",
        'resource "google_project_service" "needed"',
        r"(disable_on_destroy +=).*",
        r"\1 true",
        "disable_on_destroy is on",
        _DESTROYED,
    ),
    Mistake(
        "no way back for a deleted answer",
        "storage.tf",
        _LABELS,
        r"(force_destroy +=.*)",
        r"\1\n  soft_delete_policy {\n    retention_duration_seconds = 0\n  }",
        "google_storage_bucket.labels: soft delete is off",
        _DESTROYED,
    ),
    Mistake(
        "pictures moved where they cannot be read quickly",
        "storage.tf",
        _BUCKET,
        r'(type = )"Delete"(.*?)days_since_noncurrent_time = .*?\n',
        r'\1"SetStorageClass"\nstorage_class = "ARCHIVE"\2created_before = "2030-01-01"\n',
        "google_storage_bucket.pictures[0]: a rule touches what is live: created_before=2030-01-01",
        _SWEPT,
    ),
    Mistake(
        "parked events expire",
        "events.tf",
        'resource "google_pubsub_subscription" "parked"',
        r"expiration_policy \{.*?\n  \}\n",
        "",
        "google_pubsub_subscription.parked expires",
        _KEPT,
    ),
    Mistake(
        "search before everything that it needs",
        "functions.tf",
        'module "search"',
        _DEPENDS_ON,
        "\n",
        "module.search.google_cloudfunctions2_function.this may be made before google_secret_manager",
        _ORDER,
    ),
)
