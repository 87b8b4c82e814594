# Everything by default: a new private bucket, and so no imageURL in the records, which a browser could not read;
# Cloud Vision, and a search function that only your own network may call.

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

module "visual_search" {
  source = "../.."

  project_id = var.project_id
  region     = var.region
  bundles    = var.bundles

  pictures = { bucket = "${var.project_id}-pictures" }

  algolia = {
    app_id     = "YOURAPPID"
    index      = "products"
    enrich_key = { secret = "algolia-enrich-key", version = "1" }
    search_key = { secret = "algolia-search-key", version = "1" }
  }
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
