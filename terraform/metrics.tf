# What the functions' log lines count up to, for the dashboard; shared/logs.py writes them.

locals {
  of_enrich    = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.name}-enrich\""
  of_search    = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"${var.name}-search\""
  of_functions = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=(\"${var.name}-enrich\" OR \"${var.name}-search\")"

  # An event's outcome, or the message of a search and of a function that does not even start.
  says_misconfigured = "(jsonPayload.outcome=\"misconfigured\" OR jsonPayload.message=\"misconfigured\")"

  counted = {
    enriched = {
      description = "Events after which a product's record was up to date"
      filter      = "${local.of_enrich} AND jsonPayload.message=\"event\" AND jsonPayload.outcome=\"enriched\""
    }
    parked = {
      description = "Events that were parked"
      filter      = "${local.of_enrich} AND jsonPayload.message=\"event\" AND jsonPayload.outcome=\"parked\""
    }
    refused = {
      description = "Events whose product has pictures that the recognizer refuses"
      filter      = "${local.of_enrich} AND jsonPayload.message=\"event\" AND jsonPayload.refused>0"
    }
    waiting = {
      description = "Events whose product waits for its record"
      filter      = "${local.of_enrich} AND jsonPayload.message=\"event\" AND jsonPayload.outcome=\"waiting\""
    }
    searched = {
      description = "Searches with a photo that were answered"
      filter      = "${local.of_search} AND jsonPayload.message=\"request\" AND jsonPayload.method=\"POST\" AND jsonPayload.status=200"
    }
    degraded = {
      description = "Searches that were answered without the recognizer's labels"
      filter      = "${local.of_search} AND jsonPayload.message=\"request\" AND jsonPayload.degraded=\"labels\""
    }
    misconfigured = {
      description = "Events, searches and starts that failed for a wrong setting"
      filter      = "${local.of_functions} AND ${local.says_misconfigured}"
    }
  }
}

resource "google_logging_metric" "counted" {
  for_each = local.counted

  project     = var.project_id
  name        = "${var.name}-${each.key}"
  description = each.value.description
  filter      = each.value.filter

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"
  }

  depends_on = [time_sleep.enabled]
}
