# One page that shows whether events come through and searches are answered.

locals {
  of_any_subscription = "resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=starts_with(\"${var.name}-\")"

  charts = [
    {
      title = "Products enriched or waiting, events parked, pictures refused, searches, searches without labels, wrong settings, a minute"
      lines = [for key, metric in google_logging_metric.counted : {
        name    = key
        filter  = "metric.type=\"logging.googleapis.com/user/${metric.name}\" AND resource.type=\"cloud_run_revision\""
        aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM", by = []
      }]
    },
    {
      title = "Messages not yet acknowledged, by subscription"
      lines = [{
        name    = "waiting"
        filter  = "${local.of_any_subscription} AND metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\""
        aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = ["resource.label.subscription_id"]
      }]
    },
    {
      title = "Answers of enrich and search, by status"
      lines = [{
        name    = "answers"
        filter  = "${local.of_functions_charted} AND ${local.requests}"
        aligner = "ALIGN_DELTA", reducer = "REDUCE_SUM", by = ["resource.label.service_name", "metric.label.response_code_class"]
      }]
    },
    {
      title = "Seconds the oldest event waits"
      lines = [{
        name    = "oldest"
        filter  = "${local.of_pictures} AND metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
        aligner = "ALIGN_MAX", reducer = "REDUCE_MAX", by = []
      }]
    },
    {
      title = "Milliseconds of a search, half and 95 of 100"
      lines = [for share in ["50", "95"] : {
        name    = "${share} of 100"
        filter  = "${local.of_search} AND metric.type=\"run.googleapis.com/request_latencies\""
        aligner = "ALIGN_PERCENTILE_${share}", reducer = "REDUCE_MAX", by = []
      }]
    },
    {
      title = "Instances"
      lines = [{
        name    = "instances"
        filter  = "${local.of_functions_charted} AND metric.type=\"run.googleapis.com/container/instance_count\""
        aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", by = ["resource.label.service_name"]
      }]
    },
  ]

  of_functions_charted = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=one_of(\"${var.name}-enrich\", \"${var.name}-search\")"

  # Nothing that is null, empty, or zero: the service leaves it out, and each plan would put it in again.
  tiles = [for place, chart in local.charts : merge(
    { for axis, cells in { xPos = place % 2 * 24, yPos = floor(place / 2) * 16 } : axis => cells if cells > 0 },
    {
      width  = 24
      height = 16
      widget = {
        title = chart.title
        xyChart = {
          dataSets = [for line in chart.lines : merge(
            length(chart.lines) > 1 ? { legendTemplate = line.name } : {},
            {
              plotType = "LINE"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter = line.filter
                  aggregation = merge(length(line.by) > 0 ? { groupByFields = line.by } : {}, {
                    alignmentPeriod    = "60s"
                    perSeriesAligner   = line.aligner
                    crossSeriesReducer = line.reducer
                  })
                }
              }
            },
          )]
        }
      }
    },
  )]
}

resource "google_monitoring_dashboard" "this" {
  count = var.dashboard ? 1 : 0

  project = var.project_id
  dashboard_json = jsonencode({
    displayName  = var.name
    mosaicLayout = { columns = 48, tiles = local.tiles }
  })

  depends_on = [time_sleep.enabled]
}
