# By the clock: products whose record lacks our attributes, after a catalog was rebuilt, say. Off by default.

locals {
  backfill = var.backfill == null ? {} : { job = var.backfill }

  # The variables an operator's commands read; no key is among them.
  operator_env = merge(
    { for name, value in local.enrich_env : name => tostring(value) if value != null && value != "" },
    { PARKED_SUBSCRIPTION = "projects/${var.project_id}/subscriptions/${google_pubsub_subscription.parked.name}" },
  )
}

resource "google_service_account" "backfill" {
  for_each = var.service_accounts.backfill == null ? local.backfill : {}

  project      = var.project_id
  account_id   = "${var.name}-backfill"
  display_name = "${var.name}: asks to look again at products"

  depends_on = [time_sleep.enabled]
}

resource "google_storage_bucket_iam_member" "backfill_lists" {
  for_each = var.backfill == null ? {} : { pictures = local.picture_bucket, labels = google_storage_bucket.labels.name }

  bucket = each.value
  role   = "roles/storage.objectViewer"
  member = local.members.backfill
}

resource "google_pubsub_topic_iam_member" "backfill_asks" {
  for_each = local.backfill

  project = var.project_id
  topic   = google_pubsub_topic.pictures.name
  role    = "roles/pubsub.publisher"
  member  = local.members.backfill
}

resource "google_secret_manager_secret_iam_member" "backfill_reads" {
  for_each = var.backfill == null ? {} : local.secrets.backfill

  project   = var.project_id
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = local.members.backfill
}

resource "google_cloud_run_v2_job" "backfill" {
  for_each = local.backfill

  project             = var.project_id
  location            = var.region
  name                = "${var.name}-backfill"
  labels              = var.labels
  deletion_protection = false

  template {
    template {
      service_account = local.emails.backfill
      encryption_key  = local.kms_key
      timeout         = "${each.value.timeout}s"

      # The next run looks for what this one left out.
      max_retries = 0

      dynamic "vpc_access" {
        for_each = var.network[*]

        content {
          connector = vpc_access.value.connector
          egress    = vpc_access.value.egress

          dynamic "network_interfaces" {
            for_each = vpc_access.value.connector == null ? [vpc_access.value] : []

            content {
              network    = network_interfaces.value.network
              subnetwork = network_interfaces.value.subnetwork
              tags       = network_interfaces.value.tags
            }
          }
        }
      }

      containers {
        image = each.value.image
        args  = ["pictures", "backfill", "--missing", "--yes", "--rate=${each.value.rate}"]

        resources {
          limits = { cpu = "1", memory = each.value.memory }
        }

        dynamic "env" {
          for_each = local.operator_env

          content {
            name  = env.key
            value = env.value
          }
        }

        dynamic "env" {
          for_each = local.secrets.backfill

          content {
            name = env.key
            value_source {
              secret_key_ref {
                secret  = env.value.secret
                version = env.value.version
              }
            }
          }
        }
      }
    }
  }

  depends_on = [google_secret_manager_secret_iam_member.backfill_reads, time_sleep.granted]
}

# The clock acts as the job's own account, which may start this job and nothing else.
resource "google_cloud_run_v2_job_iam_member" "backfill_starts" {
  for_each = local.backfill

  project  = var.project_id
  location = var.region
  name     = google_cloud_run_v2_job.backfill[each.key].name
  role     = "roles/run.invoker"
  member   = local.members.backfill
}

resource "google_cloud_scheduler_job" "backfill" {
  for_each = local.backfill

  project   = var.project_id
  region    = var.region
  name      = "${var.name}-backfill"
  schedule  = each.value.schedule
  time_zone = each.value.time_zone

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/projects/${var.project_id}/locations/${var.region}/jobs/${google_cloud_run_v2_job.backfill[each.key].name}:run"

    oauth_token {
      service_account_email = local.emails.backfill
    }
  }

  depends_on = [google_cloud_run_v2_job_iam_member.backfill_starts]
}
