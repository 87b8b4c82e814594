# Pictures that are in a bucket already, behind a CDN, with names of their own; the storefront searches itself, so
# that search needs no key. A job adds by night what a rebuilt catalog lacks.

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
  description = "The image that `visual-search bundle` prints how to build, by its digest; null for no job."
  type        = string
  default     = null
}

module "visual_search" {
  source = "../.."

  project_id = var.project_id
  region     = var.region
  bundles    = var.bundles

  pictures = {
    bucket             = "shop-media"
    create             = false
    prefix             = "catalog/"
    object_pattern     = ["catalog/<objectID>_<file>"]
    image_url_template = "https://cdn.shop.example/<name>"
  }

  algolia = {
    app_id       = "YOURAPPID"
    index        = "products"
    enrich_key   = { secret = "algolia-enrich-key", version = "1" }
    backfill_key = { secret = "algolia-backfill-key", version = "1" } # read by the job alone
  }

  backfill = var.backfill_image == null ? null : { image = var.backfill_image }
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
