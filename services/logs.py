"""Write what happens to stderr: for people on a terminal, as one JSON object a line elsewhere.

Libraries log through the standard library; their lines take the same way and the same form.
"""

import logging
import sys

import structlog
from redis.exceptions import RedisError
from structlog.typing import EventDict, Processor, WrappedLogger

from services.mapping.escaping import escaped

QUIET = ("aiosqlite", "alembic", "docket", "httpcore2", "httpx2", "mcp", "websockets")
"""Libraries whose INFO lines repeat what the rows already say, or whose DEBUG lines show headers as they are."""


def configure_logging(level: str) -> None:
    """Set up logging for the process, once, before anything is started. `level` is a name like INFO."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_news)
    handler.setFormatter(_formatter(shared, terminal=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _is_news(record: logging.LogRecord) -> bool:
    """Keep out what docket says every second, with its trace, of a Redis that is away: our queue says it once."""
    if not record.name.startswith("docket."):
        return True
    error = record.exc_info[1] if record.exc_info else None
    return "Redis" not in record.getMessage() and not isinstance(error, RedisError | OSError)


def _seen(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Let no text of strangers drive the terminal, or begin a line that looks like another's."""
    del logger, method
    return {key: escaped(value.rstrip()) if isinstance(value, str) else value for key, value in event.items()}


def _formatter(shared: list[Processor], *, terminal: bool) -> logging.Formatter:
    render: list[Processor]
    if terminal:
        # The usual one shows the values of local variables, of which one may be a secret.
        render = [_seen, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    else:
        render = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
    )
