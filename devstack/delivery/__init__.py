"""Delivery of Pub/Sub messages to a function over HTTP, as push subscriptions and event triggers do it."""
