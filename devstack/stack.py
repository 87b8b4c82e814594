"""The whole product on one machine: every server it talks to, both functions, the delivery between."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

import requests

from devstack import recipes, storage, topology
from devstack.algolia.limits import DEFAULT_RECORD_BYTES, TooBig
from devstack.delivery.bridge import Bridge, BridgeOptions
from devstack.endpoints import Endpoints
from devstack.environment import MODEL
from devstack.processes import LOOPBACK, Command, Processes, Recipe, exit_on_sigterm, undisturbed
from devstack.pubsub import emulator
from devstack.serving import Fault
from devstack.standins import stand_ins
from devstack.topology import Clock
from shared.labeling.registry import DEFAULT_RECOGNIZER

Server = Literal["pubsub", "storage", "algolia", "recognizer", "enrich", "search"]
Part = Literal[Server, "bridge"]
ALL_PARTS: frozenset[Part] = frozenset(
    ("pubsub", "storage", "algolia", "recognizer", "enrich", "search", "bridge")
)
_NEEDS: Mapping[Part, frozenset[Part]] = {
    "storage": frozenset({"pubsub"}),
    "enrich": frozenset({"pubsub", "storage", "algolia"}),
    "search": frozenset({"algolia"}),
    "bridge": frozenset({"pubsub", "enrich"}),
}
_ADMIN_TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class StackOptions:
    """The parts to run, and their options.

    `recognizer` is that of the functions; where it has a stand-in, that runs as the part `recognizer`;
    `model` is the embedded recognizer's ONNX file behind it, None draws labels from the pictures' bytes; its
    answers take at least `answer_ms`; products that wait for their records are seen to `reconcile_every` so
    many seconds, or never; `run_dir` keeps the logs, a temporary folder otherwise; a `versioned` bucket keeps
    pictures that were overwritten or deleted; `task_delay_ms`, `snapshot`, `max_record_bytes` and `too_big`
    are Algolia's; so many `threads` are at work on events in each of `enrich_instances` processes, and on
    searches in one, which has more of them for whoever waits; `cors_origins` (comma-separated) may call
    search from a browser; `both` adds variables to both functions, which have no encoder otherwise, and `env`
    to a function by its name; `patience` bounds each start in seconds.
    """

    parts: frozenset[Part] = ALL_PARTS
    recognizer: str = DEFAULT_RECOGNIZER
    model: Path | None = MODEL
    answer_ms: int = 0
    run_dir: Path | None = None
    pubsub: emulator.Kind = "stand-in"
    redelivery: topology.Redelivery = field(default_factory=topology.Redelivery)
    bridge: BridgeOptions = field(default_factory=BridgeOptions)
    reconcile_every: float | None = None
    versioned: bool = False
    task_delay_ms: int = 0
    snapshot: Path | None = None
    max_record_bytes: int = DEFAULT_RECORD_BYTES
    too_big: TooBig = "in-task"
    threads: int = 8
    enrich_instances: int = 1
    cors_origins: str = ""
    both: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    patience: float = 30.0

    def __post_init__(self) -> None:
        for part, needs in _NEEDS.items():
            if part in self.parts and not needs <= self.parts:
                raise ValueError(f"part {part!r} also needs {sorted(needs - self.parts)}")
        if "recognizer" in self.parts and self.model and not self.model.is_file():
            raise FileNotFoundError(f"{self.model} is missing: run `make setup`, or name another model file")


class LocalStack:
    """A context manager: everything is healthy inside it and gone after it.

    SIGINT and SIGTERM end it too, whether it is still starting or not. Enter it in the main thread, or at
    least in one that outlives it (see `Child`).
    """

    def __init__(self, options: StackOptions | None = None) -> None:
        self.options = options or StackOptions()
        self.endpoints = Endpoints(recognizer=self.options.recognizer)
        self._closing = ExitStack()
        self._processes: Processes | None = None
        self._bridge: Bridge | None = None
        self._clock: Clock | None = None
        self._more_enrich: dict[str, str] = {}

    def __enter__(self) -> Self:
        with ExitStack() as unwinding:
            unwinding.enter_context(exit_on_sigterm())
            run_dir = self.options.run_dir or Path(
                unwinding.enter_context(tempfile.TemporaryDirectory(prefix="devstack-"))
            )
            run_dir.mkdir(parents=True, exist_ok=True)
            self._processes = Processes(run_dir, self.options.patience)
            unwinding.callback(self._end)
            self._start()
            self._closing = unwinding.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @property
    def processes(self) -> Processes:
        """The children; raises RuntimeError before the stack was entered."""
        if self._processes is None:
            raise RuntimeError("the stack runs only inside its `with` block")
        return self._processes

    @property
    def bridge(self) -> Bridge:
        """The delivery of storage events to enrich; raises RuntimeError when it is left out."""
        if self._bridge is None:
            raise RuntimeError("the bridge is not among the parts that run")
        return self._bridge

    @property
    def enrich_processes(self) -> Sequence[str]:
        """The names of the processes that serve enrich."""
        return ("enrich", *self._more_enrich)

    def enrich_env(self) -> dict[str, str]:
        """Return the environment of the enrich function."""
        return {**self.endpoints.enrich_env(), **self.options.both, **self.options.env.get("enrich", {})}

    def operator_env(self) -> dict[str, str]:
        """Return the environment of the command line."""
        return {**self.endpoints.operator_env(), **self.options.both}

    def search_env(self) -> dict[str, str]:
        """Return the environment of the search function."""
        options = self.options
        own = options.env.get("search", {})
        at_once = {"MAX_CONCURRENT_SEARCHES": str(options.threads)}
        return {**self.endpoints.search_env(options.cors_origins), **at_once, **options.both, **own}

    def kill(self, server: Server) -> None:
        """Let a server crash; raises KeyError when it is left out. Delivery stops with Pub/Sub."""
        if server == "pubsub" and self._bridge:
            self._bridge.stop()
        self.processes.kill(server)

    def restart(self, server: Server) -> None:
        """Start a server again on its old ports, empty if it keeps its data in memory; KeyError as above."""
        if server == "pubsub" and self._bridge:
            self._bridge.stop()
        self.processes.restart(server)
        self._fill(server)
        if server == "pubsub" and self._bridge:
            self._bridge.start()

    def set_faults(self, server: Literal["algolia", "recognizer"], *faults: Fault) -> int:
        """Replace the pending faults of a server; return how many calls those would still have met.

        Raises `requests.HTTPError` when the server does not know them.
        """
        base = self.endpoints.algolia_url if server == "algolia" else self.endpoints.recognizer_url
        pending = [asdict(fault) for fault in faults]
        answer = requests.post(f"{base}/_devstack/faults", json=pending, timeout=_ADMIN_TIMEOUT)
        answer.raise_for_status()
        return int(answer.json()["unspent"])

    def _start(self) -> None:
        options = self.options
        first: dict[str, Recipe] = {
            "pubsub": lambda: emulator.command(options.pubsub),
            "algolia": self._algolia,
        }
        if stand_in := stand_ins().get(options.recognizer):
            first["recognizer"] = lambda: recipes.recognizer(stand_in, options.model, options.answer_ms)
        self._run(**first)
        self._run(storage=self._storage)
        self._run(enrich=self._enrich, search=self._search)
        if "enrich" in options.parts:
            self._start_more_enrich()
        if "bridge" in options.parts:
            self._start_bridge()

    def _run(self, **wanted: Recipe) -> None:
        """Start those servers at once that belong to the stack, and note where they are."""
        chosen = [recipe for part, recipe in wanted.items() if part in self.options.parts]
        for command in self.processes.start(*chosen):
            self._note(command)
            self._fill(command.name)

    def _note(self, command: Command) -> None:
        addresses = tuple(f"{LOOPBACK}:{port}" for port in command.ports)
        noted: Mapping[str, Mapping[str, Any]] = {
            "pubsub": {"pubsub_host": addresses[0]},
            "recognizer": {"recognizer_hosts": addresses},
        }
        other = {f"{command.name}_url": f"http://{addresses[0]}"}
        self.endpoints = replace(self.endpoints, **noted.get(command.name, other))

    def _fill(self, server: str) -> None:
        """Create in an empty server what a deployment has."""
        names = self.endpoints
        if server == "pubsub":
            topology.create_topics(names.pubsub_host, names.project, self.options.redelivery)
        elif server == "storage":
            for bucket, versioned in ((names.bucket, self.options.versioned), (names.label_bucket, False)):
                topology.create_bucket(names.storage_url, names.project, bucket, versioned=versioned)

    def _start_bridge(self) -> None:
        names = self.endpoints
        subscription = topology.subscription_path(names.project, topology.PICTURES)
        others = tuple(self._more_enrich.values())
        self._bridge = Bridge(names.pubsub_host, subscription, names.enrich_url, self.options.bridge, others)
        self._bridge.start()
        if every := self.options.reconcile_every:
            topic = topology.topic_path(names.project, topology.PICTURES)
            self._clock = Clock(names.pubsub_host, topic, every)
            self._clock.start()

    def _start_more_enrich(self) -> None:
        names = [f"enrich-{number}" for number in range(2, self.options.enrich_instances + 1)]
        started = self.processes.start(*(partial(self._enrich, name) for name in names))
        self._more_enrich = {command.name: f"http://{LOOPBACK}:{command.ports[0]}" for command in started}

    def _algolia(self) -> Command:
        options = self.options
        return recipes.algolia(
            self.endpoints, options.task_delay_ms, options.snapshot, options.max_record_bytes, options.too_big
        )

    def _storage(self) -> Command:
        names = self.endpoints
        return storage.command(
            names.project, names.bucket, pubsub_host=names.pubsub_host, topic=topology.PICTURES
        )

    def _enrich(self, name: str = "enrich") -> Command:
        command = recipes.function("enrich", "cloudevent", self.enrich_env(), self.options.threads)
        return replace(command, name=name)

    def _search(self) -> Command:
        return recipes.function(
            "search", "http", self.search_env(), recipes.THREADS_PER_SEARCH * self.options.threads
        )

    def _end(self) -> None:
        with undisturbed(), ExitStack() as ending:
            ending.callback(self.processes.end)
            if self._bridge is not None:
                ending.callback(self._bridge.stop)
            if self._clock is not None:
                ending.callback(self._clock.stop)
