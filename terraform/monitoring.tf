# The alarms of alarms.tf as policies: about the platform's metrics, about counted log lines, and about single ones.

resource "google_monitoring_alert_policy" "alarms" {
  for_each = local.alarms

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = each.value.whole == null ? "OR" : "AND"
  notification_channels = var.alerts.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_threshold {
      filter             = each.value.filter
      denominator_filter = each.value.whole
      comparison         = "COMPARISON_GT"
      threshold_value    = each.value.threshold
      duration           = "${each.value.duration}s"

      aggregations {
        alignment_period     = "${each.value.period}s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = each.value.reducer
      }

      dynamic "denominator_aggregations" {
        for_each = each.value.whole == null ? [] : [each.value]

        content {
          alignment_period     = "${denominator_aggregations.value.period}s"
          per_series_aligner   = denominator_aggregations.value.aligner
          cross_series_reducer = denominator_aggregations.value.reducer
        }
      }
    }
  }

  # One failure of two calls is half of them, and no reason to wake somebody.
  dynamic "conditions" {
    for_each = each.value.whole == null ? [] : [each.value]

    content {
      display_name = "enough calls for a share"

      condition_threshold {
        filter          = conditions.value.whole
        comparison      = "COMPARISON_GT"
        threshold_value = var.alerts.least_calls
        duration        = "${conditions.value.duration}s"

        aggregations {
          alignment_period     = "${conditions.value.period}s"
          per_series_aligner   = conditions.value.aligner
          cross_series_reducer = conditions.value.reducer
        }
      }
    }
  }

  documentation {
    content   = "${each.value.advice} See docs/operations.md, \"${each.value.title}\"."
    mime_type = "text/markdown"
  }

  depends_on = [time_sleep.enabled]
}

resource "google_monitoring_alert_policy" "queried" {
  for_each = local.queried_alarms

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  notification_channels = var.alerts.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = "${each.value.duration}s"
      evaluation_interval = "60s"

      # A log-based metric exists from its first line on.
      disable_metric_validation = true
    }
  }

  documentation {
    content   = "${each.value.advice} See docs/operations.md, \"${each.value.title}\"."
    mime_type = "text/markdown"
  }

  depends_on = [time_sleep.enabled]
}

resource "google_monitoring_alert_policy" "logged" {
  for_each = local.logged_alarms

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title}"
  combiner              = "OR"
  notification_channels = var.alerts.channels
  user_labels           = var.labels

  conditions {
    display_name = each.value.title

    condition_matched_log {
      filter           = each.value.filter
      label_extractors = each.value.told
    }
  }

  # Wanted of every alarm about log lines.
  alert_strategy {
    notification_rate_limit {
      period = "3600s"
    }
  }

  documentation {
    content   = "${each.value.advice} See docs/operations.md, \"${each.value.title}\"."
    mime_type = "text/markdown"
  }

  depends_on = [time_sleep.enabled]
}

moved {
  from = google_monitoring_alert_policy.misconfigured
  to   = google_monitoring_alert_policy.logged["misconfigured"]
}
