"""Which settings make no server, or no worker: said before anything is opened, with what to set instead."""

from services.errors import InvalidArgumentError
from services.settings import Settings, is_shared


def require_server(settings: Settings) -> None:
    """Refuse a server whose jobs nobody could run, or whose maps nobody else could read. InvalidArgumentError."""
    if not settings.concurrent_jobs:
        _require_shared_queue(settings, who="A server with GRATICULE_CONCURRENT_JOBS=0")
    _require_shared_maps(settings)


def require_worker(settings: Settings) -> None:
    """Refuse a worker that nobody could give a job to, or that would take none. InvalidArgumentError."""
    _require_shared_queue(settings, who="A worker")
    if not settings.concurrent_jobs:
        raise InvalidArgumentError(
            "A worker with GRATICULE_CONCURRENT_JOBS=0 would do nothing.", hint="Set it to 1 or more on workers."
        )
    _require_shared_maps(settings)


def _require_shared_queue(settings: Settings, *, who: str) -> None:
    if not is_shared(settings.effective_queue_url):
        raise InvalidArgumentError(
            f"{who} needs a queue that others share, and this one is memory://.",
            hint="Give all of them the same Redis or Valkey: GRATICULE_REDIS_URL, or GRATICULE_QUEUE_URL.",
        )


def _require_shared_maps(settings: Settings) -> None:
    """Refuse a database and a queue that others share beside maps in a folder of one's own: nobody would find them."""
    shared = settings.database_url is not None and is_shared(settings.effective_queue_url)
    if shared and settings.artifacts_url is None:
        raise InvalidArgumentError(
            "The database and the queue are shared, and GRATICULE_ARTIFACTS_URL is not set: maps would stay here.",
            hint="Give all processes the same GRATICULE_ARTIFACTS_URL: a folder that all see, or s3://bucket/prefix.",
        )
