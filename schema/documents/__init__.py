"""The tools of the MCP server: one GraphQL document each, with its words in the comments at its head.

A new tool is a new file here. What it takes are the variables of its operation; a pair `$id: ID`
and `$url: String` stands for one argument, `repo_path`, because that is what agents have at hand; a
`$branch` beside it takes the ref of a pasted URL unless it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLSchema,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
    parse,
    value_from_ast_untyped,
)

from services.errors import InvalidArgumentError

FOLDER: Final = Path(__file__).parent
REPO_PATH: Final = "repo_path"
BRANCH: Final = "branch"
LONGEST_VALUE: Final = 10_000
JSON_TYPES: Final = {"String": "string", "ID": "string", "Int": "integer", "Float": "number", "Boolean": "boolean"}

JsonSchema = dict[str, object]


@dataclass(frozen=True, slots=True)
class ToolDocument:
    """One tool: its words, what it takes as JSON Schema, and the document that answers it."""

    name: str
    title: str
    description: str
    hints: frozenset[str]
    input_schema: JsonSchema
    text: str

    @property
    def reads_a_ref(self) -> bool:
        """Whether it is about one ref of a repository that a URL may name."""
        takes = self.input_schema["properties"]
        return isinstance(takes, dict) and {REPO_PATH, BRANCH} <= takes.keys()

    def variables(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Give the document's variables for a call; InvalidArgumentError names what does not fit."""
        takes = self.input_schema["properties"]
        required = self.input_schema["required"]
        unknown = sorted(set(arguments) - set(takes if isinstance(takes, dict) else ()))
        missing = sorted(set(required if isinstance(required, list) else ()) - set(arguments))
        if unknown or missing:
            raise InvalidArgumentError(f"{self.name}: unknown arguments {unknown}, missing arguments {missing}.")
        given = {name: value for name, value in arguments.items() if name != REPO_PATH}
        if REPO_PATH in arguments:
            path = str(arguments[REPO_PATH]).strip()[:LONGEST_VALUE]
            given["url" if is_url(path) else "id"] = path
        return given


def is_url(repo_path: str) -> bool:
    """Whether it names a repository by its URL or name: an id of ours never has a slash or a colon."""
    return "/" in repo_path or ":" in repo_path


def load(schema: GraphQLSchema, *, folder: Path = FOLDER) -> tuple[ToolDocument, ...]:
    """Read every document, by name."""
    return tuple(_read(path.read_text(), schema) for path in sorted(folder.glob("*.graphql")))


def _read(text: str, schema: GraphQLSchema) -> ToolDocument:
    head = _head(text)
    operation = parse(text).definitions[0]
    if not isinstance(operation, OperationDefinitionNode):
        raise TypeError(f"{head['tool']} begins with something else than its operation")
    return ToolDocument(
        name=head["tool"],
        title=head["title"],
        description=head["description"],
        hints=frozenset(head["hints"].split()),
        input_schema=_input_schema(operation.variable_definitions or (), head, schema),
        text=text,
    )


def _head(text: str) -> dict[str, str]:
    """Read the `# key: words` lines at the head; a line that is indented goes on with the one before."""
    head: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        body = line.removeprefix("#")
        if body.startswith("   "):
            head[key] += " " + body.strip()
        else:
            key, _, words = body.strip().partition(": ")
            head[key] = words
    return head


def _input_schema(
    definitions: tuple[VariableDefinitionNode, ...], words: Mapping[str, str], schema: GraphQLSchema
) -> JsonSchema:
    properties: JsonSchema = {}
    required = []
    if REPO_PATH in words:
        properties[REPO_PATH] = {"type": "string", "description": words[REPO_PATH]}
        required.append(REPO_PATH)
    for definition in definitions:
        name = definition.variable.name.value
        if REPO_PATH in words and name in {"id", "url"}:
            continue
        described: JsonSchema = {**_json_type(definition.type, schema), "description": words[name]}
        if definition.default_value is not None:
            described["default"] = value_from_ast_untyped(definition.default_value)
        properties[name] = described
        if isinstance(definition.type, NonNullTypeNode) and definition.default_value is None:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _json_type(node: TypeNode, schema: GraphQLSchema) -> JsonSchema:
    if isinstance(node, NonNullTypeNode):
        return _json_type(node.type, schema)
    if isinstance(node, ListTypeNode):
        return {"type": "array", "items": _json_type(node.type, schema)}
    name = node.name.value if hasattr(node, "name") else "String"
    kind = schema.type_map.get(name)
    if isinstance(kind, GraphQLEnumType):
        return {"type": "string", "enum": list(kind.values)}
    return {"type": JSON_TYPES.get(name, "string")}
