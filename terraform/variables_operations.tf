# What tells of trouble, and what runs by the clock.

variable "alerts" {
  description = <<-EOT
    When somebody is told; docs/operations.md says what each alarm means.

    - `channels`: who is told, such as projects/my-project/notificationChannels/123; empty shows alarms only in the console
    - `parked_per_hour`: parked events in an hour that are too many
    - `enrich_error_ratio`: the share of events that fail, 0 to 1; one without a record fails at most twice before its product waits
    - `search_error_ratio`: the share of searches that fail, 0 to 1
    - `degraded_ratio`: the share of searches with a photo that are answered without the recognizer's labels, 0 to 1
    - `least_calls`: calls in 5 minutes up to which such a share wakes nobody
    - `oldest_event`: seconds for which an event may wait
    - `search_latency`: seconds within which 95 of 100 searches are answered; 0 for no such alarm
  EOT
  type = object({
    channels           = optional(list(string), [])
    parked_per_hour    = optional(number, 10)
    enrich_error_ratio = optional(number, 0.5)
    search_error_ratio = optional(number, 0.05)
    degraded_ratio     = optional(number, 0.5)
    least_calls        = optional(number, 10)
    oldest_event       = optional(number, 3600)
    search_latency     = optional(number, 5)
  })
  default = {}

  validation {
    condition     = alltrue([for channel in var.alerts.channels : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", channel))])
    error_message = "alerts.channels: write full names, such as projects/my-project/notificationChannels/123; `gcloud beta monitoring channels list` shows them."
  }

  validation {
    condition     = alltrue([for share in [var.alerts.enrich_error_ratio, var.alerts.search_error_ratio, var.alerts.degraded_ratio] : share > 0 && share < 1])
    error_message = "alerts: write ratios above 0 and below 1, such as 0.05."
  }

  validation {
    condition     = alltrue([for number in [var.alerts.parked_per_hour, var.alerts.least_calls, var.alerts.oldest_event, var.alerts.search_latency] : number >= 0])
    error_message = "alerts: write numbers of 0 or more."
  }
}

variable "budget" {
  description = <<-EOT
    Who spends more than this in a month is told by `alerts.channels`; nothing is stopped. Null for no budget.

    - `billing_account`: the billing account's id, such as 012345-6789AB-CDEF01
    - `amount`: what the whole project may cost in a month, in whole units of the currency
    - `currency`: such as EUR; null for the billing account's own
    - `shares`: the shares of the amount at which somebody is told
  EOT
  type = object({
    billing_account = string
    amount          = number
    currency        = optional(string)
    shares          = optional(list(number), [0.5, 0.9, 1])
  })
  default = null

  validation {
    condition     = var.budget == null ? true : can(regex("^[0-9A-F]{6}(-[0-9A-F]{6}){2}$", var.budget.billing_account))
    error_message = "budget.billing_account: write the id, such as 012345-6789AB-CDEF01; `gcloud billing accounts list` shows it."
  }

  validation {
    condition     = var.budget == null ? true : var.budget.amount >= 1 && floor(var.budget.amount) == var.budget.amount
    error_message = "budget.amount: write a whole number of 1 or more."
  }

  validation {
    condition     = try(var.budget.currency, null) == null ? true : can(regex("^[A-Z]{3}$", var.budget.currency))
    error_message = "budget.currency: write three letters, such as EUR, or leave it out."
  }

  validation {
    condition     = var.budget == null ? true : length(var.budget.shares) > 0 && alltrue([for share in var.budget.shares : share > 0 && share <= 10])
    error_message = "budget.shares: write shares such as 0.5 and 1, above 0 and up to 10."
  }

  validation {
    condition     = var.budget == null ? true : length(var.alerts.channels) <= 5
    error_message = "budget: Google tells five channels at most of what is spent; write fewer alerts.channels."
  }
}

variable "dashboard" {
  description = "Whether to make a dashboard."
  type        = bool
  default     = true
}

locals {
  # Minute, hour, day, month and day of the week, as unix-cron has them.
  cron = [
    for number in ["[0-5]?[0-9]", "(?:[01]?[0-9]|2[0-3])", "(?:[1-9]|[12][0-9]|3[01])", "(?:[1-9]|1[0-2]|[A-Za-z]{3})", "(?:[0-7]|[A-Za-z]{3})"] :
    "(?:\\*|${number}(?:-${number})?)(?:/[1-9][0-9]?)?"
  ]
}

variable "backfill" {
  description = <<-EOT
    A job that runs `visual-search pictures backfill --missing --yes` by the clock, with `algolia.backfill_key`; null for none.

    - `image`: the container's image, built by the line that `visual-search bundle` prints, by its digest
    - `schedule`: when, as a cron line
    - `time_zone`: where that time is read
    - `rate`: pictures looked at in a second, at most, below the recognizer's quota
    - `timeout`: seconds a run may take, 60 to 86400; the next one looks for what it left out
    - `memory`: memory of the job, such as 1Gi
  EOT
  type = object({
    image     = string
    schedule  = optional(string, "30 3 * * *")
    time_zone = optional(string, "Etc/UTC")
    rate      = optional(number, 15)
    timeout   = optional(number, 3600)
    memory    = optional(string, "1Gi")
  })
  default = null

  validation {
    condition     = var.backfill == null || var.algolia.backfill_key != null
    error_message = "backfill: it needs a key of its own; write algolia.backfill_key, the secret of a key with the rights search and browse."
  }

  validation {
    condition     = var.backfill == null ? true : can(regex("@sha256:[0-9a-f]{64}$", var.backfill.image))
    error_message = "backfill.image: write the image by its digest, such as europe-docker.pkg.dev/my-project/tools/backfill@sha256:0a1b...; `docker push` prints it."
  }

  validation {
    condition     = var.backfill == null ? true : can(regex("^${join(" ", [for part in local.cron : "${part}(,${part})*"])}$", var.backfill.schedule))
    error_message = "backfill.schedule: write a cron line of five fields, such as 30 3 * * *."
  }

  validation {
    condition     = var.backfill == null ? true : var.backfill.rate > 0 && var.backfill.rate <= 1000
    error_message = "backfill.rate: write pictures in a second, above 0 and up to 1000."
  }

  validation {
    condition     = var.backfill == null ? true : var.backfill.timeout >= 60 && var.backfill.timeout <= 86400 && floor(var.backfill.timeout) == var.backfill.timeout
    error_message = "backfill.timeout: write whole seconds, 60 to 86400."
  }
}
