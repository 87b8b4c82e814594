# Google says that a service is on, or a right granted, a while before it is so everywhere. What uses one waits here:
# on a first apply, and again only when a trigger changes. Nothing is made anew because of a wait.

resource "time_sleep" "enabled" {
  create_duration = "60s"
  triggers        = { services = join(",", local.services) }

  depends_on = [google_project_service.needed]
}

# What is encrypted by a key of one's own isn't made before Google's agents may use it.
resource "time_sleep" "encrypting" {
  count = length(google_kms_crypto_key_iam_member.agents_encrypt) == 0 ? 0 : 1

  create_duration = "120s"
  triggers        = { for who, grant in google_kms_crypto_key_iam_member.agents_encrypt : who => grant.id }
}

# "Access change propagation" of IAM: typically two minutes, sometimes seven or more.
resource "time_sleep" "granted" {
  create_duration = "120s"

  triggers = { for what, grants in {
    build = [
      google_artifact_registry_repository_iam_member.build_writes_images.id,
      google_project_iam_member.build_logs.id,
      google_project_iam_member.build_reads_copied_source.id,
      google_storage_bucket_iam_member.build_reads_source.id,
    ]
    counts   = [google_storage_bucket_iam_member.search_counts_calls.id]
    delivery = [google_service_account_iam_member.pubsub_signs.id]
    notices  = [google_pubsub_topic_iam_member.storage_notifies.id]
    secrets = [for each in concat(
      values(google_secret_manager_secret_iam_member.enrich_reads),
      values(google_secret_manager_secret_iam_member.search_reads),
      values(google_secret_manager_secret_iam_member.backfill_reads),
    ) : each.id]
  } : what => join(",", grants) }
}
