# Trouble is told.

mock_provider "google" {}
mock_provider "time" {}

run "somebody_is_told_of_each" {
  variables {
    alerts = { channels = ["projects/my-shop-421317/notificationChannels/1"] }
  }

  assert {
    condition = toset([for alarm in concat(values(google_monitoring_alert_policy.alarms), values(google_monitoring_alert_policy.logged), values(google_monitoring_alert_policy.queried)) : alarm.display_name]) == toset([
      "visual-search: a clock fails",
      "visual-search: a setting is wrong",
      "visual-search: dead letter not empty",
      "visual-search: enrich fails",
      "visual-search: events are parked",
      "visual-search: events wait too long",
      "visual-search: many searches lack labels",
      "visual-search: search fails",
      "visual-search: search is slow",
      "visual-search: searches lack labels",
      "visual-search: the recognizer's budget is spent",
    ])
    error_message = "an alarm is missing, or has no section in docs/operations.md"
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(google_monitoring_alert_policy.alarms), values(google_monitoring_alert_policy.logged), values(google_monitoring_alert_policy.queried)) :
      alarm.notification_channels == tolist(["projects/my-shop-421317/notificationChannels/1"])
    ])
    error_message = "an alarm tells nobody"
  }

  assert {
    condition = alltrue([
      for key in ["enrich_fails", "search_fails"] :
      google_monitoring_alert_policy.alarms[key].conditions[0].condition_threshold[0].denominator_filter != null &&
      google_monitoring_alert_policy.alarms[key].conditions[1].condition_threshold[0].threshold_value == 10 &&
      google_monitoring_alert_policy.alarms[key].combiner == "AND"
    ])
    error_message = "errors are counted, but not in relation to all answers, or to too few"
  }

  assert {
    condition     = keys(google_logging_metric.counted) == ["degraded", "enriched", "misconfigured", "parked", "refused", "searched", "waiting"]
    error_message = "a count is missing"
  }
}

run "neither_slowness_nor_a_dashboard_where_they_are_not_wanted" {
  variables {
    alerts    = { search_latency = 0 }
    dashboard = false
  }

  assert {
    condition     = !contains(keys(google_monitoring_alert_policy.alarms), "search_slow") && length(google_monitoring_dashboard.this) == 0
    error_message = "an alarm or a dashboard is made that was declined"
  }
}
