"""The short ways of our executor give what graphql-core gives, whatever is asked."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_composite_type,
)
from sqlalchemy import select, update
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.context import Context
from schema.contract import Contract, contract
from schema.plain import UnexpectedError, way
from services.graticule import Graticule
from services.store.database import Database
from services.store.tables import jobs, repositories
from services.viewers import LOCAL
from tests.support.asker import FILES
from tests.support.fleet import multiply
from tests.support.gitrepo import make_repository
from tests.support.running import ended, local_settings

pytestmark = pytest.mark.anyio

COPIES = 70
"""More than are answered in one go."""
SEEDS = range(150)
FAILED = '{"code":"TIMEOUT","message":"It took too long.","retryable":true,"hint":null}'
UNSTEADY = {"progress", "lastAccessedAt", "secondsRemaining", "server", "node", "nodes", "remoteRefs", "source"}
"""Fields that need arguments, or say another thing each time they are asked."""

USED = "__typename @skip(if: $no) @include(if: $yes) known: repository(id: $id) { name }"
"""Every variable has to be used."""


class Writer:
    """Writes one valid document from a seed: aliases, fragments, directives, and pages of several sizes."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
        self._types = contract().types.type_map

    def document(self) -> str:
        """Give the text."""
        roots = ["repositories", "jobs", "repository"]
        fields = [self._field("Query", name, 0) for name in self._chance.sample(roots, self._chance.randint(1, 2))]
        return f"query ($id: ID!, $yes: Boolean!, $no: Boolean!) {{ {USED} {' '.join(fields)} }}"

    def _selection(self, type_name: str, depth: int) -> str:
        fields = getattr(self._types[type_name], "fields", {})
        known = [name for name, field in fields.items() if self._can(name, field, type_name, depth)]
        chosen = self._chance.sample(known, min(len(known), self._chance.randint(1, 6)))
        written = ["__typename"] if not chosen or self._chance.random() < 0.2 else []
        written += [self._field(type_name, name, depth) for name in chosen]
        if self._chance.random() < 0.2:
            written.append(f"... on {type_name} {{ {written[0]} }}")
        return " ".join(written)

    def _can(self, name: str, field: GraphQLField, type_name: str, depth: int) -> bool:
        required = any(isinstance(one.type, GraphQLNonNull) for one in field.args.values())
        listed = name == "nodes" and type_name.endswith("Connection")
        if required or (name in UNSTEADY and not listed):
            return False
        return depth < 6 or not is_composite_type(get_named_type(field.type))

    def _field(self, type_name: str, name: str, depth: int) -> str:
        field: GraphQLField = self._types[type_name].fields[name]  # type: ignore[attr-defined]  # has fields
        alias = f"{name}_{self._chance.randint(0, 10**6)}: " if self._chance.random() < 0.3 else ""
        given = f"(first: {self._chance.choice((0, 3, 17, 100)) if depth == 0 else 3})" if "first" in field.args else ""
        if (type_name, name) == ("Query", "repository"):
            given = "(id: $id)"
        directive = self._chance.choice((*[""] * 8, " @include(if: $yes)", " @skip(if: $yes)", " @include(if: $no)"))
        kind = get_named_type(field.type)
        below = f" {{ {self._selection(kind.name, depth + 1)} }}" if is_composite_type(kind) else ""
        return f"{alias}{name}{given}{directive}{below}"


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Graticule, Database]]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    make_repository(folder / "one.git", FILES)
    settings = local_settings(folder / "data")
    async with Graticule.start(settings) as graticule:
        service = graticule.repositories
        job = await ended(service, (await service.clone(str(folder / "one.git"))).job.id)
        database = await Database.open(settings.effective_database_url)
        await multiply(database, job.repository_id, copies=COPIES, jobs_each=3)
        await vary(database)
        yield graticule, database
        await database.close()


async def vary(database: Database) -> None:
    """Leave some columns of some rows empty, and let some have failed."""
    async with database.begin() as connection:
        for table, values in (
            (repositories, {"size_bytes": None, "served_commit": None, "map_error": FAILED, "map_state": "FAILED"}),
            (repositories, {"size_bytes": 2**40, "clone_completed_at": None, "remote_head": "0" * 40}),
            (jobs, {"error": FAILED, "state": "FAILED", "commit_id": None, "ref": "side"}),
        ):
            ids = (await connection.execute(select(table.c.id).order_by(table.c.id))).scalars().all()
            chosen = random.Random(len(values)).sample(list(ids), len(ids) // 4)  # noqa: S311  # to be repeated
            await connection.execute(update(table).where(table.c.id.in_(chosen)).values(**values))


async def answer(by: Contract, graticule: Graticule, document: str, variables: dict[str, Any]) -> bytes:
    context = Context(graticule, started_at=datetime.now(UTC), viewer=LOCAL)
    result = await by.execute(document, variable_values=variables, context_value=context)
    return orjson.dumps(
        {"data": result.data, "errors": sorted({orjson.dumps(_told(error)) for error in result.errors or ()})},
        default=bytes.decode,
    )


def _told(error: GraphQLError) -> dict[str, object]:
    """Give an error without its place in a list: which of several rows fails first is chance."""
    path = [part for part in error.path or () if isinstance(part, str)]
    return {**error.formatted, "path": path, "locations": None}


async def test_every_answer_is_what_graphql_core_gives(fleet: tuple[Graticule, Database]) -> None:
    graticule, _ = fleet
    plain = contract(StrawberryGraphQLCoreExecutionContext)
    first = orjson.loads(await answer(plain, graticule, "{ repositories(first: 1) { nodes { id } } }", {}))
    variables = {"id": first["data"]["repositories"]["nodes"][0]["id"], "yes": True, "no": False}
    full = 0
    for seed in SEEDS:
        document = Writer(seed).document()
        ours = await answer(contract(), graticule, document, variables)
        assert ours == await answer(plain, graticule, document, variables), document
        full += orjson.loads(ours)["errors"] == []
    assert full > len(SEEDS) // 2, "most documents are answered in full"


async def test_one_row_that_is_not_as_expected_is_an_error_of_its_own(fleet: tuple[Graticule, Database]) -> None:
    graticule, database = fleet
    document = "{ repositories(first: 70) { nodes { name revision clone { state } } } }"
    plain = contract(StrawberryGraphQLCoreExecutionContext)
    async with database.begin() as connection:
        one = (await connection.execute(select(repositories.c.id).limit(1).offset(9))).scalar_one()
        await connection.execute(update(repositories).where(repositories.c.id == one).values(revision=2**40))
    ours = await answer(contract(), graticule, document, {})
    assert orjson.loads(ours)["errors"]
    assert ours == await answer(plain, graticule, document, {})


@pytest.mark.parametrize("year", [1, 999, 1970, 9999])
def test_times_that_are_written_together_are_written_as_one_by_one(year: int) -> None:
    repository, kind = contract().types.type_map["Repository"], contract().types.type_map["DateTime"]
    assert isinstance(repository, GraphQLObjectType)
    assert isinstance(kind, GraphQLScalarType)
    moments = [datetime(year, 2, 3, 4, 5, 6, micros, tzinfo=UTC) for micros in (0, 1, 999, 1000, 120_000, 999_999)]
    write = way(repository, "createdAt").column
    assert write is not None
    assert write([SimpleNamespace(created_at=one) for one in moments]) == list(map(kind.serialize, moments))
    elsewhere = moments[0].replace(tzinfo=timezone(timedelta(hours=1)))
    with pytest.raises(UnexpectedError):
        write([SimpleNamespace(created_at=elsewhere)])


@pytest.mark.parametrize(
    ("column", "values", "fits"),
    [
        ("lines", [0, 7, 2**31 - 1], True),
        ("lines", [], True),
        ("lines", [2**31], False),
        ("lines", [1, None], False),
        ("lines", [True], False),
        ("ranks", [0.25, 0.0], True),
        ("ranks", [float("nan")], False),
        ("ranks", [float("inf"), float("-inf")], False),
        ("paths", ["a.py", "b.py"], True),
        ("paths", ["a.py", 1], False),
        ("paths", ("a.py",), False),
    ],
)
def test_a_list_of_plain_leaves_is_taken_whole_or_left_to_the_general_way(
    column: str, values: object, *, fits: bool
) -> None:
    kind = contract().types.type_map["Treemap"]
    assert isinstance(kind, GraphQLObjectType)
    leaf = way(kind, column).leaf
    assert leaf is not None
    source = SimpleNamespace(**{column: values})
    if fits:
        assert leaf(source) is values
    else:
        with pytest.raises((UnexpectedError, ValueError)):
            leaf(source)
