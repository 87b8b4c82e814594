variable "name" {
  description = "The function's name, and that of its Cloud Run service."
  type        = string
}

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
}

variable "entry_point" {
  description = "The name of the function in main.py."
  type        = string
}

variable "bundle" {
  description = "The path of the zip, named by its digest."
  type        = string
}

variable "environment" {
  description = "Environment variables; null and empty ones are left out, THREADS is set here."
  type        = map(string)
}

variable "secrets" {
  description = "Environment variables whose values are secrets, each by its id and a pinned version."
  type        = map(object({ secret = string, version = string }))
}

variable "service_account" {
  description = "The e-mail address of the account that the function acts as."
  type        = string
}

variable "ingress" {
  description = "Where calls may come from: ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY."
  type        = string
}

variable "invokers" {
  description = "Who may call it: a member under a name of any kind."
  type        = map(string)
}

variable "size" {
  description = "An instance's processors, memory, requests at a time and seconds for each, and how many there are."
  type = object({
    cpu           = number
    memory        = string
    concurrency   = number
    min_instances = number
    max_instances = number
    timeout       = number
  })
}

variable "place" {
  description = "Where it runs and is built: project, region, labels, source bucket, image repository, build account and pool, key, network."
  type = object({
    project_id    = string
    region        = string
    labels        = map(string)
    source_bucket = string
    repository    = string
    build_account = string
    build_pool    = optional(string)
    kms_key       = optional(string)
    network = optional(object({
      connector  = optional(string)
      network    = optional(string)
      subnetwork = optional(string)
      tags       = optional(list(string), [])
      egress     = optional(string, "PRIVATE_RANGES_ONLY")
    }))
  })
}
