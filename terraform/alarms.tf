# When to tell somebody; docs/operations.md has a section for each title. The alarms read the platform's own
# metrics: one on a log-based metric is refused until that metric has been seen, some minutes after its making. Only a
# query in PromQL may be about what is not there yet.

locals {
  requests = "metric.type=\"run.googleapis.com/request_count\""
  failed   = "metric.labels.response_code_class=\"5xx\""

  of_dead_letters = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.dead_letter.name}\""
  of_pictures     = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.pictures.name}\""
  of_parked       = "resource.type=\"pubsub_topic\" AND resource.labels.topic_id=\"${google_pubsub_topic.parked.name}\""

  alarms = merge(
    {
      dead_letter = {
        title     = "dead letter not empty"
        advice    = "Events could not be delivered to enrich, however often it was tried. They are kept for 31 days."
        filter    = "${local.of_dead_letters} AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
        whole     = null
        aligner   = "ALIGN_MAX"
        reducer   = "REDUCE_SUM"
        period    = 60
        duration  = 0
        threshold = 0
      }
      parked = {
        title     = "events are parked"
        advice    = "More than ${var.alerts.parked_per_hour} events in an hour cannot succeed. `visual-search parked` says why."
        filter    = "${local.of_parked} AND metric.type=\"pubsub.googleapis.com/topic/send_request_count\""
        whole     = null
        aligner   = "ALIGN_DELTA"
        reducer   = "REDUCE_SUM"
        period    = 3600
        duration  = 0
        threshold = var.alerts.parked_per_hour
      }
      enrich_fails = {
        title     = "enrich fails"
        advice    = "Too many events end in an error and come again later. The log lines of ${var.name}-enrich say why."
        filter    = "${local.of_enrich} AND ${local.requests} AND ${local.failed}"
        whole     = "${local.of_enrich} AND ${local.requests}"
        aligner   = "ALIGN_DELTA"
        reducer   = "REDUCE_SUM"
        period    = 300
        duration  = 900
        threshold = var.alerts.enrich_error_ratio
      }
      search_fails = {
        title     = "search fails"
        advice    = "Too many shoppers see an error. The log lines of ${var.name}-search say why."
        filter    = "${local.of_search} AND ${local.requests} AND ${local.failed}"
        whole     = "${local.of_search} AND ${local.requests}"
        aligner   = "ALIGN_DELTA"
        reducer   = "REDUCE_SUM"
        period    = 300
        duration  = 300
        threshold = var.alerts.search_error_ratio
      }
      events_wait = {
        title     = "events wait too long"
        advice    = "An event has waited for more than ${var.alerts.oldest_event} seconds: for a service behind, or because enrich cannot keep up."
        filter    = "${local.of_pictures} AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
        whole     = null
        aligner   = "ALIGN_MAX"
        reducer   = "REDUCE_MAX"
        period    = 60
        duration  = 300
        threshold = var.alerts.oldest_event
      }
    },
    { for key, seconds in { search_slow = var.alerts.search_latency } : key => {
      title                             = "search is slow"
      advice                            = "5 of 100 searches take longer than ${seconds} seconds."
      filter                            = "${local.of_search} AND metric.type=\"run.googleapis.com/request_latencies\""
      whole                             = null
      aligner                           = "ALIGN_PERCENTILE_95"
      reducer                           = "REDUCE_MAX"
      period                            = 300
      duration                          = 600
      threshold                         = 1000 * seconds
    } if seconds > 0 },
    { for key, job in google_cloud_run_v2_job.backfill : "backfill_fails" => {
      title     = "nightly job fails"
      advice    = "A run of ${job.name} ended in an error; its log lines say why. The next run looks for what it left out."
      filter    = "resource.type=\"cloud_run_job\" AND resource.labels.job_name=\"${job.name}\" AND metric.type=\"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result=\"failed\""
      whole     = null
      aligner   = "ALIGN_DELTA"
      reducer   = "REDUCE_SUM"
      period    = 3600
      duration  = 0
      threshold = 0
    } },
  )

  clocks = join(" OR ", [for name in concat([google_cloud_scheduler_job.reconcile.name], values(google_cloud_scheduler_job.backfill)[*].name) : "\"${name}\""])

  # A counter's name in PromQL, "Mapping Cloud Monitoring metrics to PromQL", over five minutes.
  in_five_minutes = { for key, metric in google_logging_metric.counted : key =>
    "sum(increase(logging_googleapis_com:user_${replace(metric.name, "-", "_")}{monitored_resource=\"cloud_run_revision\"}[5m]))"
  }

  queried_alarms = {
    degraded = {
      title    = "many searches lack labels"
      advice   = "More than ${format("%g", 100 * var.alerts.degraded_ratio)} of 100 searches with a photo are answered without the recognizer's labels."
      query    = "${local.in_five_minutes.degraded} / ${local.in_five_minutes.searched} > ${var.alerts.degraded_ratio} and ${local.in_five_minutes.searched} > ${var.alerts.least_calls}"
      duration = 600
    }
  }

  # About log lines, each told once an hour at most.
  logged_alarms = {
    degraded = {
      title  = "searches lack labels"
      advice = "The recognizer failed several times in a row; searches are answered by what the encoder sees."
      filter = "${local.of_search} AND jsonPayload.message=\"recognizer down\""
      told   = { reason = "EXTRACT(jsonPayload.reason)" }
    }
    budget_spent = {
      title  = "the recognizer's budget is spent"
      advice = "As many photos were searched for as search.daily_recognizer_budget allows in a day; until midnight UTC, searches are answered by what the encoder sees."
      filter = "${local.of_search} AND jsonPayload.message=\"recognizer budget spent\""
      told   = { budget = "EXTRACT(jsonPayload.budget)" }
    }
    clock = {
      title  = "a clock fails"
      advice = "Cloud Scheduler could not start what runs by the clock: waiting products, or the nightly job."
      filter = "resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=(${local.clocks}) AND severity>=ERROR"
      told   = { status = "EXTRACT(jsonPayload.status)" }
    }
    misconfigured = {
      title  = "a setting is wrong"
      advice = "A function cannot work as it is set; its log lines name the setting and what to write. Events wait until that is mended."
      filter = local.counted.misconfigured.filter
      told   = { setting = "EXTRACT(jsonPayload.setting)" }
    }
  }
}
