# What Cloud Run gives an instance, by "Configure CPU limits" and "Configure memory limits" of its documentation. Less
# than 512 MiB starts in another environment, and is too little for any of ours. Nothing is made here.

locals {
  # From so many processors on, the least and the most MiB.
  memory = [
    { cpu = 8, least = 4096, most = 32768 },
    { cpu = 6, least = 4096, most = 24576 },
    { cpu = 4, least = 2048, most = 16384 },
    { cpu = 2, least = 512, most = 8192 },
    { cpu = 1, least = 512, most = 4096 },
    { cpu = 0.5, least = 512, most = 1024 },
    { cpu = 0.08, least = 512, most = 512 },
  ]

  # Of a wrong number of processors, var.cpu speaks.
  fit = concat([for each in local.memory : each if var.cpu >= each.cpu], local.memory)[0]
}

variable "name" {
  description = "The variable of the root that says the size."
  type        = string
}

variable "cpu" {
  description = "Processors."
  type        = number

  validation {
    condition     = contains([1, 2, 4, 6, 8], var.cpu) || var.cpu >= 0.08 && var.cpu <= 0.999
    error_message = "${var.name}.cpu: write 1, 2, 4, 6 or 8, or 0.08 to 0.999."
  }
}

variable "memory" {
  description = "Memory, such as 512Mi or 1Gi."
  type        = string

  validation {
    condition = can(regex("^[0-9]+(Mi|Gi)$", var.memory)) && alltrue([
      for number in regexall("^[0-9]+", var.memory) :
      number * (endswith(var.memory, "Gi") ? 1024 : 1) >= local.fit.least &&
      number * (endswith(var.memory, "Gi") ? 1024 : 1) <= local.fit.most
    ])
    error_message = "${var.name}.memory: write an amount such as 512Mi or 1Gi; with cpu = ${var.cpu}, from ${local.fit.least}Mi to ${local.fit.most}Mi."
  }
}

variable "concurrency" {
  description = "Requests at a time in an instance."
  type        = number

  validation {
    condition     = var.concurrency >= 1 && var.concurrency <= 1000 && floor(var.concurrency) == var.concurrency
    error_message = "${var.name}.concurrency: write a whole number from 1 to 1000."
  }

  validation {
    condition     = var.concurrency == 1 || var.cpu >= 1
    error_message = "${var.name}.cpu: write 1 or more, which Cloud Run wants where there is more than one request at a time."
  }
}

variable "min_instances" {
  description = "Instances kept ready."
  type        = number

  validation {
    condition     = var.min_instances >= 0 && floor(var.min_instances) == var.min_instances
    error_message = "${var.name}.min_instances: write a whole number, 0 for none."
  }
}

variable "max_instances" {
  description = "The most instances."
  type        = number

  validation {
    condition     = var.max_instances >= 1 && floor(var.max_instances) == var.max_instances && var.max_instances >= var.min_instances
    error_message = "${var.name}.max_instances: write a whole number of 1 or more, and not less than min_instances."
  }
}
