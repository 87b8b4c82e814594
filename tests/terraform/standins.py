"""The stand-ins for the providers that the module names.

`terraform init` finds them in a folder under their real addresses and versions, so that it checks what the
module asks for; every other command talks to one process that serves them all, started once.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INTERPRETER = ROOT / ".cache" / "terraform" / "bin" / "python"
Schemas = Mapping[str, tuple[Path, ...]]
"""By a provider's address: what a later file has counts more than what an earlier one has."""
PROVIDERS: Schemas = {
    "hashicorp/google": (HERE / "google.json",),
    "hashicorp/time": (HERE / "time.json",),
    "k-yomo/algolia": (HERE / "algolia.json",),
}
OLDEST: Schemas = {**PROVIDERS, "hashicorp/google": (HERE / "google.json", HERE / "google-oldest.json")}
"""The oldest of Google's provider that the module allows."""
_HOST = "registry.terraform.io"
_CODE = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.terraform.provider.server import main;"
_CODE += " main(sys.argv[1:])"
_NOT_STARTED = (
    "#!/bin/sh\necho 'a stand-in that serves already is meant, see TF_REATTACH_PROVIDERS' >&2\nexit 1\n"
)


def needed(program: Path) -> Path:
    """A program of the environment of these checks; the test fails where it is not installed."""
    if not program.exists():
        pytest.fail("what the Terraform checks run is missing: `make test` installs it")
    return program


@contextmanager
def serving(providers: Schemas) -> Iterator[str]:
    """The stand-ins at work; what `TF_REATTACH_PROVIDERS` must hold."""
    told = [f"{_HOST}/{source}={'+'.join(map(str, files))}" for source, files in providers.items()]
    command = [str(needed(INTERPRETER)), "-I", "-c", _CODE, *told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline()
        process.stdin.close()


def version(files: Sequence[Path]) -> str:
    """The version of a provider with these schemas."""
    told: str = json.loads(files[-1].read_text("utf-8"))["version"]
    return told


def lay(home: Path, platform: str, providers: Schemas) -> Path:
    """Write the folder that `init` looks into, and the settings that name it; the settings' path."""
    for source, files in providers.items():
        folder = home / "providers" / _HOST / source / (number := version(files)) / platform
        folder.mkdir(parents=True)
        program = folder / f"terraform-provider-{source.partition('/')[2]}_v{number}"
        program.write_text(_NOT_STARTED, encoding="utf-8")
        program.chmod(0o755)
    settings = home / "terraform.rc"
    mirror = f'filesystem_mirror {{\n    path = "{home / "providers"}"\n  }}'
    settings.write_text(f"provider_installation {{\n  {mirror}\n}}\n", encoding="utf-8")
    return settings
