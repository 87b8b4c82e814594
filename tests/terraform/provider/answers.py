"""What the stand-in makes up where the cloud would answer: always the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBER = "{project_number}"
_OTHER_NUMBERS = {"shop-media-317004": "210987654321"}
_MAIL = "{account_id}@{project}.iam.gserviceaccount.com"
_AGENT = f"service-{_NUMBER}@gs-project-accounts.iam.gserviceaccount.com"

_KNOWN: Mapping[str, Mapping[str, str]] = {
    "google_service_account": {
        "email": _MAIL,
        "member": f"serviceAccount:{_MAIL}",
        "name": f"projects/{{project}}/serviceAccounts/{_MAIL}",
        "id": f"projects/{{project}}/serviceAccounts/{_MAIL}",
    },
    "google_pubsub_topic": {"id": "projects/{project}/topics/{name}"},
    "google_pubsub_subscription": {"id": "projects/{project}/subscriptions/{name}"},
    "google_storage_bucket": {"id": "{name}", "url": "gs://{name}"},
    "google_secret_manager_secret": {
        "id": "projects/{project}/secrets/{secret_id}",
        "name": "projects/{project}/secrets/{secret_id}",
    },
    "google_artifact_registry_repository": {
        "id": "projects/{project}/locations/{location}/repositories/{repository_id}",
        "name": "{repository_id}",
    },
    "google_cloudfunctions2_function": {
        "id": "projects/{project}/locations/{location}/functions/{name}",
        "uri": "https://{name}-abcdefghij-ew.a.run.app",
        "url": "https://{location}-{project}.cloudfunctions.net/{name}",
        "service": "projects/{project}/locations/{location}/services/{name}",
    },
    **{
        f"google_compute_{name}": {"id": f"projects/{{project}}/{where}/{{name}}"}
        for name, where in {
            "security_policy": "global/securityPolicies",
            "target_https_proxy": "global/targetHttpsProxies",
        }.items()
    },
    "google_project": {"number": _NUMBER, "name": "{project_id}", "id": "projects/{project_id}"},
    "google_storage_project_service_account": {
        "email_address": _AGENT,
        "member": f"serviceAccount:{_AGENT}",
    },
}
_MADE_UP = "made-up-"
_EMPTY: Mapping[str, Any] = {"number": 0, "bool": False, "list": [], "set": [], "map": {}}


def made_up(type_name: str, values: Mapping[str, Any], project: str, name: str, kind: Any) -> Any:
    """The answer for one attribute of a resource whose other values are known."""
    told = {key: value for key, value in values.items() if isinstance(value, str)}
    told.setdefault("project", project)
    told.setdefault("project_id", told["project"])
    told["project_number"] = _OTHER_NUMBERS.get(told["project_id"], "123456789012")
    if name in ("project", "project_id"):
        return told[name]
    template = _KNOWN.get(type_name, {}).get(name)
    if template:
        return template.format_map(told)
    collection = kind if isinstance(kind, str) else kind[0]
    whose = told.get("name") or told.get("description") or type_name
    return _EMPTY.get(collection, f"{_MADE_UP}{name}-of-{whose}")


def is_made_up(value: object) -> bool:
    """Whether a value is such an answer, and none that could have been written."""
    return value in (None, *_EMPTY.values()) or str(value).startswith(_MADE_UP)
