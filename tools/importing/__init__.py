"""Pictures from what a shop has into the bucket: named by objectID, checked, and each once."""
