# A storefront's pages call search from the shopper's browser; pictures are readable by everybody, at the address that
# their records get; somebody is told.

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

  pictures = {
    bucket   = "${var.project_id}-pictures"
    location = "EU"
    public   = true
  }

  algolia = {
    app_id     = "YOURAPPID"
    index      = "products"
    enrich_key = { secret = "algolia-enrich-key", version = "1" }
    search_key = { secret = "algolia-search-key", version = "1" }
  }

  recognizer = { settings = { VISION_REGION = "eu" } }

  search = {
    public        = true
    cors_origins  = ["https://shop.example"]
    client_rate   = 20
    min_instances = 1
  }

  alerts = { channels = var.channels }
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
