"""Whose certificates are believed: the system's authorities, or the operator's own file of them.

git gets the file's path, and the one request that we make ourselves a context that reads the same
file. Neither is ever told to look away.
"""

import ssl
from pathlib import Path

from services.errors import InvalidArgumentError
from services.settings import Settings


def ca_file_of(settings: Settings) -> Path | None:
    """Give the absolute path of the operator's file, None when the system's authorities count.

    Raises InvalidArgumentError when the file has no certificate that can be read.
    """
    if settings.ca_file is None:
        return None
    try:
        ssl.create_default_context(cafile=str(settings.ca_file))
    except (OSError, ValueError):
        message = f"GRATICULE_CA_FILE names {settings.ca_file}, which is no file of certificates in PEM form."
        raise InvalidArgumentError(message) from None
    return settings.ca_file.absolute()  # git runs in another folder


def git_config(ca_file: Path | None, *, empty: Path) -> dict[str, str]:
    """Give git's configuration. libcurl adds a folder of authorities unless it is given another one."""
    return {} if ca_file is None else {"http.sslCAInfo": str(ca_file), "http.sslCAPath": str(empty)}
