"""A new tool is a new file: its words, its arguments and its answer come from the document alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mcp_types import Tool

from schema.app import make_streams
from schema.context import Context
from schema.contract import contract
from schema.documents import ToolDocument, load
from schema.limits import Limits
from schema.mcp import Tools
from schema.sockets import SocketLimits, Sockets
from schema.tool_forms import form_of
from schema.tools import Call, Toolbox
from services.graticule import Graticule
from services.metrics import Metrics
from services.viewers import LOCAL, Viewer
from tests.support.running import local_settings

NEW_TOOL = """\
# tool: list_repositories
# title: List repositories
# description: List what is known,
#   by name.
# hints: read-only
# part: Part of the name.
# order: The order.
query ListRepositories($part: String!, $first: Int = 3, $order: RepositoryOrder) {
  repositories(first: $first, filter: { nameContains: $part }, orderBy: $order) { totalCount }
}
# first: not in the head
"""


def toolbox(make_context: Callable[[Viewer], Context]) -> Toolbox:
    limits, metrics = Limits(), Metrics()
    streams = make_streams(limits, make_context, metrics)
    return Toolbox(contract(), streams, make_context, Sockets(SocketLimits(1, 1)), most=10_000)


def described(document: ToolDocument) -> Tool:
    def no_context(viewer: Viewer) -> Context:
        raise NotImplementedError(viewer)

    return Tools(toolbox(no_context), lambda _: LOCAL).described(document)


def one(folder: Path, text: str) -> ToolDocument:
    (folder / "tool.graphql").write_text(text)
    (document,) = load(contract().types, folder=folder)
    return document


def test_the_words_come_from_the_head(tmp_path: Path) -> None:
    tool = described(one(tmp_path, NEW_TOOL.replace("# order:", "# first: How many.\n# order:")))
    assert (tool.name, tool.title) == ("list_repositories", "List repositories")
    assert tool.description == "List what is known, by name."
    assert tool.annotations is not None
    assert (tool.annotations.read_only_hint, tool.annotations.open_world_hint) == (True, False)


def test_the_arguments_come_from_the_variables(tmp_path: Path) -> None:
    schema = one(tmp_path, NEW_TOOL.replace("# order:", "# first: How many.\n# order:")).input_schema
    assert schema["required"] == ["part"]
    assert schema["properties"] == {
        "part": {"type": "string", "description": "Part of the name."},
        "first": {"type": "integer", "description": "How many.", "default": 3},
        "order": {
            "type": "string",
            "enum": ["UPDATED_AT", "CREATED_AT", "LAST_ACCESSED_AT", "NAME"],
            "description": "The order.",
        },
    }


def test_a_variable_without_words_is_a_mistake_of_the_author(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="first"):
        one(tmp_path, NEW_TOOL)


@pytest.mark.anyio
async def test_a_tool_without_a_form_of_its_own_answers_with_the_data(tmp_path: Path) -> None:
    document = one(tmp_path, NEW_TOOL.replace("# order:", "# first: How many.\n# order:"))
    async with Graticule.start(local_settings(tmp_path / "data")) as graticule:

        def make_context(viewer: Viewer) -> Context:
            return Context(graticule, started_at=datetime.now(UTC), viewer=viewer)

        told = await form_of(document).make(Call(toolbox(make_context), document, LOCAL, {"part": "x"}))
    assert told.data["repositories_total"] == 0
    assert told.data["status"] == "complete"
    assert told.text == "List repositories (repositories total 0)."
    schema = described(document).output_schema or {}
    assert schema["properties"]["repositories_total"] == {"type": "integer"}
