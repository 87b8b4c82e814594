# Who acts, and what each may do; the secrets' readers are in secrets.tf, the functions' callers in functions.tf.

resource "google_service_account" "enrich" {
  project      = var.project_id
  account_id   = "${var.name}-enrich"
  display_name = "${var.name}: labels pictures"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "search" {
  project      = var.project_id
  account_id   = "${var.name}-search"
  display_name = "${var.name}: answers searches"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "delivery" {
  project      = var.project_id
  account_id   = "${var.name}-delivery"
  display_name = "${var.name}: delivers events to enrich"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "build" {
  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "${var.name}: builds the functions"

  depends_on = [time_sleep.enabled]
}

resource "google_storage_bucket_iam_member" "enrich_reads_pictures" {
  bucket = local.picture_bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.enrich.member
}

resource "google_storage_bucket_iam_member" "enrich_remembers_labels" {
  bucket = google_storage_bucket.labels.name
  role   = "roles/storage.objectUser"
  member = google_service_account.enrich.member
}

# The one object in which all instances count what they ask the recognizer, see shared/labeling/gcs_spending.py.
resource "google_storage_bucket_iam_member" "search_counts_calls" {
  bucket = google_storage_bucket.labels.name
  role   = "roles/storage.objectUser"
  member = google_service_account.search.member

  condition {
    title      = "the count of a day's calls only"
    expression = "resource.name == \"projects/_/buckets/${local.label_bucket}/objects/spending/search.json\""
  }
}

resource "google_pubsub_topic_iam_member" "enrich_parks" {
  project = var.project_id
  topic   = google_pubsub_topic.parked.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.enrich.member
}

resource "google_pubsub_topic_iam_member" "enrich_asks_again" {
  project = var.project_id
  topic   = google_pubsub_topic.pictures.name
  role    = "roles/pubsub.publisher"
  member  = google_service_account.enrich.member
}

# Reading a picture by its name, but not listing the bucket.
resource "google_storage_bucket_iam_member" "everybody_reads_pictures" {
  count = var.pictures.public ? 1 : 0

  bucket = local.picture_bucket
  role   = "roles/storage.legacyObjectReader"
  member = "allUsers"
}

# The build's own rights, see "Custom service account for Cloud Build": it reads the source, writes the image, and logs.
resource "google_storage_bucket_iam_member" "build_reads_source" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_artifact_registry_repository_iam_member" "build_writes_images" {
  project    = var.project_id
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.build.member
}

# Logs belong to the project; there is no smaller place to grant this on.
resource "google_project_iam_member" "build_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = google_service_account.build.member
}

# Cloud Functions copies the source into a bucket of its own, which is not there before the first function.
resource "google_project_iam_member" "build_reads_copied_source" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member

  condition {
    title      = "copied sources only"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-${var.region}\")"
  }
}
