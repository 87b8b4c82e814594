output "index" {
  description = "The name of the index."
  value       = algolia_index.products.name
}

output "enrich_key" {
  description = "The key for the enrich function; put it into its secret."
  value       = algolia_api_key.enrich.key
  sensitive   = true
}

output "search_key" {
  description = "The key for the search function; put it into its secret."
  value       = algolia_api_key.search.key
  sensitive   = true
}

output "backfill_key" {
  description = "The key for the backfill job; put it into its secret. Null where none is made."
  value       = one(algolia_api_key.backfill[*].key)
  sensitive   = true
}
