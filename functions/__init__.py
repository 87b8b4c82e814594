"""The deployed code: one folder per Cloud Function."""
