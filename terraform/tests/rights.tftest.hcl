# Each account may do its own work, and nobody else may do anything.

mock_provider "google" {}
mock_provider "time" {}

run "nobody_is_everybody_and_each_account_does_its_own_work" {
  assert {
    condition     = length(local.search_invokers) == 0
    error_message = "somebody may call search whom nobody has named"
  }

  assert {
    condition = alltrue([
      length(google_storage_bucket_iam_member.everybody_reads_pictures) == 0,
      google_storage_bucket.pictures[0].public_access_prevention == "enforced",
      google_storage_bucket.labels.public_access_prevention == "enforced",
      google_storage_bucket.source.public_access_prevention == "enforced",
    ])
    error_message = "a bucket can be public"
  }

  assert {
    condition = alltrue([
      google_storage_bucket_iam_member.enrich_reads_pictures.bucket == "my-shop-pictures",
      google_storage_bucket_iam_member.enrich_reads_pictures.role == "roles/storage.objectViewer",
      google_storage_bucket_iam_member.enrich_reads_pictures.member == local.members.enrich,
      google_storage_bucket_iam_member.enrich_remembers_labels.bucket == google_storage_bucket.labels.name,
      google_storage_bucket_iam_member.enrich_remembers_labels.role == "roles/storage.objectUser",
      google_storage_bucket_iam_member.enrich_remembers_labels.member == local.members.enrich,
      google_pubsub_topic_iam_member.enrich_parks.topic == google_pubsub_topic.parked.name,
      google_pubsub_topic_iam_member.enrich_parks.role == "roles/pubsub.publisher",
      google_pubsub_topic_iam_member.enrich_parks.member == local.members.enrich,
      google_pubsub_topic_iam_member.enrich_asks_again.topic == google_pubsub_topic.pictures.name,
      google_pubsub_topic_iam_member.enrich_asks_again.role == "roles/pubsub.publisher",
      google_pubsub_topic_iam_member.enrich_asks_again.member == local.members.enrich,
    ])
    error_message = "enrich's rights are not those it needs, on the resource"
  }

  assert {
    condition = alltrue([
      google_project_iam_member.build_logs.role == "roles/logging.logWriter",
      google_project_iam_member.build_reads_copied_source.role == "roles/storage.objectViewer",
      length(google_project_iam_member.build_reads_copied_source.condition) == 1,
      strcontains(google_project_iam_member.build_reads_copied_source.condition[0].expression, "/gcf-v2-sources-"),
    ])
    error_message = "the build has a right on the whole project"
  }

  assert {
    condition     = length(google_cloud_run_v2_job.backfill) + length(google_cloud_scheduler_job.backfill) + length(google_service_account.backfill) == 0
    error_message = "a job is made that nobody asked for"
  }

  assert {
    condition     = contains(keys(google_project_service.needed), "cloudscheduler.googleapis.com")
    error_message = "the clock's service is not switched on"
  }
}

run "everybody_may_search_only_when_asked_for" {
  variables {
    search = { public = true }
  }

  assert {
    condition     = local.search_invokers == { everybody = "allUsers" }
    error_message = "public = true does not let everybody search"
  }

  assert {
    condition     = length(google_storage_bucket_iam_member.everybody_reads_pictures) == 0
    error_message = "a public search makes the pictures public"
  }
}

run "public_pictures_and_a_backfill_job_when_asked_for" {
  variables {
    pictures = { bucket = "my-shop-pictures", public = true }
    backfill = { image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  assert {
    condition = alltrue([
      google_storage_bucket_iam_member.everybody_reads_pictures[0].member == "allUsers",
      google_storage_bucket_iam_member.everybody_reads_pictures[0].role == "roles/storage.legacyObjectReader",
    ])
    error_message = "everybody may do more, or less, than read a picture"
  }

  assert {
    condition     = length(local.search_invokers) == 0
    error_message = "public pictures make search public"
  }

  assert {
    condition = alltrue([
      google_cloud_run_v2_job_iam_member.backfill_starts["job"].member == local.members.backfill,
      google_cloud_run_v2_job.backfill["job"].template[0].template[0].service_account == local.emails.backfill,
      google_cloud_scheduler_job.backfill["job"].http_target[0].oauth_token[0].service_account_email == local.emails.backfill,
    ])
    error_message = "the job does not run and start as an account of its own"
  }
}
