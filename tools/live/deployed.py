"""Probes of a deployment: the travel of a picture, and what keeps what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.live import watching
from tools.live.probe import Finding, Probe
from tools.live.travel import Traveler
from tools.live.watching import Ask, Subscription


@dataclass(frozen=True, slots=True)
class DeployedShop:
    """A deployment from outside; `subscriptions` are all of its project's."""

    traveler: Traveler
    project: str
    picture_topic: str
    parked_topic: str
    parked_subscription: str
    subscriptions: Callable[[], Sequence[Subscription]]
    google: Ask

    def events(self) -> Sequence[Subscription]:
        """The subscriptions by which the enrich function is told of pictures."""
        return [each for each in self.subscriptions() if each.topic == self.picture_topic]


def _arrival(there: DeployedShop) -> Finding:
    seconds = there.traveler.upload()
    if seconds is None:
        return Finding("it does not", f"in {there.traveler.patience:.0f} s")
    return Finding("it does", f"{seconds:.1f} s after the upload")


def _removal(there: DeployedShop) -> Finding:
    seconds = there.traveler.remove()
    return Finding("it does not") if seconds is None else Finding("it does", f"{seconds:.1f} s later")


def _identity(there: DeployedShop) -> Finding:
    pushed = [each for each in there.events() if each.push_config.push_endpoint]
    if not pushed:
        return Finding("nothing is pushed")
    accounts = [each.push_config.oidc_token.service_account_email for each in pushed]
    return Finding("with an identity" if all(accounts) else "without one", ", ".join(filter(None, accounts)))


def _dead_letters(there: DeployedShop) -> Finding:
    topics = [each.dead_letter_policy.dead_letter_topic for each in there.events()]
    if not topics or not all(topics):
        return Finding("they are lost")
    kept = {each.topic for each in there.subscriptions()}
    return Finding("they are kept" if kept.issuperset(topics) else "nobody keeps them", ", ".join(topics))


def _parked(there: DeployedShop) -> Finding:
    held = [each.topic for each in there.subscriptions() if each.name == there.parked_subscription]
    return Finding("it does" if held == [there.parked_topic] else "it does not", ", ".join(held))


def _forwarding(there: DeployedShop) -> Finding:
    events = [each for each in there.events() if each.dead_letter_policy.dead_letter_topic]
    missing = [right for each in events for right in watching.missing_rights(there.google, each)]
    return Finding("it may" if events and not missing else "it may not", ", ".join(missing))


_AGAIN = "apply the Terraform module again"

DEPLOYED: Sequence[Probe[DeployedShop]] = (
    Probe(
        "arrival",
        "does an uploaded picture reach its record?",
        "the bucket's notification, the push, the function and its rights",
        {"it does": "nothing to do", "it does not": "visual-search pictures explain tells where it stopped"},
        _arrival,
    ),
    Probe(
        "logs",
        "is the function's line about it found in Cloud Logging by its fields?",
        "the filters of the module's metrics",
        {"it is found": "nothing to do", "it is not found": "metrics and alarms count nothing"},
        lambda there: watching.logs(there.google, there.project, there.traveler),
    ),
    Probe(
        "removal",
        "does the record forget a picture that is removed?",
        "the same notification",
        {"it does": "nothing to do", "it does not": "the notification must tell of deletions too"},
        _removal,
    ),
    Probe(
        "push-identity",
        "do pushes come with an identity?",
        "the module's subscription",
        {
            "with an identity": "nothing to do",
            "without one": f"anybody could call the function: {_AGAIN}",
            "nothing is pushed": "events are pulled, as in the local stack",
        },
        _identity,
    ),
    Probe(
        "dead-letters",
        "are events kept that could not be delivered?",
        "the module's dead-letter topic and its subscription",
        {
            "they are kept": "nothing to do",
            "nobody keeps them": f"their topic has no subscription: {_AGAIN}",
            "they are lost": f"there is no dead-letter topic: {_AGAIN}",
        },
        _dead_letters,
    ),
    Probe(
        "forwarding",
        "may Pub/Sub forward them?",
        "the module's grants to Pub/Sub's agent on topic and subscription",
        {"it may": "nothing to do", "it may not": f"they are delivered over and over again: {_AGAIN}"},
        _forwarding,
    ),
    Probe(
        "parked",
        "does PARKED_SUBSCRIPTION keep what the function parks?",
        "the module's parked topic",
        {"it does": "nothing to do", "it does not": "parked events are lost: import the profile again"},
        _parked,
    ),
    Probe(
        "alarms",
        "do the metrics exist that alarms watch?",
        "Cloud Monitoring makes a metric when it is first counted, or declared",
        {
            "they exist": "nothing to do",
            "some are missing": f"these alarms never ring: {_AGAIN}",
            "there are no alarms": "set monitoring.notify, or watch the dashboard",
        },
        lambda there: watching.alarms(there.google, there.project),
    ),
    Probe(
        "clocks",
        "do the jobs run that Cloud Scheduler starts?",
        "its log of the last two days",
        {
            "they run": "nothing to do",
            "one failed": "waiting products, or the nightly job, are left alone: look at its log",
            "none has run yet": "ask again tomorrow",
        },
        lambda there: watching.clocks(there.google, there.project, there.traveler.began),
    ),
    Probe(
        "quotas",
        "which quotas a minute does Cloud Vision have here?",
        "Google's list of them, after a lowered one was granted",
        {
            "they are told": "the one of pictures must be at least Terraform's pictures_per_minute",
            "there are none": "fine for another recognizer; Cloud Vision is not enabled",
        },
        lambda there: watching.quotas(there.google, there.project),
    ),
)
