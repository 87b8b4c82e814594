"""A provider with a schema and no cloud: it checks and plans like the real one, and applies to the state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

from tests.terraform.provider import likeness
from tests.terraform.provider.answers import made_up
from tests.terraform.provider.messages import at, errors, read, schema, written
from tests.terraform.provider.values import applied, faults, planned

Message = Any
"""One of the protocol's messages; the library that holds them has no types."""


class Provider(rpc.ProviderServicer):  # type: ignore[misc]
    """Terraform's plugin protocol 6 over one schema, `{"provider", "resources", "data_sources"}`."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._told = told
        self._project = "the-project"

    def GetMetadata(self, request: Message, context: Message) -> Message:
        return pb.GetMetadata.Response()

    def GetProviderSchema(self, request: Message, context: Message) -> Message:
        return pb.GetProviderSchema.Response(
            provider=schema(self._told["provider"]),
            resource_schemas={name: schema(block) for name, block in self._told["resources"].items()},
            data_source_schemas={name: schema(block) for name, block in self._told["data_sources"].items()},
        )

    def ValidateProviderConfig(self, request: Message, context: Message) -> Message:
        return pb.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request: Message, context: Message) -> Message:
        project = read(request.config).get("project")
        self._project = project if isinstance(project, str) else self._project
        return pb.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request: Message, context: Message) -> Message:
        found = faults(self._resource(request), read(request.config))
        return pb.ValidateResourceConfig.Response(diagnostics=errors(found))

    def ValidateDataResourceConfig(self, request: Message, context: Message) -> Message:
        return pb.ValidateDataResourceConfig.Response()

    def UpgradeResourceState(self, request: Message, context: Message) -> Message:
        return pb.UpgradeResourceState.Response(upgraded_state=pb.DynamicValue(json=request.raw_state.json))

    def ReadResource(self, request: Message, context: Message) -> Message:
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Message, context: Message) -> Message:
        prior, proposed = read(request.prior_state), read(request.proposed_new_state)
        plan = proposed and planned(self._resource(request), proposed)
        plan = plan and likeness.planned(prior, plan)
        anew = [at((name,)) for name in likeness.replacing(prior, plan)]
        return pb.PlanResourceChange.Response(
            planned_state=written(plan), requires_replace=anew, legacy_type_system=True
        )

    def ApplyResourceChange(self, request: Message, context: Message) -> Message:
        plan = read(request.planned_state)
        state = plan and self._answered(request.type_name, self._resource(request), plan)
        state = state and likeness.answered(state)
        return pb.ApplyResourceChange.Response(new_state=written(state), legacy_type_system=True)

    def ReadDataSource(self, request: Message, context: Message) -> Message:
        block = self._told["data_sources"][request.type_name]
        state = self._answered(request.type_name, block, read(request.config))
        return pb.ReadDataSource.Response(state=written(state))

    def StopProvider(self, request: Message, context: Message) -> Message:
        return pb.StopProvider.Response()

    def _resource(self, request: Message) -> Mapping[str, Any]:
        block: Mapping[str, Any] = self._told["resources"][request.type_name]
        return block

    def _answered(self, type_name: str, block: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
        return applied(block, values, partial(made_up, type_name, values, self._project))
