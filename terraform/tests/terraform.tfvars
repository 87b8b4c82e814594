# What every test begins with.

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
