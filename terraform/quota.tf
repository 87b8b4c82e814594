# The recognizer's quota, lowered to what all instances together could ask, see sizes.tf.

# Google can't delete a preference: after a destroy the quota stays as it is, see docs/cost.md.
resource "google_cloud_quotas_quota_preference" "recognizer" {
  count = var.recognizer.quota_id == null ? 0 : 1

  parent               = "projects/${var.project_id}"
  name                 = "${var.name}-pictures-a-minute"
  service              = "vision.googleapis.com"
  quota_id             = var.recognizer.quota_id
  ignore_safety_checks = "QUOTA_DECREASE_PERCENTAGE_TOO_HIGH"

  quota_config {
    preferred_value = tostring(ceil(local.pictures_per_minute))
  }

  depends_on = [time_sleep.enabled]
}
