# What a record gets, and under which names.

mock_provider "google" {}
mock_provider "time" {}

run "left_to_the_functions_where_nothing_is_said" {
  assert {
    condition = alltrue([
      for name in ["COLORS", "IMAGE_URL_TEMPLATE", "TAKE_OVER_ATTRIBUTES", "MAX_RECORD_BYTES", "ATTRIBUTE_NAMES"] :
      !contains(keys(output.operator_env), name)
    ])
    error_message = "a setting is written that has a default in the function, or an address of pictures that nobody may read"
  }

  assert {
    condition     = startswith(output.image_url, "not written: ")
    error_message = "nobody is told why records get no imageURL"
  }
}

run "an_address_of_pictures_that_everybody_may_read" {
  variables {
    pictures = { bucket = "my-shop-pictures", public = true }
  }

  assert {
    condition = alltrue([
      output.operator_env.IMAGE_URL_TEMPLATE == "https://storage.googleapis.com/<bucket>/<name>",
      output.image_url == output.operator_env.IMAGE_URL_TEMPLATE,
    ])
    error_message = "public pictures have no address in the records"
  }
}

run "an_address_and_names_of_ones_own" {
  variables {
    pictures = { bucket = "my-shop-pictures", public = true, image_url_template = "https://cdn.shop.example/<name>" }
    record   = { attribute_names = { labels = "imageLabels", imageURL = "" }, colors = true, take_over = true, max_bytes = 100000 }
  }

  assert {
    condition     = output.image_url == "https://cdn.shop.example/<name>"
    error_message = "another address is written than that of the CDN"
  }

  assert {
    condition = alltrue([
      for told in [local.enrich_env, local.search_env] : told.ATTRIBUTE_NAMES == "imageURL=,labels=imageLabels"
    ])
    error_message = "the functions are not both told the attributes' names"
  }

  assert {
    condition     = local.enrich_env.COLORS && local.enrich_env.TAKE_OVER_ATTRIBUTES && local.enrich_env.MAX_RECORD_BYTES == 100000
    error_message = "enrich is not told what it may write"
  }
}
