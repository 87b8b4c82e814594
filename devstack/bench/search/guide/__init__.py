"""The baseline that follows Algolia's guide."""
