# What projects with rules of their own ask for, see docs/enterprise.md. Without them, nothing of it is made.

variable "service_accounts" {
  description = <<-EOT
    The e-mail addresses of accounts that are there already, where accounts may not be made; null for one that is made here. They get the same grants.

    - `enrich`: labels pictures
    - `search`: answers searches
    - `delivery`: delivers events to enrich
    - `build`: builds the functions
    - `backfill`: the nightly job
  EOT
  type = object({
    enrich   = optional(string)
    search   = optional(string)
    delivery = optional(string)
    build    = optional(string)
    backfill = optional(string)
  })
  default = {}

  validation {
    condition = alltrue([
      for email in values(var.service_accounts) : email == null || can(regex("^[a-z][a-z0-9-]*@[a-z][a-z0-9-]*\\.iam\\.gserviceaccount\\.com$", email))
    ])
    error_message = "service_accounts: write addresses such as enrich@my-shop-421317.iam.gserviceaccount.com."
  }

  validation {
    condition     = length(distinct(compact(values(var.service_accounts)))) == length(compact(values(var.service_accounts)))
    error_message = "service_accounts: write an account of its own for each, so that none may do another's work."
  }
}

variable "network" {
  description = <<-EOT
    The VPC network that the functions and the nightly job send from; null for Google's own way out.

    - `network`: the network's name, for an interface in it without a connector
    - `subnetwork`: its subnetwork in `region`, /26 or larger
    - `tags`: network tags, for firewall rules
    - `connector`: the id of a Serverless VPC Access connector instead
    - `egress`: PRIVATE_RANGES_ONLY, or ALL_TRAFFIC, which needs Cloud NAT to reach Algolia
  EOT
  type = object({
    network    = optional(string)
    subnetwork = optional(string)
    tags       = optional(list(string), [])
    connector  = optional(string)
    egress     = optional(string, "PRIVATE_RANGES_ONLY")
  })
  default = null

  validation {
    condition     = var.network == null ? true : (var.network.connector == null) != (var.network.network == null && var.network.subnetwork == null)
    error_message = "network: write network and subnetwork, or connector, but not both."
  }

  validation {
    condition     = var.network == null ? true : contains(["PRIVATE_RANGES_ONLY", "ALL_TRAFFIC"], var.network.egress)
    error_message = "network.egress: write PRIVATE_RANGES_ONLY or ALL_TRAFFIC."
  }
}

variable "encryption" {
  description = <<-EOT
    A key of one's own (CMEK) for the buckets, topics, images, functions and the job that are made here; null for Google's.

    - `key`: its full name, projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY, in `region`
    - `grant`: true to let Google's agents use it; false where somebody else has done so
  EOT
  type = object({
    key   = string
    grant = optional(bool, true)
  })
  default = null

  validation {
    condition     = var.encryption == null ? true : can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption.key))
    error_message = "encryption.key: write the full name of a key in ${var.region}, such as projects/my-keys/locations/${var.region}/keyRings/shop/cryptoKeys/visual-search."
  }

  validation {
    condition     = var.encryption == null || var.pictures.location == null
    error_message = "encryption: a bucket needs a key of its own location; leave out pictures.location."
  }
}

variable "build_pool" {
  description = "The private pool that Cloud Build builds in, projects/PROJECT/locations/REGION/workerPools/POOL; null for Google's. It must reach the Python Package Index."
  type        = string
  default     = null

  validation {
    condition     = var.build_pool == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/workerPools/[^/]+$", var.build_pool))
    error_message = "build_pool: write the full name, such as projects/my-shop-421317/locations/europe-west1/workerPools/builds."
  }
}

variable "event_regions" {
  description = "The regions in which Pub/Sub may keep events, such as [\"europe-west1\"]; empty for any."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for region in var.event_regions : can(regex("^[a-z]+-[a-z]+[0-9]+$", region))])
    error_message = "event_regions: write regions, such as europe-west1."
  }
}

variable "keep_images" {
  description = "How many images of each function the repository keeps, the newest; null for all."
  type        = number
  default     = null

  validation {
    condition     = var.keep_images == null ? true : var.keep_images >= 1 && var.keep_images <= 100 && floor(var.keep_images) == var.keep_images
    error_message = "keep_images: write a whole number from 1 to 100."
  }
}
