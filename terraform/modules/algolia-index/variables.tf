variable "name" {
  description = "The name of the index."
  type        = string

  validation {
    condition     = var.name != ""
    error_message = "name: write the name of the index that holds the products."
  }
}

variable "searchable_attributes" {
  description = "Attributes that words are looked for in, the most important first."
  type        = list(string)
}

variable "facets" {
  description = "All attributes to filter by, yours and those that `visual-search index check` prints, such as filterOnly(visualWords_5f1c02)."
  type        = set(string)
  default     = []
}

variable "attributes_to_retrieve" {
  description = "The attributes of a hit: yours, and what `visual-search index check` prints, such as -visualWords_5f1c02."
  type        = set(string)
  default     = ["*"]
}

variable "deletion_protection" {
  description = "False lets Terraform delete the index with all its records."
  type        = bool
  default     = true
}

variable "backfill" {
  description = "Whether to make a key for the backfill job too."
  type        = bool
  default     = false
}
