# Search for everybody, behind a load balancer with a certificate of its own name: Cloud Armor answers single addresses
# that ask too often, before an instance or the recognizer works for them.

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

variable "domain" {
  description = "The name under which pages call search; let its A record point to the output `address`."
  type        = string
  default     = "search.shop.example"
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
    bucket             = "${var.project_id}-pictures"
    image_url_template = "https://cdn.shop.example/<name>"
  }

  algolia = {
    app_id     = "YOURAPPID"
    index      = "products"
    enrich_key = { secret = "algolia-enrich-key", version = "1" }
    search_key = { secret = "algolia-search-key", version = "1" }
  }

  search = {
    public         = true
    ingress        = "ALLOW_INTERNAL_AND_GCLB" # the function's own address answers nobody outside
    forwarded_hops = 2                         # the load balancer writes the shopper's address, then its own
    cors_origins   = ["https://shop.example"]
    total_rate     = 120
    min_instances  = 1
  }

  alerts = { channels = var.channels }
}

resource "google_project_service" "compute" {
  project            = var.project_id
  service            = "compute.googleapis.com"
  disable_on_destroy = false
}

resource "google_compute_region_network_endpoint_group" "search" {
  project               = var.project_id
  region                = var.region
  name                  = "visual-search"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = module.visual_search.search_service
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_security_policy" "search" {
  project = var.project_id
  name    = "visual-search"

  # Sixty calls of an address in a minute, preflights and /similar among them; a shopper needs a few.
  rule {
    action      = "throttle"
    priority    = 1000
    description = "Nobody asks too often"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 60
        interval_sec = 60
      }
    }
  }

  # Every policy has a last rule.
  rule {
    action      = "allow"
    priority    = 2147483647
    description = "Whoever is left"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_backend_service" "search" {
  project               = var.project_id
  name                  = "visual-search"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.search.id

  backend {
    group = google_compute_region_network_endpoint_group.search.id
  }
}

resource "google_compute_url_map" "search" {
  project         = var.project_id
  name            = "visual-search"
  default_service = google_compute_backend_service.search.id
}

resource "google_compute_managed_ssl_certificate" "search" {
  project = var.project_id
  name    = "visual-search"

  managed {
    domains = [var.domain]
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_target_https_proxy" "search" {
  project          = var.project_id
  name             = "visual-search"
  url_map          = google_compute_url_map.search.id
  ssl_certificates = [google_compute_managed_ssl_certificate.search.id]
}

resource "google_compute_global_address" "search" {
  project = var.project_id
  name    = "visual-search"

  depends_on = [google_project_service.compute]
}

# Port 443 alone: nobody sends a photo in the open.
resource "google_compute_global_forwarding_rule" "search" {
  project               = var.project_id
  name                  = "visual-search"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.search.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.search.id
}

output "address" {
  description = "The IP address for the A record of the domain; the certificate is issued once that is there."
  value       = google_compute_global_address.search.address
}

output "search_url" {
  description = "Where pages call search; the function's own address refuses them."
  value       = "https://${var.domain}"
}

output "visual_search" {
  description = "What you need next."
  value       = module.visual_search
}
