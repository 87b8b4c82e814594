"""`check live`: asks services that the user has keys for what their documentation leaves open."""
