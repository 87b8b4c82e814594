terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.43, < 9.0"
    }
  }
}

# The name carries the content's digest: another bundle is another object, and only then is the function built again.
resource "google_storage_bucket_object" "bundle" {
  bucket = var.place.source_bucket
  name   = basename(var.bundle)
  source = var.bundle

  # Where the bundle lies on the disk of whoever applies, and that it is gone from where it lay, is no reason to upload
  # it again.
  lifecycle {
    ignore_changes = [source, detect_md5hash]
  }
}

resource "google_cloudfunctions2_function" "this" {
  project     = var.place.project_id
  location    = var.place.region
  name        = var.name
  description = var.description
  labels      = var.place.labels

  # Google wants the same key for the repository.
  kms_key_name = var.place.kms_key

  build_config {
    runtime           = "python313"
    entry_point       = var.entry_point
    service_account   = var.place.build_account
    docker_repository = var.place.repository
    worker_pool       = var.place.build_pool

    source {
      storage_source {
        bucket = google_storage_bucket_object.bundle.bucket
        object = google_storage_bucket_object.bundle.name
      }
    }
  }

  service_config {
    available_cpu                    = tostring(var.size.cpu)
    available_memory                 = var.size.memory
    max_instance_request_concurrency = var.size.concurrency
    min_instance_count               = var.size.min_instances
    max_instance_count               = var.size.max_instances
    timeout_seconds                  = var.size.timeout
    ingress_settings                 = var.ingress
    all_traffic_on_latest_revision   = true
    service_account_email            = var.service_account
    environment_variables            = local.environment
    vpc_connector                    = try(var.place.network.connector, null)
    vpc_connector_egress_settings    = try(var.place.network.connector, null) == null ? null : var.place.network.egress
    direct_vpc_egress                = length(local.interfaces) == 0 ? null : "VPC_EGRESS_${var.place.network.egress}"

    dynamic "direct_vpc_network_interface" {
      for_each = local.interfaces

      content {
        network    = direct_vpc_network_interface.value.network
        subnetwork = direct_vpc_network_interface.value.subnetwork
        tags       = direct_vpc_network_interface.value.tags
      }
    }

    dynamic "secret_environment_variables" {
      for_each = var.secrets

      content {
        key        = secret_environment_variables.key
        project_id = var.place.project_id
        secret     = secret_environment_variables.value.secret
        version    = secret_environment_variables.value.version
      }
    }
  }
}

# A function is a Cloud Run service of the same name; being allowed to call it is a right on that.
resource "google_cloud_run_v2_service_iam_member" "invokers" {
  for_each = var.invokers

  project  = google_cloudfunctions2_function.this.project
  location = google_cloudfunctions2_function.this.location
  name     = google_cloudfunctions2_function.this.name
  role     = "roles/run.invoker"
  member   = each.value
}

locals {
  # What is null or empty is left to the function's own default.
  given = { for name, value in var.environment : name => value if value != null && value != "" }

  # Into a network by an interface of its own, unless a connector leads there.
  interfaces = [for each in var.place.network[*] : each if each.connector == null]

  environment = merge(local.given, {
    LOG_EXECUTION_ID = "true"
    # The framework serves one request by thread: fewer would queue what the platform sends, more would stand idle.
    THREADS = tostring(var.size.concurrency)
  })
}
