# Keys are named, never held.

mock_provider "google" {}

variables {
  project_id = "my-shop-421317"
  region     = "europe-west1"

  bundles  = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip" }
  pictures = { bucket = "my-shop-pictures" }

  algolia = {
    app_id     = "APPID"
    index      = "products"
    enrich_key = { secret = "algolia-enrich-key", version = "3" }
    search_key = { secret = "algolia-search-key", version = "4" }
  }
}

run "each_function_reads_its_own_key" {
  assert {
    condition = alltrue([
      local.secrets.enrich.ALGOLIA_API_KEY == { secret = "algolia-enrich-key", version = "3" },
      local.secrets.search.ALGOLIA_API_KEY == { secret = "algolia-search-key", version = "4" },
      google_secret_manager_secret_iam_member.enrich_reads["ALGOLIA_API_KEY"].secret_id == "algolia-enrich-key",
      google_secret_manager_secret_iam_member.enrich_reads["ALGOLIA_API_KEY"].member == google_service_account.enrich.member,
      google_secret_manager_secret_iam_member.search_reads["ALGOLIA_API_KEY"].secret_id == "algolia-search-key",
      google_secret_manager_secret_iam_member.search_reads["ALGOLIA_API_KEY"].member == google_service_account.search.member,
    ])
    error_message = "a function reads another key than its own"
  }
}

run "both_read_the_recognisers_key_and_search_needs_none_of_algolia" {
  variables {
    recogniser = { secrets = { VISION_API_KEY = { secret = "vision-key", version = "2" } } }
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
    error_message = "the recogniser's key is not read by both, or lies open"
  }

  assert {
    condition     = !contains(keys(google_secret_manager_secret_iam_member.search_reads), "ALGOLIA_API_KEY") && !contains(keys(local.search_env), "ALGOLIA_INDEX")
    error_message = "search is given some of Algolia's settings, and would not start"
  }
}
