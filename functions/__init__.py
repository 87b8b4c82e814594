"""What is deployed: one folder per Cloud Function."""
