# How many pictures a minute all instances together could ask the recognizer about, which its quota must allow. Quotas
# count pictures: several of one product go in one call, and count as several.

locals {
  recognizer = coalesce(var.recognizer.name, var.bundles.recognizer, "google-vision")

  # A slot works on one event or search at a time, and takes about a second for a picture, the fetching
  # included. Beyond the quota the recognizer throttles, and what it throttled is asked again later.
  pictures_per_slot_and_minute = 60

  enrich_pictures = var.enrich.max_instances * var.enrich.concurrency * local.pictures_per_slot_and_minute

  search_slots    = var.search.max_concurrent_searches * local.pictures_per_slot_and_minute
  search_pictures = var.search.max_instances * (coalesce(var.search.total_rate, 0) == 0 ? local.search_slots : min(local.search_slots, var.search.total_rate))

  pictures_per_minute = local.enrich_pictures + local.search_pictures
}

# Google can't delete a preference: after a destroy the quota stays as it is, see docs/cost.md.
resource "google_cloud_quotas_quota_preference" "recognizer" {
  count = var.recognizer.quota_id == null ? 0 : 1

  parent               = "projects/${var.project_id}"
  name                 = "${var.name}-pictures-a-minute"
  service              = "vision.googleapis.com"
  quota_id             = var.recognizer.quota_id
  ignore_safety_checks = "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"

  quota_config {
    preferred_value = tostring(ceil(local.pictures_per_minute))
  }

  depends_on = [time_sleep.enabled]
}
