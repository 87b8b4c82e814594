# What is null is left to the function's own default, see docs/settings.md.

variable "enrich" {
  description = <<-EOT
    The function that labels pictures.

    - `memory`: memory of an instance, such as 1Gi
    - `cpu`: processors of an instance: 1, 2, 4, 6 or 8, or less than 1 with `concurrency = 1`; each goes with some amounts of memory
    - `concurrency`: events at work in an instance, and its threads
    - `max_instances`: the most instances, see `recognizer.quota_per_minute`
    - `timeout`: seconds an event may take, 10 to 570
    - `attempts`: deliveries of an event until it goes to the dead letters, 5 to 100; it is parked with its reason after three quarters of the time that they take
    - `reconcile_schedule`: when products that wait for their records are looked for, as a cron line: every minute to every 10 minutes
    - `create_missing_records`: true to create records the index lacks, false to wait for them; null for the function's own default
  EOT
  type = object({
    memory                 = optional(string, "1Gi")
    cpu                    = optional(number, 1)
    concurrency            = optional(number, 4)
    max_instances          = optional(number, 3)
    timeout                = optional(number, 120)
    attempts               = optional(number, 100)
    reconcile_schedule     = optional(string, "*/5 * * * *")
    create_missing_records = optional(bool)
  })
  default = {}

  validation {
    # Pub/Sub waits 600 seconds for an answer, and the function must have ended by then.
    condition     = var.enrich.timeout >= 10 && var.enrich.timeout <= 570 && floor(var.enrich.timeout) == var.enrich.timeout
    error_message = "enrich.timeout: write whole seconds, 10 to 570."
  }

  validation {
    condition     = var.enrich.attempts >= 5 && var.enrich.attempts <= 100 && floor(var.enrich.attempts) == var.enrich.attempts
    error_message = "enrich.attempts: write a whole number from 5 to 100, as Pub/Sub allows."
  }

  validation {
    condition     = can(regex("^\\*(/([1-9]|10))?( \\*){4}$", var.enrich.reconcile_schedule))
    error_message = "enrich.reconcile_schedule: write */5 * * * *, with 1 to 10 minutes for the 5."
  }
}
