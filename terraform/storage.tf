# The pictures, what is remembered about them, and the functions' sources.

locals {
  picture_bucket = var.pictures.create ? google_storage_bucket.pictures[0].name : var.pictures.bucket

  # The pictures of a private bucket have no address that a browser may read.
  public_address = var.pictures.public ? "https://storage.googleapis.com/<bucket>/<name>" : null
}

resource "google_storage_bucket" "pictures" {
  count = var.pictures.create ? 1 : 0

  project                     = var.project_id
  name                        = var.pictures.bucket
  location                    = coalesce(var.pictures.location, var.region)
  labels                      = var.labels
  uniform_bucket_level_access = true
  public_access_prevention    = var.pictures.public ? "inherited" : "enforced"
  force_destroy               = false

  versioning {
    enabled = var.pictures.versioning
  }

  dynamic "lifecycle_rule" {
    for_each = var.pictures.versioning ? [30] : []

    content {
      action {
        type = "Delete"
      }
      condition {
        days_since_noncurrent_time = lifecycle_rule.value
      }
    }
  }

  dynamic "encryption" {
    for_each = local.kms_key[*]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

# What the recognizer said was paid for: destroying this does not take it along.
resource "google_storage_bucket" "labels" {
  project                     = var.project_id
  name                        = local.label_bucket
  location                    = var.region
  labels                      = var.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  # A claim has no meaning once its answer is there, see docs/enrichment.md.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 1
      matches_suffix = [".claim"]
    }
  }

  # Products without a record, see shared/waiting.py: after that time only a backfill finds them.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 30
      matches_prefix = ["waiting/"]
    }
  }

  dynamic "encryption" {
    for_each = local.kms_key[*]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

resource "google_storage_bucket" "source" {
  project                     = var.project_id
  name                        = "${var.project_id}-${var.name}-source"
  location                    = var.region
  labels                      = var.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # Only copies of what `visual-search bundle` made.
  force_destroy = true

  dynamic "encryption" {
    for_each = local.kms_key[*]

    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}

# An own repository, so that the build may write here and nowhere else.
resource "google_artifact_registry_repository" "images" {
  project       = var.project_id
  location      = var.region
  repository_id = var.name
  description   = "The images of ${var.name}'s functions"
  format        = "DOCKER"
  labels        = var.labels
  kms_key_name  = local.kms_key

  # A function runs on a copy of its image, so that an old one is needed only to look at.
  dynamic "cleanup_policies" {
    for_each = var.keep_images == null ? {} : { keep = "KEEP", sweep = "DELETE" }

    content {
      id     = cleanup_policies.key
      action = cleanup_policies.value

      dynamic "most_recent_versions" {
        for_each = cleanup_policies.value == "KEEP" ? [var.keep_images] : []

        content {
          keep_count = most_recent_versions.value
        }
      }

      dynamic "condition" {
        for_each = cleanup_policies.value == "DELETE" ? ["ANY"] : []

        content {
          tag_state = condition.value
        }
      }
    }
  }

  depends_on = [time_sleep.enabled, time_sleep.encrypting]
}
