# What one function is made of.

mock_provider "google" {}
mock_provider "time" {}

variables {
  name            = "visual-search-search"
  description     = "Answers."
  entry_point     = "search"
  bundle          = "/somewhere/build/search-0123456789ab.zip"
  environment     = { ALGOLIA_INDEX = "products", CORS_ORIGINS = "", LABEL_MIN_SCORE = null }
  secrets         = { ALGOLIA_API_KEY = { secret = "algolia-search-key", version = "4" } }
  service_account = "search@my-shop-421317.iam.gserviceaccount.com"
  ingress         = "ALLOW_INTERNAL_AND_GCLB"
  invokers        = {}

  size = { cpu = 1, memory = "1Gi", concurrency = 8, min_instances = 0, max_instances = 2, timeout = 30 }

  place = {
    project_id    = "my-shop-421317"
    region        = "europe-west1"
    labels        = {}
    source_bucket = "my-shop-421317-source"
    repository    = "projects/my-shop-421317/locations/europe-west1/repositories/visual-search"
    build_account = "projects/my-shop-421317/serviceAccounts/build@my-shop-421317.iam.gserviceaccount.com"
  }
}

run "made_of_its_bundle_its_settings_and_its_keys" {
  module {
    source = "./modules/function"
  }

  assert {
    condition     = google_storage_bucket_object.bundle.name == "search-0123456789ab.zip"
    error_message = "the source's name does not carry the bundle's digest"
  }

  assert {
    condition = alltrue([
      google_cloudfunctions2_function.this.build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.bundle.name,
      google_cloudfunctions2_function.this.build_config[0].service_account == var.place.build_account,
    ])
    error_message = "the function is not built from that source, by the build account"
  }

  assert {
    condition     = keys(google_cloudfunctions2_function.this.service_config[0].environment_variables) == tolist(["ALGOLIA_INDEX", "LOG_EXECUTION_ID", "THREADS"])
    error_message = "an empty variable is set, or one that was given is not"
  }

  assert {
    condition = [
      for each in google_cloudfunctions2_function.this.service_config[0].secret_environment_variables : [each.key, each.secret, each.version]
    ] == [["ALGOLIA_API_KEY", "algolia-search-key", "4"]]
    error_message = "the key is not that version of that secret"
  }
}

run "a_thread_for_each_request_and_a_right_for_each_caller" {
  module {
    source = "./modules/function"
  }

  variables {
    size     = { cpu = 2, memory = "1Gi", concurrency = 13, min_instances = 0, max_instances = 2, timeout = 30 }
    invokers = { delivery = "serviceAccount:delivery@my-shop-421317.iam.gserviceaccount.com" }
  }

  assert {
    condition = alltrue([
      google_cloudfunctions2_function.this.service_config[0].max_instance_request_concurrency == 13,
      google_cloudfunctions2_function.this.service_config[0].environment_variables.THREADS == "13",
    ])
    error_message = "THREADS differs from the requests an instance is given at a time"
  }

  assert {
    condition = [
      for each in google_cloud_run_v2_service_iam_member.invokers : [each.name, each.role, each.member]
    ] == [["visual-search-search", "roles/run.invoker", "serviceAccount:delivery@my-shop-421317.iam.gserviceaccount.com"]]
    error_message = "others may call it, or nobody"
  }
}
