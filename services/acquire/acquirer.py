"""What reaches remotes, made of the settings: the policy, the operator's credentials, and the clones of one folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.acquire.authorities import ca_file_of
from services.acquire.clones import Clones
from services.acquire.credentials import Credentials
from services.acquire.git import GitLimits
from services.acquire.remotes import RemotePolicy
from services.settings import Settings


@dataclass(frozen=True, slots=True)
class Acquirer:
    """Reaches remotes. A process that runs no jobs has one too: it asks remotes for their refs."""

    policy: RemotePolicy
    credentials: Credentials
    clones: Clones

    @classmethod
    def from_settings(cls, settings: Settings, *, root: Path) -> Self:
        """Name the clones below `root`. GraticuleError when a policy, credentials or authorities are wrong."""
        policy = RemotePolicy.from_settings(settings)
        credentials = Credentials.from_settings(settings)
        clones = Clones(
            root,
            policy=policy,
            limits=GitLimits.from_settings(settings),
            credentials=credentials,
            ca_file=ca_file_of(settings),
        )
        return cls(policy, credentials, clones)
