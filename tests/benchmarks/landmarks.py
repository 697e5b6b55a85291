"""How many of the symbols that a project's own documentation points to are on its map.

    python -m tests.benchmarks.landmarks NAME=PATH [NAME=PATH ...]

NAME is one of `LANDMARKS`, PATH a repository with its commit at HEAD. Prints, for 1,000, 2,000 and 4,000
tokens, how many landmarks are shown, and at 2,000 which are not. The lists were written down from the
documentation (the front page of docs.rs/tokio, Django's topic guides, the source layout in Redis' README,
TypeORM's guides, Prometheus' `internal_architecture.md`, Terraform's `architecture.md`, our
`docs/architecture.md`) and not from a map, so that more than the taste of the ranking's makers measures it.
The constants of the ranking were chosen with the first seven projects; those in `HELD_OUT` were measured
once, afterwards, and are there to tell a better ranking from a better fit. Keep them out of any tuning.
"""

import asyncio
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Final

from services.acquire.objects import list_tree, read_blobs
from services.jobs.pipeline import Workshop
from services.mapping.build import build
from services.mapping.outline import outline
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import Outline, OutlineRequest
from services.models import Progress
from services.settings import Settings

BUDGETS: Final = (1000, 2000, 4000)
LANDMARKS: Final[dict[str, dict[str, str]]] = {
    "tokio": {
        "tokio/src/runtime/": "Runtime Builder Handle JoinHandle",
        "tokio/src/task/": "spawn spawn_blocking JoinSet LocalSet",
        "tokio/src/macros/": "select",
        "tokio/src/net/": "TcpListener TcpStream UdpSocket",
        "tokio/src/io/": "AsyncRead AsyncWrite AsyncBufRead",
        "tokio/src/sync/": "Mutex RwLock Semaphore Notify Barrier Sender Receiver",
        "tokio/src/time/": "sleep timeout interval",
    },
    "django": {
        "django/db/models/": "Model QuerySet Manager Field CharField ForeignKey ManyToManyField Q F",
        "django/http/": "HttpRequest HttpResponse",
        "django/urls/": "include reverse",
        "django/shortcuts.py": "render get_object_or_404",
        "django/views/": "View TemplateView",
        "django/forms/": "Form ModelForm",
        "django/contrib/": "ModelAdmin AdminSite User login_required",
        "django/test/": "TestCase Client",
    },
    "redis": {
        "src/server.h": "redisServer client redisObject redisDb redisCommand",
        "src/server.c": "serverCron beforeSleep call processCommand initServer",
        "src/networking.c": "createClient freeClient readQueryFromClient addReply writeToClient",
        "src/db.c": "lookupKeyRead lookupKeyWrite dbAdd setKey",
        "src/object.c": "createObject incrRefCount decrRefCount",
        "src/ae.": "aeMain aeEventLoop",
        "src/replication.c": "replicationFeedSlaves",
    },
    "typeorm": {
        "src/data-source/": "DataSource",
        "src/repository/": "Repository BaseEntity TreeRepository",
        "src/entity-manager/": "EntityManager",
        "src/query-builder/": "QueryBuilder SelectQueryBuilder InsertQueryBuilder UpdateQueryBuilder "
        "DeleteQueryBuilder",
        "src/query-runner/": "QueryRunner",
        "src/decorator/": "Entity Column PrimaryGeneratedColumn OneToMany ManyToOne ManyToMany JoinTable Index",
        "src/migration/": "MigrationInterface",
        "src/entity-schema/": "EntitySchema",
        "src/find-options/": "FindOneOptions FindManyOptions",
        "src/subscriber/": "EntitySubscriberInterface",
        "src/logger/": "Logger",
    },
    "prometheus": {
        "config/": "Config LoadFile",
        "discovery/": "Manager Discoverer Group",
        "scrape/": "Manager Target",
        "storage/": "Storage Queryable Querier Appender",
        "storage/remote/": "QueueManager",
        "tsdb/": "DB Head Block",
        "promql/": "Engine Query Expr",
        "rules/": "Rule Group AlertingRule",
        "notifier/": "Manager",
        "model/": "Labels Matcher",
        "web/": "Handler API",
    },
    "terraform": {
        "internal/terraform/": "Context Graph GraphTransformer EvalContext GraphNodeExecutable ContextGraphWalker "
        "GraphNodeDynamicExpandable",
        "internal/configs/": "Config Loader Module Resource",
        "internal/states/": "State SyncState Full",
        "internal/plans/": "Plan Changes",
        "internal/backend/": "Backend Operation OperationsBackend",
        "internal/lang/": "Scope",
        "internal/dag/": "AcyclicGraph",
        "internal/providers/": "Interface",
        "internal/command/": "Meta",
        "internal/tfdiags/": "Diagnostics",
        "internal/addrs/": "Provider",
    },
    "graticule": {
        "services/repositories.py": "RepositoryService RepositoryService.clone RepositoryService.snapshot",
        "services/acquire/": "Remote Remote.parse Clones Clones.acquire list_tree read_blobs",
        "services/mapping/": "Snapshot build outline connect rank extract ParserPool FileRecord",
        "services/store/": "JobStore RepositoryStore Database",
        "services/": "Follower LiveHub Bus Settings",
        "schema/": "create_app",
    },
    "zod": {
        "packages/zod/src/": "ZodType ZodString ZodNumber ZodObject ZodArray ZodUnion ZodEnum ZodOptional ZodError "
        "string number object array union enum literal parse safeParse toJSONSchema registry",
    },
    "starlette": {
        "starlette/": "Starlette Route Mount Router Request Response JSONResponse HTMLResponse StreamingResponse "
        "WebSocket Middleware BaseHTTPMiddleware TestClient StaticFiles Jinja2Templates BackgroundTask Config "
        "HTTPException CORSMiddleware WebSocketRoute",
    },
    "sqlalchemy": {
        "": "create_engine Engine Connection MetaData Table Column ForeignKey Session sessionmaker select Select "
        "insert relationship mapped_column DeclarativeBase Query Result Integer String Mapped text",
    },
    "rich": {
        "rich/": "Console print Table Progress Panel Text Style Live Layout Markdown Syntax Tree Traceback Prompt "
        "Columns Segment Theme install track Pretty",
    },
}
HELD_OUT: Final = ("zod", "starlette", "sqlalchemy", "rich")
"""Never used to choose a constant."""


async def snapshot_of(path: Path) -> Snapshot:
    """Map the commit at HEAD of a repository on this machine, without a clone."""
    head = ["git", "-c", "safe.directory=*", "-C", str(path), "rev-parse", "--absolute-git-dir", "HEAD"]
    folder, commit = subprocess.run(head, capture_output=True, text=True, check=True).stdout.split()  # noqa: ASYNC221 - in a program that does nothing meanwhile
    with tempfile.TemporaryDirectory() as scratch:
        async with Workshop.open(Settings(data_dir=Path(scratch))) as workshop:
            tree = await list_tree(Path(folder), commit, max_entries=workshop.tree_entries)
            artifact = await asyncio.to_thread(
                build,
                [SourceEntry(entry.path, entry.blob, entry.size_bytes, entry.mode) for entry in tree],
                commit=commit,
                read_blobs=lambda blobs: read_blobs(Path(folder), blobs),
                pool=workshop.pool,
                tags=workshop.tags,
                report=_quiet,
                cancelled=threading.Event(),
                max_file_bytes=workshop.file_bytes,
            )
    return Snapshot.load(artifact)


def _quiet(progress: Progress) -> None:
    del progress


def landmarks_of(project: str) -> list[tuple[str, str]]:
    """List a project's landmarks as (beginning of the path, qualified name or its end)."""
    return [(place, name) for place, names in LANDMARKS[project].items() for name in names.split()]


def missing(drawn: Outline, project: str) -> list[str]:
    """List the landmarks that an outline does not show."""
    shown = [(file.path, ranked.symbol.qualified_name) for file in drawn.files for ranked in file.symbols]
    return [
        f"{place}{name}"
        for place, name in landmarks_of(project)
        if not any(path.startswith(place) and f".{symbol}".endswith(f".{name}") for path, symbol in shown)
    ]


def main() -> None:
    """Print a line a project."""
    for argument in sys.argv[1:]:
        project, _, path = argument.partition("=")
        snapshot = asyncio.run(snapshot_of(Path(path)))
        total = len(landmarks_of(project))
        lacking = {tokens: missing(outline(snapshot, OutlineRequest(tokens)), project) for tokens in BUDGETS}
        shown = "  ".join(f"{tokens}: {total - len(names):2d}/{total}" for tokens, names in lacking.items())
        held = " (held out)" if project in HELD_OUT else ""
        print(f"{project:<11} {shown}{held}   not at 2000: {' '.join(lacking[2000])}")


if __name__ == "__main__":
    main()
