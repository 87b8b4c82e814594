# A wrong value is refused before anything is made. Each run holds one mistake of each variable it names; those whose
# validation reads another variable are not tried together with that one.

mock_provider "google" {}
mock_provider "time" {}

variables {
  project_id = "my-shop-421317"
  region     = "europe-west1"

  bundles  = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip" }
  pictures = { bucket = "my-shop-pictures" }

  algolia = {
    app_id       = "APPID"
    index        = "products"
    enrich_key   = { secret = "algolia-enrich-key", version = "3" }
    search_key   = { secret = "algolia-search-key", version = "4" }
    backfill_key = { secret = "algolia-backfill-key", version = "5" }
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

    # an image by tag
    backfill = { image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill:latest" }

    # a channel by number
    alerts = { channels = ["123"] }
  }

  expect_failures = [var.project_id, var.region, var.name, var.bundles, var.backfill, var.alerts]
}

run "bundles_for_another_recognizer" {
  command = plan

  variables {
    # bundles for another recognizer
    bundles    = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip", recognizer = "embedded" }
    recognizer = { name = "google-vision" }

    # a job that is ended before it has begun
    backfill = { timeout = 5, image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.recognizer, var.backfill]
}

run "bundles_for_another_encoder" {
  command = plan

  variables {
    # bundles for another encoder
    bundles = { enrich = "build/enrich-0123456789ab.zip", search = "build/search-ba9876543210.zip", encoder = "none" }
    encoder = { name = "embedded" }
  }

  expect_failures = [var.encoder]
}

run "labels_among_the_pictures" {
  command = plan

  variables {
    # labels among the pictures
    label_bucket = "my-shop-pictures"
  }

  expect_failures = [var.pictures]
}

run "labels_among_the_pictures_by_default" {
  command = plan

  variables {
    # the name that the other bucket gets by itself
    pictures = { bucket = "my-shop-421317-visual-search-labels", create = false }
  }

  expect_failures = [var.pictures]
}

run "a_job_without_a_key" {
  command = plan

  variables {
    # no key of its own
    algolia  = { app_id = "APPID", index = "products", enrich_key = { secret = "algolia-enrich-key", version = "3" } }
    backfill = { image = "europe-docker.pkg.dev/my-shop-421317/tools/backfill@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.backfill]
}

run "wrong_settings" {
  command = plan

  variables {
    # an attribute that is not ours
    record = { attribute_names = { price = "imagePrice" } }

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

  expect_failures = [var.pictures, var.algolia, var.encoder, var.enrich, var.search, var.record]
}

run "too_few_threads" {
  command = plan

  variables {
    search = { concurrency = 8 }
  }

  expect_failures = [var.search]
}

run "wrong_in_another_way" {
  command = plan

  variables {
    # a name with a blank
    record = { attribute_names = { labels = "image labels" } }

    # a key in the open
    recognizer = { settings = { VISION_API_KEY = "AIza" } }

    # one key for both
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "key", version = "1" }, search_key = { secret = "key", version = "1" } }

    # making an existing bucket public
    pictures = { bucket = "shop-media", create = false, public = true }

    # an unknown strategy
    encoder = { strategies = ["labels", "shapes"] }
  }

  expect_failures = [var.recognizer, var.algolia, var.pictures, var.encoder, var.record]
}

run "wrong_in_a_third_way" {
  command = plan

  variables {
    # enrich's key for the job
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "key", version = "1" }, backfill_key = { secret = "key", version = "1" } }

    # labels nowhere
    record = { attribute_names = { labels = "" } }

    # a score in percent
    recognizer = { min_score = 50 }

    # an address of no picture
    pictures = { bucket = "my-shop-pictures", image_url_template = "https://cdn.example/" }
  }

  expect_failures = [var.recognizer, var.pictures, var.record, var.algolia]
}

run "wrong_in_a_fourth_way" {
  command = plan

  variables {
    # search's key for the job
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "enrich", version = "1" }, search_key = { secret = "key", version = "1" }, backfill_key = { secret = "key", version = "1" } }

    # the name of another attribute of ours
    record = { attribute_names = { labels = "colors" } }

    # a time-out beyond Pub/Sub's
    enrich = { timeout = 600 }

    # any origin
    search = { cors_origins = ["*"] }

    # a pattern of no product
    pictures = { bucket = "my-shop-pictures", object_pattern = ["products/<file>"] }
  }

  expect_failures = [var.enrich, var.search, var.pictures, var.record, var.algolia]
}

run "wrong_in_a_fifth_way" {
  command = plan

  variables {
    # the job's key by its address
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "enrich", version = "1" }, backfill_key = { secret = "projects/shop/secrets/key", version = "1" } }

    # the name of the product
    record = { attribute_names = { labels = "objectID" } }

    # too few attempts
    enrich = { attempts = 3 }

    # more instances kept than allowed
    search = { min_instances = 5 }
  }

  expect_failures = [var.enrich, var.search, var.record, var.algolia]
}

run "wrong_in_a_sixth_way" {
  command = plan

  variables {
    # a record of half a kilobyte
    record = { max_bytes = 500 }

    # patterns that begin otherwise than what is told of
    pictures = { bucket = "my-shop-pictures", prefix = "shop/" }

    # the latest version of the job's key
    algolia = { app_id = "APPID", index = "products", enrich_key = { secret = "enrich", version = "1" }, backfill_key = { secret = "key", version = "latest" } }
  }

  expect_failures = [var.pictures, var.record, var.algolia]
}

run "wrong_in_a_seventh_way" {
  command = plan

  variables {
    # a record larger than any
    record = { max_bytes = 1000001 }

    # products that wait for longer than ten minutes
    enrich = { reconcile_schedule = "*/11 * * * *" }
  }

  expect_failures = [var.record, var.enrich]
}

run "wrong_in_an_eighth_way" {
  command = plan

  variables {
    # two attributes of one name
    record = { attribute_names = { labels = "seen", colors = "seen" } }

    # products that wait in daytime only
    enrich = { reconcile_schedule = "*/5 8-18 * * *" }
  }

  expect_failures = [var.record, var.enrich]
}

run "wrong_for_an_enterprise" {
  command = plan

  variables {
    # one account for two tasks
    service_accounts = {
      enrich = "worker@my-shop-421317.iam.gserviceaccount.com"
      search = "worker@my-shop-421317.iam.gserviceaccount.com"
    }

    # two ways out
    network = { network = "shop", subnetwork = "functions", connector = "projects/p/locations/l/connectors/c" }

    # a key elsewhere
    encryption = { key = "projects/keys/locations/global/keyRings/shop/cryptoKeys/key" }

    # a pool by its name
    build_pool = "builds"

    # a continent
    event_regions = ["EU"]

    # no image at all
    keep_images = 0

    # a budget of a billing account's name
    budget = { billing_account = "My Billing Account", amount = 300 }

    # another recognizer's quota
    recognizer = { name = "embedded", quota_id = "pictures-a-minute" }
  }

  expect_failures = [
    var.service_accounts, var.network, var.encryption, var.build_pool, var.event_regions, var.keep_images, var.budget,
    var.recognizer,
  ]
}

run "wrong_for_an_enterprise_in_another_way" {
  command = plan

  variables {
    # an account by its name
    service_accounts = { enrich = "enrich" }

    # another project's bucket, made here
    pictures = { bucket = "my-shop-pictures", project = "shop-media" }

    # a way out that there is not
    network = { network = "shop", subnetwork = "functions", egress = "EVERYWHERE" }

    # half an image
    keep_images = 1.5

    # shares in percent
    budget = { billing_account = "012345-6789AB-CDEF01", amount = 300, shares = [50, 100] }
  }

  expect_failures = [var.service_accounts, var.network, var.keep_images, var.budget, var.pictures]
}

run "a_bucket_of_a_continent_with_a_key_of_a_region" {
  command = plan

  variables {
    # a key of another location than the bucket's
    encryption = { key = "projects/keys/locations/europe-west1/keyRings/shop/cryptoKeys/key" }
    pictures   = { bucket = "my-shop-pictures", location = "EU" }
  }

  expect_failures = [var.encryption]
}
