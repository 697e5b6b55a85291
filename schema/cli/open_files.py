"""How many files may be open: as many as there may be sockets, and some to work with."""

import resource
from typing import Final

from services.settings import Settings

SPARE_FILES: Final = 1024
"""Open files beside the sockets: databases, pipes to git and to the parsers."""


def open_files_for(settings: Settings) -> int:
    """Give how many a server wants."""
    return settings.sockets + SPARE_FILES


def most_open_files() -> int | None:
    """Give how many this process could be allowed; None: any number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return None if hard == resource.RLIM_INFINITY else hard


def allow_open_files(wanted: int) -> None:
    """Raise the soft limit, often 1,024, so that the sockets that may be open can be; never above the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
