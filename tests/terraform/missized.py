"""Mistakes in sizes, times, and values that only an API would refuse."""

from __future__ import annotations

from tests.terraform.mistakes import Mistake

_INSIDE = "modules/function/main.tf"
_FUNCTION = 'resource "google_cloudfunctions2_function" "this"'
_JOB = 'resource "google_cloud_run_v2_job" "backfill"'

_SIZES = "sizes_are_those_given"
_VALUES = "values_are_among_the_apis"
_PERIODS = "periods_are_whole_minutes"

MISSIZED = (
    Mistake(
        "more instances than allowed",
        _INSIDE,
        _FUNCTION,
        "(max_instance_count +=).*",
        r"\1 100",
        "search.max_instances is 3, and 100 is planned",
        _SIZES,
    ),
    Mistake(
        "memory of its own",
        _INSIDE,
        _FUNCTION,
        "(available_memory +=).*",
        r'\1 "512Mi"',
        "enrich.memory is 2Gi, and 512Mi is planned",
        _SIZES,
    ),
    Mistake(
        "processors of its own",
        _INSIDE,
        _FUNCTION,
        "(available_cpu +=).*",
        r'\1 "1"',
        "search.cpu is 4, and 1 is planned",
        _SIZES,
    ),
    Mistake(
        "every instance kept ready",
        _INSIDE,
        _FUNCTION,
        "(min_instance_count +=).*",
        r"\1 var.size.max_instances",
        "search.min_instances is 1, and 3 is planned",
        _SIZES,
    ),
    Mistake(
        "time of its own",
        "functions.tf",
        'module "enrich"',
        r"\{ min_instances",
        "{ timeout = 60, min_instances",
        "enrich.timeout is 240, and 60 is planned",
        _SIZES,
    ),
    Mistake(
        "fewer attempts",
        "events.tf",
        'resource "google_pubsub_subscription" "pictures"',
        "(max_delivery_attempts =).*",
        r"\1 5",
        "enrich.attempts is 60, and 5 is planned",
        _SIZES,
    ),
    Mistake(
        "job of another memory",
        "backfill.tf",
        _JOB,
        r"memory = each\.value\.memory",
        'memory = "512Mi"',
        "backfill.memory is 2Gi, and 512Mi is planned",
        _SIZES,
    ),
    Mistake(
        "job of another rate",
        "backfill.tf",
        _JOB,
        r"--rate=\$\{each\.value\.rate\}",
        "--rate=50",
        "backfill.rate is 4, and 50 is planned",
        _SIZES,
    ),
    Mistake(
        "night of another zone",
        "backfill.tf",
        'resource "google_cloud_scheduler_job" "backfill"',
        "(time_zone +=).*",
        r'\1 "Etc/UTC"',
        "backfill.time_zone is Europe/Paris, and Etc/UTC is planned",
        _SIZES,
    ),
    Mistake(
        "clock of its own",
        "waiting.tf",
        'resource "google_cloud_scheduler_job" "reconcile"',
        "(schedule +=).*",
        r'\1 "* * * * *"',
        "enrich.reconcile_schedule is */3 * * * *, and * * * * * is planned",
        _SIZES,
    ),
    Mistake(
        "runtime that is gone",
        _INSIDE,
        _FUNCTION,
        "python313",
        "python39",
        "runtime is python39",
        _VALUES,
    ),
    Mistake(
        "notification without a payload",
        "events.tf",
        'resource "google_storage_notification" "pictures"',
        "JSON_API_V1",
        "NONE",
        "payload_format is NONE",
        _VALUES,
    ),
    Mistake(
        "advice that is not shown as written",
        "monitoring.tf",
        'resource "google_monitoring_alert_policy" "logged"',
        "text/markdown",
        "text/plain",
        "mime_type is text/plain",
        _VALUES,
    ),
    Mistake(
        "job started by reading",
        "backfill.tf",
        'resource "google_cloud_scheduler_job" "backfill"',
        '"POST"',
        '"GET"',
        "http_method is GET",
        _VALUES,
    ),
    Mistake(
        "duration of a minute and a half",
        "alarms.tf",
        "locals",
        "(duration +=) 900",
        r"\1 90",
        'alarms["enrich_fails"]: duration is 90s',
        _PERIODS,
    ),
    Mistake(
        "period of half a minute",
        "alarms.tf",
        "locals",
        r"(period +=) 300(\n +duration +=) 600",
        r"\1 30\2 600",
        'alarms["search_slow"]: alignment_period is 30s',
        _PERIODS,
    ),
)
