output "search_url" {
  description = "Where a storefront asks."
  value       = module.search.uri
}

output "search_service" {
  description = "The name of search's Cloud Run service, for a load balancer in front of it."
  value       = module.search.name
}

output "enrich_url" {
  description = "Where events are delivered; only the delivery account may call it."
  value       = module.enrich.uri
}

output "picture_bucket" {
  description = "The bucket to put product pictures into."
  value       = local.picture_bucket
}

output "image_url" {
  description = "The address of a picture for imageURL of its record, or why there is none."
  value       = coalesce(local.enrich_env.IMAGE_URL_TEMPLATE, "not written: there is no address that a browser may read; write pictures.image_url_template, such as https://cdn.example/<name>, or pictures.public = true for a bucket that is made here")
}

output "pictures_per_minute" {
  description = "Pictures that the recognizer could be asked about in a minute: by search alone, which strangers can make busy if it is public, and by everything."
  value       = { search = local.search_pictures, everything = local.pictures_per_minute }
}

output "worst_month" {
  description = "USD for the recognizer at list price if that went on for 30 days, see docs/cost.md; null without a published price."
  value       = local.worst_month
}

output "label_bucket" {
  description = "The bucket that remembers labels."
  value       = google_storage_bucket.labels.name
}

output "pictures_topic" {
  description = "The topic that Cloud Storage notifies, PICTURE_TOPIC of the command line."
  value       = local.operator_env.PICTURE_TOPIC
}

output "parked_topic" {
  description = "The topic of events that cannot succeed."
  value       = local.operator_env.PARKED_TOPIC
}

output "parked_subscription" {
  description = "The subscription that keeps them, PARKED_SUBSCRIPTION of the command line."
  value       = local.operator_env.PARKED_SUBSCRIPTION
}

output "dead_letter_subscription" {
  description = "The subscription that keeps what could not be delivered."
  value       = "projects/${var.project_id}/subscriptions/${google_pubsub_subscription.dead_letter.name}"
}

output "operator_env" {
  description = "The variables of the command line, which `visual-search profile import` takes over; ALGOLIA_API_KEY is not among them."
  value       = local.operator_env
}

output "service_accounts" {
  description = "The e-mail addresses of the accounts by what they do."
  value       = local.emails
}

output "dashboard" {
  description = "The dashboard's id; null where there is none."
  value       = one(google_monitoring_dashboard.this[*].id)
}
