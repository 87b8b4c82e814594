# Who acts, and what each may do; the secrets' readers are in secrets.tf, the functions' callers in functions.tf.

locals {
  # An account that is there already, or the one that is made here.
  emails = merge(
    {
      enrich   = coalesce(var.service_accounts.enrich, one(google_service_account.enrich[*].email))
      search   = coalesce(var.service_accounts.search, one(google_service_account.search[*].email))
      delivery = coalesce(var.service_accounts.delivery, one(google_service_account.delivery[*].email))
      build    = coalesce(var.service_accounts.build, one(google_service_account.build[*].email))
    },
    { for each in local.backfill : "backfill" => coalesce(var.service_accounts.backfill, one(values(google_service_account.backfill)[*].email)) },
  )

  members = { for who, email in local.emails : who => "serviceAccount:${email}" }

  # Their full names: an e-mail address is NAME@PROJECT.iam.gserviceaccount.com.
  account_ids = {
    for who, email in local.emails : who =>
    "projects/${var.service_accounts[who] == null ? var.project_id : split(".", split("@", email)[1])[0]}/serviceAccounts/${email}"
  }
}

resource "google_service_account" "enrich" {
  count = var.service_accounts.enrich == null ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-enrich"
  display_name = "${var.name}: labels pictures"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "search" {
  count = var.service_accounts.search == null ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-search"
  display_name = "${var.name}: answers searches"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "delivery" {
  count = var.service_accounts.delivery == null ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-delivery"
  display_name = "${var.name}: delivers events to enrich"

  depends_on = [time_sleep.enabled]
}

resource "google_service_account" "build" {
  count = var.service_accounts.build == null ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-build"
  display_name = "${var.name}: builds the functions"

  depends_on = [time_sleep.enabled]
}

resource "google_storage_bucket_iam_member" "enrich_reads_pictures" {
  bucket = local.picture_bucket
  role   = "roles/storage.objectViewer"
  member = local.members.enrich
}

resource "google_storage_bucket_iam_member" "enrich_remembers_labels" {
  bucket = google_storage_bucket.labels.name
  role   = "roles/storage.objectUser"
  member = local.members.enrich
}

# The one object in which all instances count what they ask the recognizer, see shared/labeling/gcs_spending.py.
resource "google_storage_bucket_iam_member" "search_counts_calls" {
  bucket = google_storage_bucket.labels.name
  role   = "roles/storage.objectUser"
  member = local.members.search

  condition {
    title      = "the count of a day's calls only"
    expression = "resource.name == \"projects/_/buckets/${local.label_bucket}/objects/spending/search.json\""
  }
}

resource "google_pubsub_topic_iam_member" "enrich_parks" {
  project = var.project_id
  topic   = google_pubsub_topic.parked.name
  role    = "roles/pubsub.publisher"
  member  = local.members.enrich
}

resource "google_pubsub_topic_iam_member" "enrich_asks_again" {
  project = var.project_id
  topic   = google_pubsub_topic.pictures.name
  role    = "roles/pubsub.publisher"
  member  = local.members.enrich
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
  member = local.members.build
}

resource "google_artifact_registry_repository_iam_member" "build_writes_images" {
  project    = var.project_id
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = local.members.build
}

# Logs belong to the project; there is no smaller place to grant this on.
resource "google_project_iam_member" "build_logs" {
  project = var.project_id
  role    = "roles/logging.logWriter"
  member  = local.members.build
}

# Cloud Functions copies the source into a bucket of its own, which is not there before the first function.
resource "google_project_iam_member" "build_reads_copied_source" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = local.members.build

  condition {
    title      = "copied sources only"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-${var.region}\")"
  }
}
