# A project with rules of its own: accounts that somebody else makes, pictures in another project's bucket, a way out
# through a network, a key of one's own, private builds, and events that stay in a region; see docs/enterprise.md.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.43, < 9.0"
    }
  }
}

variable "project_id" {
  description = "The id of the Google Cloud project."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
  default     = "europe-west1"
}

variable "bundles" {
  description = "What `visual-search bundle` wrote into build/bundles.auto.tfvars.json."
  type = object({
    enrich     = string
    search     = string
    recognizer = optional(string)
    encoder    = optional(string)
  })
}

variable "backfill_image" {
  description = "The image of terraform/backfill/Dockerfile by its digest; null for no job."
  type        = string
  default     = null
}

variable "channels" {
  description = "Who is told of alarms, as projects/PROJECT/notificationChannels/NUMBER."
  type        = list(string)
  default     = []
}

module "visual_search" {
  source = "../.."

  project_id = var.project_id
  region     = var.region
  bundles    = var.bundles
  labels     = { team = "shop", environment = "production" }

  # Whoever applies needs Storage Admin on this bucket, to grant reading it and to have its changes told.
  pictures = {
    bucket             = "shop-media"
    create             = false
    project            = "shop-media-317004"
    image_url_template = "https://cdn.shop.example/<name>"
  }

  algolia = {
    app_id       = "YOURAPPID"
    index        = "products"
    enrich_key   = { secret = "algolia-enrich-key", version = "1" }
    search_key   = { secret = "algolia-search-key", version = "1" }
    backfill_key = { secret = "algolia-backfill-key", version = "1" }
  }

  backfill = var.backfill_image == null ? null : { image = var.backfill_image }

  service_accounts = {
    for task in ["enrich", "search", "delivery", "build", "backfill"] :
    task => "visual-search-${task}@${var.project_id}.iam.gserviceaccount.com"
  }

  network = {
    network    = "projects/shop-network-203118/global/networks/shop"
    subnetwork = "projects/shop-network-203118/regions/${var.region}/subnetworks/functions"
    tags       = ["visual-search"]
    egress     = "ALL_TRAFFIC" # Cloud NAT lets it reach Algolia
  }

  encryption    = { key = "projects/shop-keys-118822/locations/${var.region}/keyRings/shop/cryptoKeys/visual-search" }
  build_pool    = "projects/${var.project_id}/locations/${var.region}/workerPools/builds"
  event_regions = [var.region]
  keep_images   = 5

  budget = { billing_account = "012345-6789AB-CDEF01", amount = 1000 }
  alerts = { channels = var.channels }
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
