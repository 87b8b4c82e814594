# A bucket that is there already.

mock_provider "google" {}
mock_provider "time" {}

run "from_an_existing_bucket_with_the_longest_time_out" {
  variables {
    enrich   = { timeout = 570 }
    pictures = { bucket = "shop-media", create = false, prefix = "catalog/", object_pattern = ["catalog/<objectID>/<file>"] }
  }

  assert {
    condition     = google_pubsub_subscription.pictures.ack_deadline_seconds == 600
    error_message = "the deadline is not Pub/Sub's most"
  }

  assert {
    condition = alltrue([
      google_storage_notification.pictures.bucket == "shop-media",
      google_storage_notification.pictures.event_types == toset(["OBJECT_ARCHIVE", "OBJECT_DELETE", "OBJECT_FINALIZE"]),
      google_storage_notification.pictures.object_name_prefix == "catalog/",
      google_storage_notification.pictures.payload_format == "JSON_API_V1",
    ])
    error_message = "uploads and deletions, in a bucket with versions or without, are not all told of"
  }

  assert {
    condition     = length(google_storage_bucket.pictures) == 0
    error_message = "a bucket that is there is made again"
  }
}

run "no_address_in_a_bucket_of_which_nothing_is_known" {
  variables {
    pictures = { bucket = "shop-media", create = false }
  }

  assert {
    condition     = !contains(keys(output.operator_env), "IMAGE_URL_TEMPLATE")
    error_message = "an address is written that a browser may not be able to read"
  }
}
