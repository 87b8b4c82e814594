# A wrong value is refused before anything is made. Each run holds one mistake of each variable it names; those whose
# validation reads another variable are not tried together with that one.

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

run "wrong_places_and_names" {
  command = plan

  variables {
    # a project by name
    project_id = "My Shop"

    # a zone
    region = "europe-west1-b"

    # a name too long for an account
    name = "visual-search-of-my-shop"

    # a bundle without digest
    bundles = { enrich = "build/enrich.zip", search = "build/search-ba9876543210.zip" }

    # labels among the pictures
    label_bucket = "my-shop-pictures"

    # an image by tag
    backfill = { image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill:latest" }

    # a channel by number
    alerts = { channels = ["123"] }
  }

  expect_failures = [var.project_id, var.region, var.name, var.bundles, var.label_bucket, var.backfill, var.alerts]
}

run "bundles_for_another_recogniser" {
  command = plan

  variables {
    # bundles for another recogniser
    bundles = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip", recogniser = "embedded" }
  }

  expect_failures = [var.bundles]
}

run "bundles_for_another_encoder" {
  command = plan

  variables {
    # bundles for another encoder
    bundles = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip", encoder = "none" }
  }

  expect_failures = [var.bundles]
}

run "wrong_settings" {
  command = plan

  variables {
    # a bucket as an address
    pictures = { bucket = "gs://my-shop-pictures" }

    # the latest version of a key
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "algolia-enrich-key", version = "latest" } }

    # an encoder without its model
    encoder = { name = "onnx" }

    # threads without a processor
    enrich = { cpu = 0.5 }

    # everybody by the side door
    search = { invokers = ["allUsers"] }
  }

  expect_failures = [var.pictures, var.algolia, var.encoder, var.enrich, var.search]
}

run "wrong_in_another_way" {
  command = plan

  variables {
    # a key in the open
    recogniser = { settings = { VISION_API_KEY = "AIza" } }

    # one key for both
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "key", version = "1" }, search_key = { secret = "key", version = "1" } }

    # making an existing bucket public
    pictures = { bucket = "shop-media", create = false, public = true }

    # an unknown strategy
    encoder = { strategies = ["labels", "shapes"] }
  }

  expect_failures = [var.recogniser, var.algolia, var.pictures, var.encoder]
}

run "wrong_in_a_third_way" {
  command = plan

  variables {
    # a score in percent
    recogniser = { min_score = 50 }

    # an address of no picture
    pictures = { bucket = "my-shop-pictures", image_url_template = "https://cdn.example/" }
  }

  expect_failures = [var.recogniser, var.pictures]
}

run "wrong_in_a_fourth_way" {
  command = plan

  variables {
    # a time-out beyond Pub/Sub's
    enrich = { timeout = 600 }

    # any origin
    search = { cors_origins = ["*"] }

    # a pattern of no product
    pictures = { bucket = "my-shop-pictures", object_pattern = ["products/<file>"] }
  }

  expect_failures = [var.enrich, var.search, var.pictures]
}

run "wrong_in_a_fifth_way" {
  command = plan

  variables {
    # too few attempts
    enrich = { attempts = 3 }

    # more instances kept than allowed
    search = { min_instances = 5 }
  }

  expect_failures = [var.enrich, var.search]
}
