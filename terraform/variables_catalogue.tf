# The pictures and the index.

variable "pictures" {
  description = <<-EOT
    The bucket of product pictures.

    - `bucket`: its name, unique in the world
    - `create`: true to make it, false to use one that is there
    - `location`: where to make it, a region or EU, US, ASIA; null for `region`
    - `versioning`: true to keep overwritten and deleted pictures for 30 days
    - `public`: true lets everybody read each picture whose name they know; only for a bucket that is made here
    - `prefix`: only names that begin so are looked at; empty for all
    - `object_pattern`: patterns of the pictures' names, from which the product's objectID is taken
    - `image_url_template`: the address of a picture in the record, with <bucket> and <name>
  EOT
  type = object({
    bucket             = string
    create             = optional(bool, true)
    location           = optional(string)
    versioning         = optional(bool, false)
    public             = optional(bool, false)
    prefix             = optional(string, "")
    object_pattern     = optional(list(string), ["products/<objectID>/<file>", "products/<objectID>.<ext>"])
    image_url_template = optional(string, "https://storage.googleapis.com/<bucket>/<name>")
  })

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.pictures.bucket))
    error_message = "pictures.bucket: write the bucket's name alone, such as my-shop-pictures, without gs://."
  }

  validation {
    condition     = var.pictures.create || !(var.pictures.public || var.pictures.versioning || var.pictures.location != null)
    error_message = "pictures: public, versioning and location are for a bucket that is made here; leave them out, or write create = true."
  }

  validation {
    condition     = strcontains(var.pictures.image_url_template, "<name>")
    error_message = "pictures.image_url_template: write an address that contains <name>, such as https://cdn.example/<name>."
  }

  validation {
    condition     = length(var.pictures.object_pattern) > 0 && alltrue([for each in var.pictures.object_pattern : strcontains(each, "<objectID>")])
    error_message = "pictures.object_pattern: write patterns that contain <objectID>, such as products/<objectID>/<file>."
  }
}

variable "label_bucket" {
  description = "The name of the bucket, made here, that remembers labels; null for PROJECT-NAME-labels."
  type        = string
  default     = null

  validation {
    condition     = var.label_bucket == null || var.label_bucket != var.pictures.bucket
    error_message = "label_bucket: write another bucket than that of the pictures, or leave it out."
  }
}

variable "algolia" {
  description = <<-EOT
    The index, and where its keys are kept. The secrets are made outside, so that no key is in Terraform's state.

    - `app_id`: the application's id
    - `index`: the name of the index that holds the products
    - `enrich_key`: a key with the rights addObject and search on that index
    - `enrich_key.secret`: the id of the secret in Secret Manager, in the same project
    - `enrich_key.version`: the number of its version; a new number rotates the key
    - `search_key`: a key with the right search on that index; null where the storefront searches itself
    - `search_key.secret`: the id of its secret
    - `search_key.version`: the number of its version
  EOT
  type = object({
    app_id     = string
    index      = string
    enrich_key = object({ secret = string, version = string })
    search_key = optional(object({ secret = string, version = string }))
  })

  validation {
    condition     = var.algolia.app_id != "" && var.algolia.index != ""
    error_message = "algolia: write app_id and index, as Algolia's dashboard shows them."
  }

  validation {
    condition = alltrue([
      for key in [var.algolia.enrich_key, var.algolia.search_key] : key == null || can(regex("^[A-Za-z0-9_-]+$", key.secret))
    ])
    error_message = "algolia: write a secret's id alone, such as algolia-enrich-key, without projects/."
  }

  validation {
    # An instance reads "latest" when it starts, so that a bad version would arrive one instance at a time.
    condition = alltrue([
      for key in [var.algolia.enrich_key, var.algolia.search_key] : key == null || can(regex("^[1-9][0-9]*$", key.version))
    ])
    error_message = "algolia: write a secret's version as a number, such as \"1\", not latest."
  }

  validation {
    condition     = var.algolia.search_key == null ? true : var.algolia.search_key.secret != var.algolia.enrich_key.secret
    error_message = "algolia.search_key: write a secret of its own, with a key that may only search."
  }
}
