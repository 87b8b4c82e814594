"""Packs what each function needs into one file for Terraform, the same file wherever it is packed."""
