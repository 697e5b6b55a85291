"""Open the place that `GRATICULE_ARTIFACTS_URL` names, and say in our words what an object store refuses.

A folder or a bucket: obstore speaks to both. Credentials, endpoint and region of S3 come from the usual AWS_*
variables, or from the URL's query; neither is ever repeated, since what an object store says has its URL in it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname

from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import ObjectStore, from_url

from services.errors import ErrorCode, GraticuleError, InvalidArgumentError
from services.store.faults import typed_errors

SCHEMES: Final = frozenset({"s3", "s3a", "gs", "az", "adl", "azure", "abfs", "abfss"})
CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 20
"""How long nothing may arrive."""

REQUEST_SECONDS: Final = 300
"""For all of one request: the map of 609,000 symbols has 152 MB, which is 0.5 MB/s."""

RETRIES: Final = 3
RETRY_SECONDS: Final = 10
"""What a short outage of the store may cost a reader, and a job before it is put off."""

NO_BUCKET: Final = ("NoSuchBucket", "NoSuchContainer", "ContainerNotFound")
REFUSALS: Final = ("401 Unauthorized", "403 Forbidden", "404 Not Found", "Permission denied", *NO_BUCKET)
"""What stores answer for a bucket or a folder that is not there, or not ours; obstore has no type for it."""


class RefusingStoreError(GraticuleError):
    """The store of maps answers, and does not let this server in (`NETWORK`).

    Retryable: keys are exchanged, a clock is set, and jobs need not end for good meanwhile.
    """

    def __init__(self) -> None:
        hint = "The operator has to look at GRATICULE_ARTIFACTS_URL and the rights of its credentials."
        super().__init__(ErrorCode.NETWORK, "The artifact store refuses this server.", hint=hint)


def folder_of(place: str | Path) -> Path | None:
    """Give the folder that a path or a file:// URL names; None for a bucket. InvalidArgumentError for neither."""
    if isinstance(place, Path) or "://" not in place:
        return Path(place).absolute()
    parts = urlsplit(place)
    if parts.scheme != "file":
        return None
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise _wrong("names no folder of this machine", hint="Write file:///srv/maps, or the path alone.")
    return Path(url2pathname(parts.path))


def open_bucket(url: str) -> ObjectStore:
    """Open a bucket by URL, without asking it anything. InvalidArgumentError, which does not repeat the URL."""
    parts = urlsplit(url)
    if parts.scheme.lower() not in SCHEMES or not parts.hostname:
        raise _wrong("names no folder and no bucket", hint="Give a path, file://, s3://bucket/prefix, gs:// or az://.")
    if "@" in parts.netloc:
        raise _wrong("has credentials in it", hint="Give them as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    plain = options.pop("allow_http", os.environ.get("AWS_ALLOW_HTTP", ""))
    client: Any = {
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "read_timeout": timedelta(seconds=READ_SECONDS),
        "timeout": timedelta(seconds=REQUEST_SECONDS),
        "allow_http": plain.lower() in {"1", "true", "yes"},  # obstore reads no AWS_ALLOW_HTTP beside options of ours
    }
    config: Any = options
    retry: Any = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
    try:
        store: ObjectStore = from_url(
            parts._replace(query="").geturl(), config=config, client_options=client, retry_config=retry
        )
    except (BaseError, ValueError, TypeError):
        hint = "See docs/operations.md for the variables and options that object stores take."
        raise _wrong("names a bucket that cannot be opened so", hint=hint) from None
    return store


@contextmanager
def object_errors() -> Iterator[None]:
    """Turn what an object store or a folder says into a GraticuleError: NETWORK when it is away, or refuses us.

    DISK_FULL and the like of a folder as in `typed_errors`; what is not there stays FileNotFoundError.
    """
    try:
        with typed_errors():
            yield
    except FileNotFoundError as error:
        if any(mark in str(error) for mark in NO_BUCKET):
            raise _typed(error) from None
        raise
    except (BaseError, OSError) as error:
        raise _typed(error) from None  # its text has the URL, the key id and sometimes the signature


def _typed(error: BaseError | OSError) -> GraticuleError:
    denied = isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError)
    if denied or any(mark in str(error) for mark in REFUSALS):
        return RefusingStoreError()
    hint = "Try again; the operator can look at GRATICULE_ARTIFACTS_URL."
    return GraticuleError(ErrorCode.NETWORK, "The artifact store does not answer.", hint=hint)


def _wrong(what: str, *, hint: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"GRATICULE_ARTIFACTS_URL {what}.", hint=hint)
