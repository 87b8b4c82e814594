# Who may read which secret. The secrets and their versions are made outside, so that no value is in the state.

locals {
  secrets = {
    enrich = merge(var.recognizer.secrets, { ALGOLIA_API_KEY = var.algolia.enrich_key })
    search = merge(
      var.recognizer.secrets,
      { for name, key in { ALGOLIA_API_KEY = var.algolia.search_key } : name => key if key != null },
    )
    # The job asks no recognizer, but `visual-search pictures backfill` wants to be told its keys.
    backfill = merge(var.recognizer.secrets, { ALGOLIA_API_KEY = var.algolia.backfill_key })
  }
}

resource "google_secret_manager_secret_iam_member" "enrich_reads" {
  for_each = local.secrets.enrich

  project   = var.project_id
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = local.members.enrich

  depends_on = [time_sleep.enabled]
}

resource "google_secret_manager_secret_iam_member" "search_reads" {
  for_each = local.secrets.search

  project   = var.project_id
  secret_id = each.value.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = local.members.search

  depends_on = [time_sleep.enabled]
}
