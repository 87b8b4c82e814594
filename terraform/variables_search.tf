# What is null is left to the function's own default, see docs/settings.md.

variable "search" {
  description = <<-EOT
    The function that a storefront asks. What is left out has the function's own default.

    - `public`: true lets everybody call it; false only `invokers`
    - `invokers`: who may call it, such as serviceAccount:shop@my-project.iam.gserviceaccount.com
    - `ingress`: where calls may come from: ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY; null for ALLOW_ALL where public, otherwise ALLOW_INTERNAL_AND_GCLB
    - `memory`: memory of an instance, such as 1Gi
    - `cpu`: processors of an instance: 1, 2, 4, 6 or 8; each goes with some amounts of memory
    - `concurrency`: requests at a time in an instance, and its threads: three to four for each search at work; null for four
    - `min_instances`: instances kept ready, which cost while they wait
    - `max_instances`: the most instances, see `recognizer.quota_per_minute`
    - `cors_origins`: origins of the pages that may call it, such as https://shop.example
    - `require_origin`: true to refuse requests that name no page either, as those of apps and servers
    - `always_filters`: filters of Algolia that apply to every search of the function, such as visible:true
    - `filterable_attributes`: the only attributes that shoppers may filter on, prefer and count; empty for all that the index has for faceting
    - `client_rate`: searches a client may make a minute, 0 for no limit
    - `client_burst`: searches a client may make at once
    - `client_concurrency`: requests of a client at a time in an instance, 0 for no limit
    - `total_rate`: searches an instance takes a minute, 0 for no limit
    - `max_concurrent_searches`: searches at work in an instance, the others wait a little or are asked to come again
    - `daily_recognizer_budget`: photos that the recognizer is asked about in a day by all instances together, 0 for no limit
    - `forwarded_hops`: which entry of X-Forwarded-For, from the right, the platform writes: 1 on Cloud Run, 2 behind a load balancer
    - `mode`: boost to prefer products that share labels, strict to leave out the others
    - `similar_closeness`: the closeness from which a product with a code is called similar, -1 to 1
    - `similar_share`: the share of a picture's points from which a product without a code is called similar, 0 to 1
    - `very_similar_closeness`: the closeness from which it is called very similar, not less than `similar_closeness`
    - `very_similar_share`: the share from which it is called very similar, not less than `similar_share`
    - `max_filters`: filters of a query, 10 to 128
    - `max_picture_bytes`: the largest photo accepted, in bytes
    - `picture_url_hosts`: hosts that photos may be fetched from, such as cdn.shop.example; empty to fetch none
  EOT
  type = object({
    public                  = optional(bool, false)
    invokers                = optional(list(string), [])
    ingress                 = optional(string)
    memory                  = optional(string, "1Gi")
    cpu                     = optional(number, 1)
    concurrency             = optional(number)
    min_instances           = optional(number, 0)
    max_instances           = optional(number, 2)
    cors_origins            = optional(list(string), [])
    require_origin          = optional(bool)
    always_filters          = optional(string)
    filterable_attributes   = optional(list(string), [])
    client_rate             = optional(number)
    client_burst            = optional(number)
    client_concurrency      = optional(number)
    total_rate              = optional(number)
    max_concurrent_searches = optional(number, 8)
    daily_recognizer_budget = optional(number, 10000)
    forwarded_hops          = optional(number)
    mode                    = optional(string)
    similar_closeness       = optional(number)
    similar_share           = optional(number)
    very_similar_closeness  = optional(number)
    very_similar_share      = optional(number)
    max_filters             = optional(number)
    max_picture_bytes       = optional(number)
    picture_url_hosts       = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = alltrue([for who in var.search.invokers : !contains(["allUsers", "allAuthenticatedUsers"], who) && can(regex("^[a-zA-Z]+:.+", who))])
    error_message = "search.invokers: write members such as user:you@example.com or serviceAccount:shop@my-project.iam.gserviceaccount.com; to let everybody call it, write public = true."
  }

  validation {
    condition     = var.search.ingress == null || can(regex("^ALLOW_(ALL|INTERNAL_AND_GCLB|INTERNAL_ONLY)$", var.search.ingress))
    error_message = "search.ingress: write ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY, or leave it out."
  }

  validation {
    condition     = var.search.max_concurrent_searches >= 1 && var.search.max_concurrent_searches <= 250 && floor(var.search.max_concurrent_searches) == var.search.max_concurrent_searches
    error_message = "search.max_concurrent_searches: write a whole number from 1 to 250."
  }

  validation {
    # The others turn clients away that send slowly or too much, see functions/search/guard.py.
    condition     = var.search.concurrency == null ? true : var.search.concurrency >= 3 * var.search.max_concurrent_searches && var.search.concurrency <= 4 * var.search.max_concurrent_searches
    error_message = "search.concurrency: leave it out, or write ${3 * var.search.max_concurrent_searches} to ${4 * var.search.max_concurrent_searches}, three to four times max_concurrent_searches, which says how many search at a time."
  }

  validation {
    condition     = alltrue([for origin in var.search.cors_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "search.cors_origins: write origins such as https://shop.example, without a path and without *."
  }

  validation {
    condition     = var.search.daily_recognizer_budget >= 0 && floor(var.search.daily_recognizer_budget) == var.search.daily_recognizer_budget
    error_message = "search.daily_recognizer_budget: write a whole number of photos, 0 for no limit."
  }

  validation {
    condition     = var.search.mode == null ? true : contains(["boost", "strict"], var.search.mode)
    error_message = "search.mode: write boost or strict."
  }

  validation {
    condition     = var.search.forwarded_hops == null ? true : var.search.forwarded_hops >= 0 && var.search.forwarded_hops <= 5
    error_message = "search.forwarded_hops: write 0 to 5: 1 on Cloud Run, 2 behind a load balancer."
  }
}
