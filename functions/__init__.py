"""The Cloud Functions, a folder for each."""
