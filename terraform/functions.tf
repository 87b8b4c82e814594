# The two functions and what they are told.

locals {
  # Both must see alike, see shared/settings/labeling.py.
  labeling_env = merge(var.encoder.settings, var.recognizer.settings, {
    RECOGNIZER           = var.recognizer.name == null ? var.bundles.recognizer : var.recognizer.name
    LABEL_MIN_SCORE      = var.recognizer.min_score
    MAX_LABELS           = var.recognizer.max_labels
    RECOGNIZER_FEATURES  = join(",", var.recognizer.features)
    RECOGNIZER_TIMEOUT   = var.recognizer.timeout
    ENCODER              = var.encoder.name == null ? var.bundles.encoder : var.encoder.name
    ENCODER_PROJECTION   = var.encoder.projection
    STRATEGIES           = join(",", var.encoder.strategies)
    ATTRIBUTE_NAMES      = join(",", [for ours, name in var.record.attribute_names : "${ours}=${name}"])
    GOOGLE_CLOUD_PROJECT = var.project_id
  })

  enrich_env = merge(local.labeling_env, {
    ALGOLIA_APP_ID         = var.algolia.app_id
    ALGOLIA_INDEX          = var.algolia.index
    PICTURE_BUCKET         = var.pictures.bucket
    OBJECT_PATTERN         = var.pictures.object_pattern == null ? null : join(",", var.pictures.object_pattern)
    IMAGE_URL_TEMPLATE     = var.pictures.image_url_template == null ? local.public_address : var.pictures.image_url_template
    LABEL_BUCKET           = google_storage_bucket.labels.name
    CREATE_MISSING_RECORDS = var.enrich.create_missing_records
    COLORS                 = var.record.colors
    TAKE_OVER_ATTRIBUTES   = var.record.take_over
    MAX_RECORD_BYTES       = var.record.max_bytes
    PARKED_TOPIC           = "projects/${var.project_id}/topics/${google_pubsub_topic.parked.name}"
    PICTURE_TOPIC          = "projects/${var.project_id}/topics/${google_pubsub_topic.pictures.name}"
    MAX_EVENT_AGE          = floor(0.75 * local.attempts_take)
  })

  # Without a key, search only says what to search for.
  search_index_env = var.algolia.search_key == null ? {} : {
    ALGOLIA_APP_ID = var.algolia.app_id
    ALGOLIA_INDEX  = var.algolia.index
  }

  search_env = merge(local.labeling_env, local.search_index_env, {
    SEARCH_MODE             = var.search.mode
    SIMILAR_CLOSENESS       = var.search.similar_closeness
    SIMILAR_SHARE           = var.search.similar_share
    VERY_SIMILAR_CLOSENESS  = var.search.very_similar_closeness
    VERY_SIMILAR_SHARE      = var.search.very_similar_share
    MAX_FILTERS             = var.search.max_filters
    CORS_ORIGINS            = join(",", var.search.cors_origins)
    REQUIRE_ORIGIN          = var.search.require_origin
    MAX_PICTURE_BYTES       = var.search.max_picture_bytes
    PICTURE_URL_HOSTS       = join(",", var.search.picture_url_hosts)
    CLIENT_RATE             = var.search.client_rate
    CLIENT_BURST            = var.search.client_burst
    CLIENT_CONCURRENCY      = var.search.client_concurrency
    TOTAL_RATE              = var.search.total_rate
    MAX_CONCURRENT_SEARCHES = var.search.max_concurrent_searches
    FORWARDED_HOPS          = var.search.forwarded_hops
    DAILY_RECOGNIZER_BUDGET = var.search.daily_recognizer_budget
    ALWAYS_FILTERS          = var.search.always_filters
    FILTERABLE_ATTRIBUTES   = join(",", var.search.filterable_attributes)
    LABEL_BUCKET            = google_storage_bucket.labels.name
  })

  # Seconds, above the longest that a search may take with the longest time-out of a recognizer, and with a body
  # and an answer that go as slowly as they may.
  search_timeout = 200

  search_invokers = merge(
    { for who in var.search.invokers : who => who },
    var.search.public ? { everybody = "allUsers" } : {},
  )
}

module "enrich" {
  source = "./modules/function"

  name            = "${var.name}-enrich"
  description     = "Labels a product's pictures and writes the labels into its record."
  entry_point     = "enrich"
  bundle          = var.bundles.enrich
  environment     = local.enrich_env
  secrets         = local.secrets.enrich
  service_account = local.emails.enrich
  ingress         = "ALLOW_INTERNAL_ONLY"
  invokers        = { delivery = local.members.delivery }
  size            = merge(var.enrich, { min_instances = 0 })
  place           = local.place

  depends_on = [time_sleep.granted]
}

module "search" {
  source = "./modules/function"

  name            = "${var.name}-search"
  description     = "Answers a shopper's photo with products."
  entry_point     = "search"
  bundle          = var.bundles.search
  environment     = local.search_env
  secrets         = local.secrets.search
  service_account = local.emails.search
  ingress         = coalesce(var.search.ingress, var.search.public ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB")
  invokers        = local.search_invokers
  size            = merge(var.search, { timeout = local.search_timeout, concurrency = local.search_threads })
  place           = local.place

  depends_on = [time_sleep.granted]
}

locals {
  place = {
    project_id    = var.project_id
    region        = var.region
    labels        = var.labels
    source_bucket = google_storage_bucket.source.name
    repository    = google_artifact_registry_repository.images.id
    build_account = local.account_ids.build
    build_pool    = var.build_pool
    kms_key       = local.kms_key
    network       = var.network
  }
}
