# Cloud Storage tells a topic, the topic's subscription pushes to enrich; what cannot be delivered or cannot
# succeed is kept.

locals {
  # Pub/Sub's most, long enough to notice and to mend.
  kept = "${31 * 24 * 3600}s"

  # A bucket with object versioning tells of a deleted picture by OBJECT_ARCHIVE, and never by OBJECT_DELETE.
  changes = ["OBJECT_FINALIZE", "OBJECT_DELETE", "OBJECT_ARCHIVE"]

  event_storage = length(var.event_regions) == 0 ? [] : [var.event_regions]

  backoff = { first = 10, longest = 600 }

  # Seconds that all attempts take at least: the pauses between them double up to the longest.
  attempts_take = sum([
    for n in range(var.enrich.attempts - 1) : min(local.backoff.first * pow(2, n), local.backoff.longest)
  ])
}

resource "google_pubsub_topic" "pictures" {
  project = var.project_id
  name    = "${var.name}-pictures"
  labels  = var.labels

  kms_key_name = local.kms_key

  dynamic "message_storage_policy" {
    for_each = local.event_storage

    content {
      allowed_persistence_regions = message_storage_policy.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

resource "google_storage_notification" "pictures" {
  bucket             = local.picture_bucket
  topic              = google_pubsub_topic.pictures.id
  event_types        = local.changes
  object_name_prefix = var.pictures.prefix == "" ? null : var.pictures.prefix

  # NONE would not do: the functions framework does not recognize a pushed message without data.
  payload_format = "JSON_API_V1"

  depends_on = [google_pubsub_topic_iam_member.storage_notifies, time_sleep.granted]
}

resource "google_pubsub_subscription" "pictures" {
  project                    = var.project_id
  name                       = "${var.name}-pictures"
  topic                      = google_pubsub_topic.pictures.id
  labels                     = var.labels
  ack_deadline_seconds       = min(600, var.enrich.timeout + 30)
  message_retention_duration = "${7 * 24 * 3600}s"

  push_config {
    push_endpoint = module.enrich.uri

    oidc_token {
      service_account_email = local.emails.delivery
      audience              = module.enrich.uri
    }
  }

  retry_policy {
    minimum_backoff = "${local.backoff.first}s"
    maximum_backoff = "${local.backoff.longest}s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letter.id
    max_delivery_attempts = var.enrich.attempts
  }

  expiration_policy {
    ttl = ""
  }

  # Not before the delivery account may call, and may be signed for, or the first events would use up attempts.
  depends_on = [module.enrich, time_sleep.granted]
}

resource "google_pubsub_topic" "dead_letter" {
  project = var.project_id
  name    = "${var.name}-dead-letter"
  labels  = var.labels

  kms_key_name = local.kms_key

  dynamic "message_storage_policy" {
    for_each = local.event_storage

    content {
      allowed_persistence_regions = message_storage_policy.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

resource "google_pubsub_subscription" "dead_letter" {
  project                    = var.project_id
  name                       = "${var.name}-dead-letter"
  topic                      = google_pubsub_topic.dead_letter.id
  labels                     = var.labels
  ack_deadline_seconds       = 60
  message_retention_duration = local.kept

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic" "parked" {
  project = var.project_id
  name    = "${var.name}-parked"
  labels  = var.labels

  kms_key_name = local.kms_key

  dynamic "message_storage_policy" {
    for_each = local.event_storage

    content {
      allowed_persistence_regions = message_storage_policy.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

# Without a retry policy: what `visual-search parked` gives back is there again at once.
resource "google_pubsub_subscription" "parked" {
  project                    = var.project_id
  name                       = "${var.name}-parked"
  topic                      = google_pubsub_topic.parked.id
  labels                     = var.labels
  ack_deadline_seconds       = 60
  message_retention_duration = local.kept
  retain_acked_messages      = false

  expiration_policy {
    ttl = ""
  }
}
