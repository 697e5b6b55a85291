"""Random documents of at most 10 kB over the contract, valid and not, looking for those that take long.

    python -m tests.benchmarks.query_fuzz [SECONDS] [SEED]

Each is answered in this process by an empty server. Prints what came of them and the five that took the
most processor time, in milliseconds, with their seeds.
"""

import asyncio
import collections
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLArgument, GraphQLField, GraphQLSchema, get_named_type, is_composite_type, is_list_type

from schema.context import Context
from schema.contract import contract
from schema.prepared import prepare
from services.graticule import Graticule
from services.viewers import LOCAL
from tests.schema.attacks import LARGEST_BYTES
from tests.support.running import local_settings

VALUES = ("1", "500", "null", '"a"', "[]", "{}", "$v", "true", "-1", "1e9", "READY", "[[1]]", '{a:{b:"c"}}', "9" * 400)
NOISE = (
    "@skip(if:false)",
    "@include(if:$v)",
    "@a",
    "@skip",
    "...F0",
    "...F1",
    "...{__typename}",
    "x",
    "__schema{types{name}}",
)
SECONDS = 60
SUSPECT_MS = 40.0


class Writer:
    """Writes one document from a seed."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self._schema = schema
        self._chance = random.Random(seed)  # noqa: S311  # to be repeated, not to be secret
        self._room = self._chance.choice((300, 2_000, 9_000))
        self._noise = self._chance.choice((0.0, 0.02, 0.3))
        self._breadth = self._chance.choice((2, 6, 40))
        self._aliases = self._chance.choice((0.0, 0.05, 0.5))

    def document(self) -> str:
        """Give the text."""
        roots = self._chance.choice((["Query"], ["Query"], ["Mutation"], ["Query", "Query"]))
        parts = []
        for number, root in enumerate(roots):
            name = f"O{number}" if len(roots) > 1 else ""
            word = {"Query": "query", "Mutation": "mutation"}[root]
            head = f"{word} {name}($v: Int)" if self._chance.random() < 0.5 else f"{word} {name}"
            parts.append(head + self._selection(root, 0))
        for number in range(self._chance.choice((0, 0, 2, 30))):
            kind = self._chance.choice(("Query", "Job", "Repository", "Snapshot", "Symbol"))
            parts.append(f"fragment F{number} on {kind}{self._selection(kind, 8)}")
        return " ".join(parts)[:LARGEST_BYTES]

    def _selection(self, type_name: str, depth: int) -> str:
        kind: Any = self._schema.type_map[type_name]
        fields = getattr(kind, "fields", {})
        written = ["__typename"]
        for _ in range(self._chance.randint(1, self._breadth)):
            if self._room < 0:
                break
            name = self._chance.choice([*fields, "__typename"])
            text = self._field(name, fields.get(name), depth)
            self._room -= len(text)
            written.append(text)
            if self._chance.random() < self._noise:
                written.append(self._chance.choice(NOISE))
        possible = self._schema.get_possible_types(kind) if not fields or type_name == "Node" else ()
        written += [f"...on {one.name}{self._selection(one.name, depth + 1)}" for one in possible]
        return "{" + " ".join(written) + "}"

    def _field(self, name: str, field: GraphQLField | None, depth: int) -> str:
        alias = f"a{self._chance.randint(0, 60)}:" if self._chance.random() < self._aliases else ""
        if field is None:
            return alias + name
        given = [f"{key}:{self._value(one)}" for key, one in field.args.items() if self._chance.random() < 0.6]
        arguments = f"({' '.join(given)})" if given else ""
        kind = get_named_type(field.type)
        below = ""
        if is_composite_type(kind):
            below = self._selection(kind.name, depth + 1) if depth < 12 else "{__typename}"
        return alias + name + arguments + below

    def _value(self, argument: GraphQLArgument) -> str:
        if self._chance.random() < self._noise:
            return self._chance.choice(VALUES)
        kind = get_named_type(argument.type).name
        text = {"Int": "3", "ID": '"a"', "String": '"a"', "Boolean": "true", "Float": "0.5"}.get(kind, "{}")
        return f"[{text}]" if is_list_type(argument.type) else text


async def ask(graticule: Graticule, text: str) -> tuple[float, str]:
    """Give the milliseconds of processor time of this process, and what came of it."""
    context = Context(graticule, started_at=datetime.now(UTC), viewer=LOCAL)
    began = time.process_time()
    result = await contract().execute(text, variable_values={"v": 3}, context_value=context)
    taken = (time.process_time() - began) * 1000
    errors = result.errors or []
    return taken, str((errors[0].extensions or {})["code"]) if errors else "answered"


async def run(seconds: float, first_seed: int) -> None:
    """Ask until the time is over."""
    outcomes: collections.Counter[str] = collections.Counter()
    worst: list[tuple[float, int, int]] = []
    contract()  # built before the server settles its memory, as the application does
    seed, until = first_seed, time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        async with Graticule.start(local_settings(Path(folder), allow_hosts="nowhere.invalid")) as graticule:
            while time.monotonic() < until:
                text = Writer(contract().types, seed).document()
                taken, outcome = await ask(graticule, text)
                if taken > SUSPECT_MS:  # perhaps it was the collector of garbage that was left by others
                    prepare.cache_clear()
                    taken = min(taken, (await ask(graticule, text))[0])
                worst = sorted([*worst, (taken, seed, len(text))], reverse=True)[:5]
                outcomes[outcome] += 1
                seed += 1
    print(f"{seed - first_seed} documents: {dict(outcomes)}")
    for taken, one, size in worst:
        print(f"{taken:8.1f} ms  seed {one}, {size} bytes")


def main() -> None:
    """Run for so many seconds from a seed."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    asyncio.run(run(seconds, int(sys.argv[2]) if len(sys.argv) > 2 else 1))


if __name__ == "__main__":
    main()
