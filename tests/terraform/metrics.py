"""What Google measures, as far as our alarms and charts use it.

Sources: "Google Cloud metrics" (cloud.google.com/monitoring/api/metrics_gcp), the parts "run" and "pubsub";
"Monitored resource types" (cloud.google.com/monitoring/api/resources); for what an aligner takes, "Aligner"
in the reference of projects.alertPolicies (cloud.google.com/monitoring/api/ref_v3/rest/v3). A new line here
is compared with them, because nothing else does so before an apply. The pages themselves were not at hand in
November 2026: names, resources, and labels were compared with lists that others made of them, such as
Observe's of Cloud Run, and with the alarms of other projects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """A time series that Google keeps of a kind of resource."""

    resource: str
    kind: str
    unit: str = "1"
    labels: frozenset[str] = frozenset()


_STATUS = frozenset({"response_code", "response_code_class"})
COUNTED = Metric("cloud_run_revision", "DELTA INT64")
"""A log-based metric of our functions' lines that counts."""
METRICS: Mapping[str, Metric] = {
    "run.googleapis.com/request_count": Metric("cloud_run_revision", "DELTA INT64", labels=_STATUS),
    "run.googleapis.com/request_latencies": Metric("cloud_run_revision", "DELTA DISTRIBUTION", "ms", _STATUS),
    "run.googleapis.com/container/instance_count": Metric(
        "cloud_run_revision", "GAUGE INT64", labels=frozenset({"state"})
    ),
    "run.googleapis.com/job/completed_execution_count": Metric(
        "cloud_run_job", "DELTA INT64", labels=frozenset({"result"})
    ),
    "pubsub.googleapis.com/subscription/num_undelivered_messages": Metric(
        "pubsub_subscription", "GAUGE INT64"
    ),
    "pubsub.googleapis.com/subscription/oldest_unacked_message_age": Metric(
        "pubsub_subscription", "GAUGE INT64", "s"
    ),
    "pubsub.googleapis.com/topic/send_request_count": Metric(
        "pubsub_topic", "DELTA INT64", labels=frozenset({"response_class", "response_code"})
    ),
}
NAMED_BY: Mapping[str, str] = {
    "cloud_run_revision": "service_name",
    "cloud_run_job": "job_name",
    "pubsub_subscription": "subscription_id",
    "pubsub_topic": "topic_id",
}
"""The label of each type of resource that has its name."""
MADE_BY: Mapping[str, str] = {
    "cloud_run_revision": "cloudfunctions2_function",
    "cloud_run_job": "cloud_run_v2_job",
    "pubsub_subscription": "pubsub_subscription",
    "pubsub_topic": "pubsub_topic",
}
"""What we make of each type."""
LABELS: Mapping[str, frozenset[str]] = {
    "response_code_class": frozenset({"2xx", "3xx", "4xx", "5xx"}),
    "result": frozenset({"succeeded", "failed"}),
    "state": frozenset({"active", "idle"}),
}
"""The values of labels."""
ALIGNERS: Mapping[str, frozenset[str]] = {
    "DELTA INT64": frozenset({"ALIGN_DELTA", "ALIGN_RATE"}),
    "GAUGE INT64": frozenset({"ALIGN_MAX", "ALIGN_MEAN", "ALIGN_MIN"}),
    "DELTA DISTRIBUTION": frozenset(f"ALIGN_PERCENTILE_{share}" for share in ("05", "50", "95", "99")),
}
"""Those that make a number of each kind that an alarm can be compared with."""
