"""What git is told besides its arguments: an environment from nothing and a configuration in it.

Nothing of the server's environment reaches git: no proxy (it would bypass the address pin), no
credential helper, no GIT_DIR of a hook, no user or system configuration.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.acquire.private_config import NOTHING, PrivateConfig

NO_HOME: Final = Path("/nonexistent")
_MOST_THREADS: Final = 4

_FIXED: Final = {
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/bin/false",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOC_LIMIT": "268435456",
}

_CONFIG: Final = {
    "protocol.allow": "never",
    "transfer.fsckObjects": "true",
    # found in old, honest repositories
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.zeroPaddedFilemode": "ignore",
    "transfer.bundleURI": "false",
    "transfer.credentialsInUrl": "die",
    "transfer.unpackLimit": "1",  # always a pack: counters that mean the same, and few files
    "credential.helper": "",
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    # without these an honest repository with 1.1 GB of packs dies under the address-space limit
    "core.packedGitWindowSize": "16m",
    "core.packedGitLimit": "128m",
    "core.bigFileThreshold": "16m",
    # each thread of index-pack takes up to 136 MiB of address space, and git would start 20 on a big host
    "pack.threads": str(min(_MOST_THREADS, os.cpu_count() or 1)),
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1",  # 1000 bytes for 10 s ended an honest slow server
    "submodule.recurse": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
}


@dataclass(frozen=True, slots=True)
class GitEnvironment:
    """What differs from run to run. `protocol` is the only one git may use: `none` for local reads.

    `private` is the configuration that must be in a file, and `secrets` what no line of git may show. `reads` are
    files outside the home that git needs, and `port` is the only one it may connect to.
    """

    protocol: str = "none"
    home: Path = NO_HOME
    config: Mapping[str, str] | None = None
    private: PrivateConfig = NOTHING
    ssh_command: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    reads: tuple[Path, ...] = ()
    port: int | None = None

    def variables(self) -> dict[str, str]:
        """Give the whole environment of the process."""
        config = dict(_CONFIG)
        if self.protocol != "none":
            config[f"protocol.{self.protocol}.allow"] = "always"
        config.update(self.config or {})
        variables = {
            **_FIXED,
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "GIT_CONFIG_GLOBAL": self.private.path,
            "GIT_ALLOW_PROTOCOL": self.protocol,
            "GIT_CONFIG_COUNT": str(len(config)),
        }
        for number, (key, value) in enumerate(config.items()):
            variables[f"GIT_CONFIG_KEY_{number}"] = key
            variables[f"GIT_CONFIG_VALUE_{number}"] = value
        if self.ssh_command:
            variables["GIT_SSH_COMMAND"] = self.ssh_command
        return variables

    def rules(self, folder: Path | None) -> list[str]:
        """Give the launcher's rules for a git that may write in a folder, and in its home.

        A local folder may lead to others (work trees, alternates), and naming it is the operator's to allow: whoever
        clones from one reads everything.
        """
        writes = [f"w{path}" for path in (folder, self.home) if path is not None]
        reads = ["r/"] if self.protocol == "file" else [f"r{path}" for path in self.reads]
        ports = [f"p/{self.port}"] if self.port else []
        return ["-", *writes, *reads, *ports]
