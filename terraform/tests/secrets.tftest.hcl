# Keys are named, never held.

mock_provider "google" {}
mock_provider "time" {}

run "each_function_reads_its_own_key" {
  assert {
    condition = alltrue([
      local.secrets.enrich.ALGOLIA_API_KEY == { secret = "algolia-enrich-key", version = "3" },
      local.secrets.search.ALGOLIA_API_KEY == { secret = "algolia-search-key", version = "4" },
      google_secret_manager_secret_iam_member.enrich_reads["ALGOLIA_API_KEY"].secret_id == "algolia-enrich-key",
      google_secret_manager_secret_iam_member.enrich_reads["ALGOLIA_API_KEY"].member == local.members.enrich,
      google_secret_manager_secret_iam_member.search_reads["ALGOLIA_API_KEY"].secret_id == "algolia-search-key",
      google_secret_manager_secret_iam_member.search_reads["ALGOLIA_API_KEY"].member == local.members.search,
    ])
    error_message = "a function reads another key than its own"
  }
}

run "both_read_the_recognizers_key_and_search_needs_none_of_algolia" {
  variables {
    recognizer = { secrets = { VISION_API_KEY = { secret = "vision-key", version = "2" } } }
    algolia = {
      app_id     = "APPID"
      index      = "products"
      enrich_key = { secret = "algolia-enrich-key", version = "3" }
    }
  }

  assert {
    condition = alltrue([
      google_secret_manager_secret_iam_member.enrich_reads["VISION_API_KEY"].secret_id == "vision-key",
      google_secret_manager_secret_iam_member.search_reads["VISION_API_KEY"].secret_id == "vision-key",
      !contains(keys(local.enrich_env), "VISION_API_KEY"),
    ])
    error_message = "the recognizer's key is not read by both, or lies open"
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret_iam_member.search_reads), "ALGOLIA_API_KEY") && !contains(keys(local.search_env), "ALGOLIA_INDEX")
    error_message = "search is given some of Algolia's settings, and would not start"
  }
}

run "the_job_reads_a_key_of_its_own_and_those_the_recognizer_wants" {
  variables {
    backfill   = { image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
    recognizer = { secrets = { VISION_API_KEY = { secret = "vision-key", version = "2" } } }
    algolia = {
      app_id       = "APPID"
      index        = "products"
      enrich_key   = { secret = "algolia-enrich-key", version = "3" }
      backfill_key = { secret = "algolia-backfill-key", version = "5" }
    }
  }

  assert {
    condition = { for name, each in google_secret_manager_secret_iam_member.backfill_reads : name => [each.secret_id, each.member] } == {
      ALGOLIA_API_KEY = ["algolia-backfill-key", local.members.backfill]
      VISION_API_KEY  = ["vision-key", local.members.backfill]
    }
    error_message = "the job may read other secrets than its own key and the recognizer's"
  }

  assert {
    condition = {
      for each in google_cloud_run_v2_job.backfill["job"].template[0].template[0].containers[0].env :
      each.name => [each.value_source[0].secret_key_ref[0].secret, each.value_source[0].secret_key_ref[0].version] if length(each.value_source) > 0
    } == { ALGOLIA_API_KEY = ["algolia-backfill-key", "5"], VISION_API_KEY = ["vision-key", "2"] }
    error_message = "the job is given other keys"
  }

  assert {
    condition = alltrue([
      for each in concat(values(google_secret_manager_secret_iam_member.enrich_reads), values(google_secret_manager_secret_iam_member.search_reads)) :
      each.secret_id != "algolia-backfill-key"
    ])
    error_message = "a function may read the job's key"
  }
}
