# A key of one's own for what is kept: buckets, topics, images, functions, and the job.

locals {
  kms_key = try(var.encryption.key, null)

  # Who encrypts and decrypts, see "Protect your data with CMEK" of Cloud Run functions and of Pub/Sub.
  encrypting_agents = {
    storage   = local.storage_agent
    pubsub    = local.pubsub_agent
    functions = "serviceAccount:service-${data.google_project.this.number}@gcf-admin-robot.iam.gserviceaccount.com"
    images    = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    run       = "serviceAccount:service-${data.google_project.this.number}@serverless-robot-prod.iam.gserviceaccount.com"
  }
}

resource "google_kms_crypto_key_iam_member" "agents_encrypt" {
  for_each = try(var.encryption.grant, false) ? local.encrypting_agents : {}

  crypto_key_id = local.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value

  depends_on = [data.google_storage_project_service_account.this]
}
