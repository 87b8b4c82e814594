# The pictures and the index.

locals {
  # What enrich writes into a record, by the names that record.attribute_names may change.
  attributes = ["colors", "imageURL", "imageVersion", "labelNames", "labels", "visual", "visualCode", "visualWords"]

  # What Cloud Storage takes as a bucket's name, and Secret Manager as an id and a version.
  bucket_name    = "^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$"
  secret_id      = "^[A-Za-z0-9_-]{1,255}$"
  secret_version = "^[1-9][0-9]*$"

  label_bucket = coalesce(var.label_bucket, "${var.project_id}-${var.name}-labels")
}

variable "pictures" {
  description = <<-EOT
    The bucket of product pictures.

    - `bucket`: its name, unique in the world; that of one that is made here can't be changed later
    - `create`: true to make it, false to use one that is there; can't be changed later
    - `project`: the id of the project that it is in, for one that is there in another project; null for `project_id`
    - `location`: where to make it, a region or EU, US, ASIA; null for `region`. It can't be changed later
    - `versioning`: true to keep overwritten and deleted pictures for 30 days
    - `public`: true lets everybody read each picture whose name they know; only for a bucket that is made here
    - `prefix`: only names that begin so are looked at; empty for all
    - `object_pattern`: patterns of the pictures' names, from which the product's objectID is taken; null for the function's own default
    - `image_url_template`: the public address of a picture, such as https://cdn.example/<name>, for imageURL of its record; null for https://storage.googleapis.com/<bucket>/<name> where `public`, otherwise for no imageURL, because every browser gets 403 from a private bucket
  EOT
  type = object({
    bucket             = string
    create             = optional(bool, true)
    project            = optional(string)
    location           = optional(string)
    versioning         = optional(bool, false)
    public             = optional(bool, false)
    prefix             = optional(string, "")
    object_pattern     = optional(list(string))
    image_url_template = optional(string)
  })

  validation {
    condition     = can(regex(local.bucket_name, var.pictures.bucket))
    error_message = "pictures.bucket: write the bucket's name alone, such as my-shop-pictures, without gs://."
  }

  validation {
    condition     = var.pictures.bucket != local.label_bucket
    error_message = "pictures.bucket: ${local.label_bucket} is the bucket that remembers labels; write another, or another label_bucket."
  }

  validation {
    condition     = var.pictures.create || !(var.pictures.public || var.pictures.versioning || var.pictures.location != null)
    error_message = "pictures: public, versioning and location are for a bucket that is made here; leave them out, or write create = true."
  }

  validation {
    condition     = var.pictures.project == null || !var.pictures.create
    error_message = "pictures.project: a bucket that is made here is in project_id; leave it out, or write create = false."
  }

  validation {
    condition     = var.pictures.image_url_template == null ? true : strcontains(var.pictures.image_url_template, "<name>")
    error_message = "pictures.image_url_template: write an address that contains <name>, such as https://cdn.example/<name>, or leave it out."
  }

  validation {
    condition     = var.pictures.object_pattern == null ? true : length(var.pictures.object_pattern) > 0 && alltrue([for each in var.pictures.object_pattern : strcontains(each, "<objectID>")])
    error_message = "pictures.object_pattern: write patterns that contain <objectID>, such as products/<objectID>/<file>."
  }

  validation {
    # A product's pictures may not lie partly where nobody is told of them: one event may be left to another's.
    condition     = var.pictures.object_pattern == null ? var.pictures.prefix == "" : alltrue([for each in var.pictures.object_pattern : startswith(each, var.pictures.prefix)])
    error_message = "pictures.prefix: write what every pattern of object_pattern begins with, and write object_pattern too, or leave both out; a picture elsewhere would not be noticed."
  }
}

variable "label_bucket" {
  description = "The name of the bucket, made here, that remembers labels; null for PROJECT-NAME-labels. It can't be changed later."
  type        = string
  default     = null

  validation {
    condition     = var.label_bucket == null ? true : can(regex(local.bucket_name, var.label_bucket))
    error_message = "label_bucket: write the bucket's name alone, such as my-shop-labels, without gs://."
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
    - `backfill_key`: a key with the rights search and browse on that index, for `backfill`; null where that is null
    - `backfill_key.secret`: the id of its secret
    - `backfill_key.version`: the number of its version
  EOT
  type = object({
    app_id       = string
    index        = string
    enrich_key   = object({ secret = string, version = string })
    search_key   = optional(object({ secret = string, version = string }))
    backfill_key = optional(object({ secret = string, version = string }))
  })

  validation {
    condition     = var.algolia.app_id != "" && var.algolia.index != ""
    error_message = "algolia: write app_id and index, as Algolia's dashboard shows them."
  }

  validation {
    condition = alltrue([
      for key in [var.algolia.enrich_key, var.algolia.search_key, var.algolia.backfill_key] :
      key == null || can(regex(local.secret_id, key.secret))
    ])
    error_message = "algolia: write a secret's id alone, such as algolia-enrich-key, without projects/."
  }

  validation {
    # An instance reads "latest" when it starts, so that a bad version would arrive one instance at a time.
    condition = alltrue([
      for key in [var.algolia.enrich_key, var.algolia.search_key, var.algolia.backfill_key] :
      key == null || can(regex(local.secret_version, key.version))
    ])
    error_message = "algolia: write a secret's version as a number, such as \"1\", not latest."
  }

  validation {
    condition     = var.algolia.search_key == null ? true : var.algolia.search_key.secret != var.algolia.enrich_key.secret
    error_message = "algolia.search_key: write a secret of its own, with a key that may only search."
  }

  validation {
    condition = var.algolia.backfill_key == null ? true : !contains(
      [var.algolia.enrich_key.secret, try(var.algolia.search_key.secret, null)], var.algolia.backfill_key.secret
    )
    error_message = "algolia.backfill_key: write a secret of its own, with a key that may only search and browse."
  }
}

variable "record" {
  description = <<-EOT
    What is written into a product's record.

    - `attribute_names`: other names for our attributes, such as { labels = "imageLabels", imageURL = "" }, where records have attributes of these names already; imageURL = "" leaves imageURL alone. Both functions use the same
    - `colors`: true to name each product's main colors, for a facet; null for the function's own default
    - `take_over`: true to write over labels and imageURL that have the shape of Algolia's guide, though somebody else wrote them; null for the function's own default
    - `max_bytes`: the largest record your Algolia plan allows, in bytes; null for the function's own default
  EOT
  type = object({
    attribute_names = optional(map(string), {})
    colors          = optional(bool)
    take_over       = optional(bool)
    max_bytes       = optional(number)
  })
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.record.attribute_names), local.attributes)) == 0
    error_message = "record.attribute_names: write names for some of ${join(", ", local.attributes)}."
  }

  validation {
    condition = alltrue([
      for ours, name in var.record.attribute_names : can(regex("^[A-Za-z0-9_-]+$", name)) || (ours == "imageURL" && name == "")
    ])
    error_message = "record.attribute_names: write letters, digits, _ and -; only imageURL may be empty, which leaves it alone."
  }

  validation {
    # Two items of one key are an error.
    condition = can({
      for ours, name in merge({ objectID = "objectID" }, zipmap(local.attributes, local.attributes), var.record.attribute_names) :
      name => ours if name != ""
    })
    error_message = "record.attribute_names: write names that differ from one another, from our other attributes and from objectID."
  }

  validation {
    condition     = var.record.max_bytes == null ? true : var.record.max_bytes >= 1000 && var.record.max_bytes <= 1000000
    error_message = "record.max_bytes: write 1000 to 1000000 bytes, or leave it out."
  }
}
