"""The tools of the MCP server: one GraphQL document each, with its words in the comments at its head.

A new tool is a new file here. What it takes are the variables of its operation; a pair `$id: ID`
and `$url: String` stands for one argument, `repo_path`, because that is what agents have at hand; a
`$branch` beside it takes the ref of a pasted URL unless it is given. A document that has `$id` or `$url`
alone gets the one from the other. One that spreads `Standing` reads a map, and follows the rules of
`schema.tool_reading`; fragments that it does not define come from `parts/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLSchema,
    ListTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    TypeNode,
    VariableDefinitionNode,
    parse,
    print_ast,
    value_from_ast_untyped,
)
from graphql.language import Visitor, visit

from services.errors import InvalidArgumentError

FOLDER: Final = Path(__file__).parent
PARTS: Final = FOLDER / "parts"
REPO_PATH: Final = "repo_path"
BRANCH: Final = "branch"
STANDING: Final = "Standing"
LONGEST_VALUE: Final = 10_000
JSON_TYPES: Final = {"String": "string", "ID": "string", "Int": "integer", "Float": "number", "Boolean": "boolean"}

JsonSchema = dict[str, object]


@dataclass(frozen=True, slots=True)
class ToolDocument:
    """One tool: its words, what it takes as JSON Schema, and the operations that answer it."""

    name: str
    words: Mapping[str, str]
    input_schema: JsonSchema
    operation: OperationDefinitionNode
    text: str
    followed: str | None = None
    """A subscription that it waits on, if its file has one after the operation that answers."""

    @property
    def title(self) -> str:
        """Give its name for people."""
        return self.words["title"]

    @property
    def description(self) -> str:
        """Give what an agent chooses it by."""
        return self.words["description"]

    @property
    def hints(self) -> frozenset[str]:
        """Give what it may do, in MCP's words: read-only, idempotent, destructive, open-world."""
        return frozenset(self.words["hints"].split())

    @property
    def takes(self) -> frozenset[str]:
        """Give the names of its operation's variables."""
        return frozenset(one.variable.name.value for one in self.operation.variable_definitions or ())

    @property
    def reads(self) -> bool:
        """Whether it reads a map."""
        return STANDING in _spreads(self.operation)

    @property
    def reads_a_ref(self) -> bool:
        """Whether it is about one ref of a repository that a URL may name."""
        takes = self.input_schema["properties"]
        return isinstance(takes, dict) and {REPO_PATH, BRANCH} <= takes.keys()

    def variables(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Give the document's variables for a call; InvalidArgumentError names what does not fit."""
        takes = self.input_schema["properties"]
        required = self.input_schema["required"]
        known = sorted(takes if isinstance(takes, dict) else ())
        unknown = sorted(set(arguments) - set(known))
        missing = sorted(set(required if isinstance(required, list) else ()) - set(arguments))
        wrong = [f"{what} {', '.join(names)}" for what, names in (("unknown", unknown), ("missing", missing)) if names]
        if wrong:
            raise InvalidArgumentError(f"{self.name} has {' and '.join(wrong)}.", hint=f"It takes {', '.join(known)}.")
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
    words = head(text)
    document = parse(text)
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if not operations:
        raise TypeError(f"{words['tool']} has no operation")
    operation, *others = operations
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    return ToolDocument(
        name=words["tool"],
        words=words,
        input_schema=_input_schema(operation.variable_definitions or (), words, schema),
        operation=operation,
        text=_text(operation, fragments),
        followed=_text(others[0], fragments) if others else None,
    )


def _text(operation: OperationDefinitionNode, fragments: list[FragmentDefinitionNode]) -> str:
    """Write one operation with the fragments that it needs, those of other files too."""
    defined = {node.name.value: node for node in fragments}
    needed: dict[str, FragmentDefinitionNode] = {}
    names = list(_spreads(operation))
    while names:
        name = names.pop()
        if name not in needed:
            needed[name] = defined.get(name) or _part(name)
            names += _spreads(needed[name])
    return print_ast(DocumentNode(definitions=(operation, *needed.values())))


def _part(name: str) -> FragmentDefinitionNode:
    fragment = parse((PARTS / f"{name.lower()}.graphql").read_text()).definitions[0]
    if not isinstance(fragment, FragmentDefinitionNode):
        raise TypeError(f"{name} is no fragment")
    return fragment


class _Spread(Visitor):
    """Notes the names of fragments."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        """Note one."""
        self.names.add(node.name.value)


def _spreads(node: OperationDefinitionNode | FragmentDefinitionNode) -> set[str]:
    spread = _Spread()
    visit(node, spread)
    return spread.names


def head(text: str) -> dict[str, str]:
    """Read the `# key: words` lines at the head; a line that is indented goes on with the one before."""
    words: dict[str, str] = {}
    key = ""
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        body = line.removeprefix("#")
        if body.startswith("   "):
            words[key] += " " + body.strip()
        else:
            key, _, said = body.strip().partition(": ")
            words[key] = said
    return words


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
