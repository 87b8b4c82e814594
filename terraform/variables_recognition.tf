# What is seen in the pictures; the bundles are built for it.

variable "recognizer" {
  description = <<-EOT
    What names the things in a picture; both functions use the same.

    - `name`: the recognizer, that of `visual-search bundle --recognizer`; null for the one that the bundles were built for
    - `min_score`: the lowest confidence kept, 0 to 1; null for the recognizer's own
    - `max_labels`: how many labels of a picture to keep, 1 to 50; null for the functions' own default
    - `features`: what it is asked for beside labels, such as ["logos"], see docs/settings.md
    - `timeout`: seconds one call of it may take, up to 60; null for the functions' own default
    - `quota_per_minute`: pictures that it may be asked about in a minute, which bounds the instances; 0 for no limit. `embedded` has none
    - `quota_id`: the id of Cloud Vision's quota of pictures a minute, to lower it to what the functions can ask, see docs/cost.md; null to leave it alone
    - `settings`: its own variables, such as VISION_REGION, see docs/settings.md
    - `secrets`: its own variables whose values are in Secret Manager, such as VISION_API_KEY = { secret = "vision-key", version = "1" }
  EOT
  type = object({
    name             = optional(string)
    min_score        = optional(number)
    max_labels       = optional(number)
    features         = optional(list(string), [])
    timeout          = optional(number)
    quota_per_minute = optional(number, 1800)
    quota_id         = optional(string)
    settings         = optional(map(string), {})
    secrets          = optional(map(object({ secret = string, version = string })), {})
  })
  default = {}

  validation {
    condition     = var.recognizer.name == null || can(regex("^[a-z][a-z0-9-]*$", var.recognizer.name))
    error_message = "recognizer.name: write the name that `visual-search bundle --recognizer` was given, such as google-vision."
  }

  validation {
    condition     = var.recognizer.min_score == null ? true : var.recognizer.min_score >= 0 && var.recognizer.min_score <= 1
    error_message = "recognizer.min_score: write a number from 0 to 1, or leave it out for the recognizer's own."
  }

  validation {
    condition     = var.recognizer.max_labels == null ? true : var.recognizer.max_labels >= 1 && var.recognizer.max_labels <= 50
    error_message = "recognizer.max_labels: write a number from 1 to 50."
  }

  validation {
    condition     = var.recognizer.timeout == null ? true : var.recognizer.timeout > 0 && var.recognizer.timeout <= 60
    error_message = "recognizer.timeout: write seconds above 0 and up to 60, or leave it out."
  }

  validation {
    condition     = alltrue([for name in keys(var.recognizer.settings) : length(regexall("KEY|SECRET|TOKEN|PASSWORD", name)) == 0])
    error_message = "recognizer.settings: a key belongs into Secret Manager; name its secret and version in recognizer.secrets."
  }

  validation {
    # The embedded recognizer runs in the function itself; what the functions could ask is in sizes.tf.
    condition = anytrue([
      coalesce(var.recognizer.name, var.bundles.recognizer, "google-vision") == "embedded",
      var.recognizer.quota_per_minute == 0,
      local.pictures_per_minute <= var.recognizer.quota_per_minute,
    ])
    error_message = "recognizer.quota_per_minute: the functions could ask about ${local.pictures_per_minute} pictures a minute, the quota is ${var.recognizer.quota_per_minute}; lower max_instances of enrich or search, enrich.concurrency, search.max_concurrent_searches or search.total_rate, or write the higher quota that you were granted."
  }

  validation {
    condition     = var.recognizer.quota_id == null ? true : coalesce(var.recognizer.name, var.bundles.recognizer, "google-vision") == "google-vision" && var.recognizer.quota_id != ""
    error_message = "recognizer.quota_id: write the id of a quota of Cloud Vision, or leave it out; other recognizers have no quota at Google."
  }

  validation {
    condition     = alltrue([for each in values(var.recognizer.secrets) : can(regex(local.secret_id, each.secret)) && can(regex(local.secret_version, each.version))])
    error_message = "recognizer.secrets: write a secret's id alone, such as vision-key, without projects/, and its version as a number, such as \"1\", not latest."
  }

  validation {
    condition     = var.bundles.recognizer == null || var.recognizer.name == null || var.bundles.recognizer == var.recognizer.name
    error_message = "recognizer.name: the bundles were built with --recognizer ${coalesce(var.bundles.recognizer, "?")}, not ${coalesce(var.recognizer.name, "?")}; build again, or write that name."
  }
}

variable "encoder" {
  description = <<-EOT
    What sees likeness without names; both functions use the same.

    - `name`: the encoder, that of `visual-search bundle --encoder`, none for no encoder; null for the one that the bundles were built for
    - `projection`: the file that fits it to the shop, such as files/projection.json, as given to `visual-search bundle --file`; null for none
    - `strategies`: ways to find what looks alike: labels, words, code; empty for the encoder's usual ones
    - `settings`: its own variables, such as ONNX_MODEL or EMBEDDED_COLOR_WEIGHT, see docs/settings.md
  EOT
  type = object({
    name       = optional(string)
    projection = optional(string)
    strategies = optional(list(string), [])
    settings   = optional(map(string), {})
  })
  default = {}

  validation {
    condition     = var.encoder.name == null || can(regex("^[a-z][a-z0-9-]*$", var.encoder.name))
    error_message = "encoder.name: write the name that `visual-search bundle --encoder` was given, such as embedded or none."
  }

  validation {
    condition     = length(setsubtract(var.encoder.strategies, ["labels", "words", "code"])) == 0
    error_message = "encoder.strategies: write labels, words and code, or some of them, or leave it out."
  }

  validation {
    condition     = try(coalesce(var.encoder.name, var.bundles.encoder), "") != "onnx" || contains(keys(var.encoder.settings), "ONNX_MODEL")
    error_message = "encoder.settings: write ONNX_MODEL, such as files/clip.onnx, as given to `visual-search bundle --file`."
  }

  validation {
    condition     = var.bundles.encoder == null || var.encoder.name == null || var.bundles.encoder == var.encoder.name
    error_message = "encoder.name: the bundles were built with --encoder ${coalesce(var.bundles.encoder, "?")}, not ${coalesce(var.encoder.name, "?")}; build again, or write that name."
  }
}
