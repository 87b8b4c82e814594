# Where it runs, and what runs. The other variables are by theme in variables_*.tf.

variable "project_id" {
  description = "The id of the Google Cloud project."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id: write the project's id, such as my-shop-421317, not its name or number."
  }
}

variable "region" {
  description = "The region of the functions, and of the buckets that are made here. It can't be changed later."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region: write a region, such as europe-west1, not a zone or a continent."
  }
}

variable "name" {
  description = "What every name begins with; two deployments in one project need two names. It can't be changed later."
  type        = string
  default     = "visual-search"

  validation {
    # A service account's id has 30 characters, of which "-delivery" takes 9.
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}[a-z0-9]$", var.name))
    error_message = "name: write 3 to 21 lower-case letters, digits and dashes, beginning with a letter."
  }
}

variable "labels" {
  description = "Labels of every resource that can carry some, for bills and searches."
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "labels: write lower-case letters, digits, dashes and underscores, up to 63 of them."
  }
}

variable "bundles" {
  description = <<-EOT
    The functions' zips, as `visual-search bundle` makes them; it writes this variable into build/bundles.auto.tfvars.json.

    - `enrich`: the path of enrich-DIGEST.zip
    - `search`: the path of search-DIGEST.zip
    - `recognizer`: the recognizer the bundles were built for; null where `recognizer.name` says it, or for the functions' own default
    - `encoder`: the encoder the bundles were built for; null where `encoder.name` says it, or for the functions' own default
  EOT
  type = object({
    enrich     = string
    search     = string
    recognizer = optional(string)
    encoder    = optional(string)
  })

  validation {
    condition = alltrue([
      for path in [var.bundles.enrich, var.bundles.search] : can(regex("-[0-9a-f]{12,64}\\.zip$", basename(path)))
    ])
    error_message = "bundles: write the paths of two zips named by their digest, such as build/enrich-0a1b2c3d4e5f.zip; `visual-search bundle --out build` makes them."
  }
}
