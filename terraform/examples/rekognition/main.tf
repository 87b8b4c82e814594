# Amazon Rekognition instead of Cloud Vision: bundles built with `--recognizer rekognition`, AWS keys in Secret Manager.

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

  recognizer = {
    name = "rekognition"
    # What AWS grants differs by region; see Service Quotas there, DetectLabels, times 60.
    quota_per_minute = 300
    settings         = { REKOGNITION_REGION = "eu-west-1" }
    secrets = {
      AWS_ACCESS_KEY_ID     = { secret = "aws-access-key-id", version = "1" }
      AWS_SECRET_ACCESS_KEY = { secret = "aws-secret-access-key", version = "1" }
    }
  }

  # Together they stay within that quota.
  enrich = { concurrency = 2, max_instances = 1 }
  search = { max_concurrent_searches = 3, max_instances = 1 }
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
