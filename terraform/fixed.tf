# What can't be changed later. Everything would be made anew, except the bucket with the answers, which isn't deleted
# while something is in it: half of it would be gone.

resource "terraform_data" "fixed" {
  for_each = { name = var.name, project_id = var.project_id, region = var.region }

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
