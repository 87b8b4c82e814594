# What Google's own service agents may do. They are made before the first apply, with the roles that Google gives
# them, see docs/decisions/0018-agents-before-apply.md.

locals {
  storage_agent = "serviceAccount:service-${data.google_project.this.number}@gs-project-accounts.iam.gserviceaccount.com"

  # The agent of the bucket's own project tells of its pictures.
  notifying_agent = var.pictures.project == null ? local.storage_agent : one(data.google_storage_project_service_account.pictures[*].member)

  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  # Cloud Scheduler's agent needs no grant either: it gets roles/cloudscheduler.serviceAgent with its service, which
  # has pubsub.topics.publish (IAM, "Cloud Scheduler roles and permissions").
}

# Reading it makes Cloud Storage's agent come into being; its name is known without.
data "google_storage_project_service_account" "this" {
  project = var.project_id

  depends_on = [time_sleep.enabled]
}

data "google_storage_project_service_account" "pictures" {
  count = var.pictures.project == null ? 0 : 1

  project = var.pictures.project

  depends_on = [time_sleep.enabled]
}

resource "google_pubsub_topic_iam_member" "storage_notifies" {
  project = var.project_id
  topic   = google_pubsub_topic.pictures.name
  role    = "roles/pubsub.publisher"
  member  = local.notifying_agent

  depends_on = [data.google_storage_project_service_account.this]
}

# A dead letter is forwarded by the agent: it publishes the message there, and acknowledges it here.
resource "google_pubsub_topic_iam_member" "pubsub_buries" {
  project = var.project_id
  topic   = google_pubsub_topic.dead_letter.name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "pubsub_acknowledges" {
  project      = var.project_id
  subscription = google_pubsub_subscription.pictures.name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# Projects since April 2021 need it no longer: there, the agent's own role lets it sign for every account.
resource "google_service_account_iam_member" "pubsub_signs" {
  service_account_id = local.account_ids.delivery
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}
