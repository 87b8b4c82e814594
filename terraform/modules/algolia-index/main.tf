# An index of its own, and its restricted keys, by the community's provider. It owns the index's settings whole: for an
# index that others configure too, use `visual-search index apply`, which only adds what image search needs.

terraform {
  required_version = ">= 1.9"

  required_providers {
    algolia = {
      source  = "k-yomo/algolia"
      version = ">= 0.6.2, < 1.0.0"
    }
  }
}

resource "algolia_index" "products" {
  name                = var.name
  deletion_protection = var.deletion_protection

  attributes_config {
    searchable_attributes   = var.searchable_attributes
    attributes_for_faceting = setunion(["labels.description"], var.facets)
    attributes_to_retrieve  = var.attributes_to_retrieve
  }
}

# Its value is in Terraform's state: protect the state, or make the keys in Algolia's dashboard.
resource "algolia_api_key" "enrich" {
  acl         = ["addObject", "search"]
  indexes     = [algolia_index.products.name]
  description = "Visual search: enrich writes labels into ${var.name}"
}

resource "algolia_api_key" "search" {
  acl         = ["search"]
  indexes     = [algolia_index.products.name]
  description = "Visual search: search reads ${var.name}"
}

resource "algolia_api_key" "backfill" {
  count = var.backfill ? 1 : 0

  acl         = ["search", "browse"]
  indexes     = [algolia_index.products.name]
  description = "Visual search: the backfill job looks through ${var.name}"
}
