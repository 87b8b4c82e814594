# What the recognizer could cost in a month of which every second is busy, and who is told of what is spent.

locals {
  # Written by `make docs` from what the recognizers declare; null for what has no published price.
  prices = try(jsondecode(file("${path.module}/prices.json"))[local.recognizer], null)

  # One list for naming things, one for each feature that costs extra.
  price_lists = local.prices == null ? [] : concat(
    [local.prices.pictures],
    [for feature in var.recognizer.features : local.prices.features[feature] if contains(keys(local.prices.features), feature)],
  )

  busy_days    = 30
  busy_minutes = local.busy_days * 24 * 60

  # Search asks about no more in a day than its budget; enrich has none, since only the shop fills the bucket.
  busy_search = min(local.search_pictures * local.busy_minutes, var.search.daily_recognizer_budget == 0 ? local.search_pictures * local.busy_minutes : local.busy_days * var.search.daily_recognizer_budget)

  busy_pictures = {
    search     = local.busy_search
    everything = local.busy_search + local.enrich_pictures * local.busy_minutes
  }

  # USD: each tier has its last picture, null for no end, and the price of a thousand.
  worst_month = { for who, pictures in local.busy_pictures : who => local.prices == null ? null : ceil(sum(flatten([
    for tiers in local.price_lists : [
      for place, tier in tiers :
      max(0, min(pictures, coalesce(tier[0], pictures)) - (place == 0 ? 0 : tiers[place - 1][0])) * tier[1] / 1000
    ]
  ]))) }
}

resource "google_billing_budget" "this" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = var.name

  budget_filter {
    projects = ["projects/${data.google_project.this.number}"]
  }

  amount {
    specified_amount {
      currency_code = var.budget.currency
      units         = tostring(var.budget.amount)
    }
  }

  dynamic "threshold_rules" {
    for_each = var.budget.shares

    content {
      threshold_percent = threshold_rules.value
    }
  }

  # Without channels, those who administer the billing account are told by mail.
  dynamic "all_updates_rule" {
    for_each = length(var.alerts.channels) == 0 ? [] : [var.alerts.channels]

    content {
      monitoring_notification_channels = all_updates_rule.value
    }
  }

  depends_on = [time_sleep.enabled]
}
