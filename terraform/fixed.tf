# What can't be changed later. What holds data would be made anew or deleted, except that a bucket isn't deleted while
# something is in it: half of it would be gone.

locals {
  # A bucket of somebody else's can be left for another.
  fixed_pictures = var.pictures.create ? { "pictures.bucket" = var.pictures.bucket, "pictures.location" = coalesce(var.pictures.location, var.region) } : {}
}

resource "terraform_data" "fixed" {
  for_each = merge(local.fixed_pictures, {
    name              = var.name
    project_id        = var.project_id
    region            = var.region
    label_bucket      = local.label_bucket
    "pictures.create" = tostring(var.pictures.create)
  })

  input = each.value

  # Keeps what it was at first.
  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.output == each.value
      error_message = "${each.key}: this deployment was made with ${self.output}, which can't be changed to ${each.value}. Write ${self.output} again; for ${each.value}, deploy once more with a state of its own, and destroy this one afterward."
    }
  }
}
