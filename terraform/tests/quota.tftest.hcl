# All instances together stay within what the recognizer may be asked.

mock_provider "google" {}
mock_provider "time" {}

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
