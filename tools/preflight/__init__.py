"""Tells before `terraform apply` what would fail when the functions start."""
