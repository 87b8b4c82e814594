# How often all instances together could ask the recognizer, which its quota must allow.

locals {
  # A slot works on one event or search at a time, and takes about a second for a picture, the fetching
  # included. Beyond the quota the recognizer throttles, and what it throttled is asked again later.
  calls_per_slot_and_minute = 60

  enrich_calls = var.enrich.max_instances * var.enrich.concurrency * local.calls_per_slot_and_minute

  search_slots = var.search.max_concurrent_searches * local.calls_per_slot_and_minute
  search_calls = var.search.max_instances * (coalesce(var.search.total_rate, 0) == 0 ? local.search_slots : min(local.search_slots, var.search.total_rate))

  calls_per_minute = local.enrich_calls + local.search_calls
}
