# An event reaches enrich or is kept.

mock_provider "google" {}
mock_provider "time" {}

run "delivered_again_or_kept" {
  assert {
    condition = alltrue([
      google_pubsub_subscription.pictures.retry_policy[0].minimum_backoff == "10s",
      google_pubsub_subscription.pictures.retry_policy[0].maximum_backoff == "600s",
    ])
    error_message = "a failed delivery is not tried again with a back-off"
  }

  assert {
    condition = alltrue([
      google_pubsub_subscription.pictures.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.dead_letter.id,
      google_pubsub_subscription.pictures.dead_letter_policy[0].max_delivery_attempts == 100,
    ])
    error_message = "what cannot be delivered does not go to the dead letters"
  }

  assert {
    condition = alltrue([
      google_pubsub_topic_iam_member.pubsub_buries.topic == google_pubsub_topic.dead_letter.name,
      google_pubsub_topic_iam_member.pubsub_buries.role == "roles/pubsub.publisher",
      google_pubsub_subscription_iam_member.pubsub_acknowledges.subscription == google_pubsub_subscription.pictures.name,
      google_pubsub_subscription_iam_member.pubsub_acknowledges.role == "roles/pubsub.subscriber",
    ])
    error_message = "Pub/Sub may not forward dead letters, so that they would stay where they are"
  }

  assert {
    condition = alltrue([
      for kept in [google_pubsub_subscription.parked, google_pubsub_subscription.dead_letter] :
      kept.message_retention_duration == "2678400s" && kept.expiration_policy[0].ttl == ""
    ])
    error_message = "parked events or dead letters are not kept for 31 days"
  }

  assert {
    condition     = length(google_pubsub_subscription.parked.retry_policy) == 0
    error_message = "parked events that are given back are not there again at once"
  }

  assert {
    condition = alltrue([
      google_pubsub_subscription.pictures.push_config[0].push_endpoint == module.enrich.uri,
      google_pubsub_subscription.pictures.push_config[0].oidc_token[0].audience == module.enrich.uri,
      google_pubsub_subscription.pictures.push_config[0].oidc_token[0].service_account_email == local.emails.delivery,
    ])
    error_message = "events are not pushed to enrich with the delivery account's token"
  }

  assert {
    condition = alltrue([
      google_cloud_scheduler_job.reconcile.pubsub_target[0].topic_name == google_pubsub_topic.pictures.id,
      google_cloud_scheduler_job.reconcile.pubsub_target[0].attributes == tomap({ eventType = "RECONCILE" }),
      google_cloud_scheduler_job.reconcile.pubsub_target[0].data == base64encode("{}"),
      google_cloud_scheduler_job.reconcile.schedule == "*/5 * * * *",
      local.enrich_env.PICTURE_TOPIC == "projects/my-shop-421317/topics/visual-search-pictures",
    ])
    error_message = "products that wait for their records are not looked for every five minutes"
  }

  assert {
    condition     = google_pubsub_subscription.pictures.ack_deadline_seconds == 150
    error_message = "Pub/Sub delivers again before enrich has ended"
  }
}

run "parked_before_the_deliveries_are_used_up" {
  command = plan

  variables {
    enrich = { attempts = 20 }
  }

  assert {
    condition     = local.enrich_env.MAX_EVENT_AGE < local.attempts_take && local.enrich_env.MAX_EVENT_AGE > local.attempts_take / 2
    error_message = "an event reaches the dead letters before it is old enough to be parked with its reason"
  }
}
