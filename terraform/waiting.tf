# By the clock: enrich is sent to the products that wait for their records, see shared/waiting.py.

resource "google_cloud_scheduler_job" "reconcile" {
  project     = var.project_id
  region      = var.region
  name        = "${var.name}-reconcile"
  description = "Looks again at products whose pictures came before their records."
  schedule    = var.enrich.reconcile_schedule
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = google_pubsub_topic.pictures.id
    attributes = { eventType = "RECONCILE" }

    # Not empty: the functions framework does not recognize a pushed message without data.
    data = base64encode("{}")
  }

  # Not before somebody hears it.
  depends_on = [google_pubsub_subscription.pictures]
}
