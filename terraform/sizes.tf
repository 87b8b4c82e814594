# How large instances are, and how many pictures a minute all of them together could ask the recognizer about, which its
# quota must allow. Quotas count pictures: several of one product go in one call, and count as several.

locals {
  search_threads = coalesce(var.search.concurrency, 4 * var.search.max_concurrent_searches)

  # The nightly job has one processor, see backfill.tf.
  sizes = merge(
    { enrich = merge(var.enrich, { min_instances = 0 }), search = merge(var.search, { concurrency = local.search_threads }) },
    var.backfill == null ? {} : { backfill = { cpu = 1, memory = var.backfill.memory, concurrency = 1, min_instances = 0, max_instances = 1 } },
  )

  recognizer = coalesce(var.recognizer.name, var.bundles.recognizer, "google-vision")

  # A slot works on one event or search at a time, and takes about a second for a picture, the fetching
  # included. Beyond the quota the recognizer throttles, and what it throttled is asked again later.
  pictures_per_slot_and_minute = 60

  enrich_pictures = var.enrich.max_instances * var.enrich.concurrency * local.pictures_per_slot_and_minute

  search_slots    = var.search.max_concurrent_searches * local.pictures_per_slot_and_minute
  search_pictures = var.search.max_instances * (coalesce(var.search.total_rate, 0) == 0 ? local.search_slots : min(local.search_slots, var.search.total_rate))

  pictures_per_minute = local.enrich_pictures + local.search_pictures
}

# Refuses what Cloud Run would refuse.
module "size" {
  source   = "./modules/size"
  for_each = local.sizes

  name          = each.key
  cpu           = each.value.cpu
  memory        = each.value.memory
  concurrency   = each.value.concurrency
  min_instances = each.value.min_instances
  max_instances = each.value.max_instances
}
