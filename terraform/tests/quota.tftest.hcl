# All instances together stay within what the recognizer may be asked.

mock_provider "google" {}
mock_provider "time" {}

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

run "instances_beyond_the_quota" {
  command = plan

  variables {
    search = { max_instances = 20 }
  }

  expect_failures = [var.recognizer]
}

run "instances_within_the_quota_that_was_granted" {
  command = plan

  variables {
    recognizer = { quota_per_minute = 12000 }
    search     = { max_instances = 20 }
  }
}

run "instances_bounded_by_their_rate" {
  command = plan

  variables {
    search = { max_instances = 20, total_rate = 50 }
  }

  assert {
    condition     = local.pictures_per_minute == 3 * 4 * 60 + 20 * 50
    error_message = "the rate that an instance limits itself to is not counted"
  }
}

run "no_quota_for_the_embedded_recognizer" {
  command = plan

  variables {
    recognizer = { name = "embedded" }
    search     = { max_instances = 50 }
  }

  assert {
    condition     = !contains(keys(google_project_service.needed), "vision.googleapis.com")
    error_message = "Cloud Vision is switched on for nothing"
  }
}
