output "name" {
  description = "The function's name, and that of its Cloud Run service."
  value       = google_cloudfunctions2_function.this.name
}

output "uri" {
  description = "The https address that is called."
  value       = google_cloudfunctions2_function.this.service_config[0].uri
}
