"""What a server reaches of the world and of the clones: remotes, and the files of whoever has them."""

from dataclasses import dataclass

from services.acquire.acquirer import Acquirer
from services.sources import Sources


@dataclass(frozen=True, slots=True)
class Reach:
    """Remotes to ask, and where files are read."""

    acquirer: Acquirer
    sources: Sources
