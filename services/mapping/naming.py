"""Which name a definition goes by, and what kind it is, in each language's own terms."""

import re
from typing import Final, NamedTuple

from tree_sitter import Node

from services.mapping.records import DefinitionKind as Kind

KINDS: Final[dict[str, Kind]] = {
    **{kind.name.lower(): kind for kind in Kind},
    "assigned": Kind.FUNCTION,
    "promoted": Kind.FIELD,
    "member": Kind.CONSTANT,
    "prototype": Kind.METHOD,
    "declared": Kind.VARIABLE,
    "clause": Kind.FUNCTION,
    "friend": Kind.FUNCTION,
    "otherwise_constant": Kind.CONSTANT,
    "otherwise_field": Kind.FIELD,
    "otherwise_class": Kind.CLASS,
    "otherwise_property": Kind.PROPERTY,
}
"""Of each `definition.…` capture: the kind, before the surroundings have their say."""

CONTAINERS: Final = frozenset({Kind.CLASS, Kind.INTERFACE, Kind.STRUCT, Kind.ENUM, Kind.TRAIT, Kind.TYPE})
CALLABLES: Final = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.PROPERTY})
VALUES: Final = frozenset({Kind.FIELD, Kind.CONSTANT, Kind.VARIABLE})
SCOPES: Final = CONTAINERS | CALLABLES | {Kind.MODULE}
"""Kinds that may enclose other definitions and uses; a variable does not."""

CONSTRUCTORS: Final = {
    "python": "__init__",
    **dict.fromkeys(("javascript", "typescript", "tsx"), "constructor"),
    "php": "__construct",
    "ruby": "initialize",
    "scala": "this",
}
"""What constructors are called where they look like any method."""
NAMED_AS_CLASS: Final = frozenset({"cpp", "dart", "julia"})
"""Languages whose constructors have the name of their class."""
PYTHON_PROPERTY: Final = re.compile(rb"@\s*(?:\w+\.)*(?:\w*property|setter|getter|deleter)\b")
ACCESSOR: Final = re.compile(rb"(?:\b(?:public|private|protected|static|abstract|override|async)\s+)*(?:get|set)\s+\S")
ASSIGNED: Final = re.compile(
    r"^(?:module\.)?exports\.(?P<exported>[\w$]+)$"
    r"|^(?!this\.)(?P<owner>[\w$]+)\.(?:prototype\.(?P<member>[\w$]+)|(?!on[a-z]+$)(?P<static>[\w$]+))$"
)
"""What a script defines by an assignment; `x.onload = …` only answers an event."""
SCRIPTS: Final = frozenset({"javascript", "typescript", "tsx"})
SCRIPT_CONST: Final = re.compile(rb"(?:(?:export|declare|default)\s+)*const\s")
IDENTIFIERS: Final = frozenset(
    {
        "identifier",
        "simple_identifier",
        "variable",
        "field_identifier",
        "type_identifier",
        "property_identifier",
        "simple_symbol",
        "variable_name",
        "name",
        "constant",
        "namespace_identifier",
    }
)
NAMING: Final = IDENTIFIERS | {"qualified_identifier"}
"""Nodes that are a definition's name themselves; the last is C++'s `int Store::count = 0`."""
SIGILLED: Final = frozenset({"simple_symbol", "property_element", "variable_name"})
CAST: Final = re.compile(r"(?<=:)operator(?=\w)(?!new\b|delete\b)(\w[^()]*)\(.*", re.DOTALL)
"""C++'s `A::operator bool() const`, without white space."""
SPECIALISED: Final = frozenset({"template_type", "template_function", "template_method"})
"""C++'s `Box<int>`, which is a definition of `Box`."""
NAMELESS: Final = frozenset({"object_pattern", "array_pattern", "computed_property_name"})
MARKUP: Final = {
    "markdown": (
        (re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?"), r"\1"),
        (re.compile(r"\s#+\s*$|[*`]|<[^>]*>"), ""),
    ),
    "html": ((re.compile(r"<[^>]*>|<[^>]*$"), " "), (re.compile(r"&amp;"), "&"), (re.compile(r"&nbsp;|&\w+;"), " ")),
    "cpp": ((re.compile(r"\s*\(.*", re.DOTALL), ""),),
    "css": ((re.compile(r"/\*.*?\*/", re.DOTALL), ""),),
    "elixir": ((re.compile(r"^:(?=\w)|:\s*$"), ""),),
}
"""What is no part of a name in languages whose names are phrases: patterns, and what stands for them."""
PHRASED: Final = frozenset({"markdown", "html"})
"""Languages whose names are read out of marked text, which the signature keeps."""
VARIABLES: Final = frozenset({"identifier", "qualified_identifier"})
DECLARATOR_DEPTH: Final = 16


class Name(NamedTuple):
    """A definition's name, where it ends in the file, and the class that it is written with (`A::m`)."""

    text: str
    start: int
    end: int
    owner: str | None = None


def name_of(node: Node, content: bytes, capture: str) -> Name | None:
    """Find the name of a definition; None for one that has none."""
    own = node.type
    found = node if own in NAMING else _name_node(node)
    if found is not None and found.type in SPECIALISED:
        found = found.child_by_field_name("name")
    if found is None:
        return None
    written = own if found is node else found.type
    if written in NAMELESS:
        return None
    if written == "qualified_identifier":
        return _qualified(found, content)
    start, end = found.byte_range
    text = content[start : min(end, start + 256)].decode("utf-8", "replace")
    if capture == "assigned":
        return _assigned(text, end)
    if written not in IDENTIFIERS:
        text = " ".join(text.split()).strip("'\"")
    if own in SIGILLED:
        text = text.lstrip(":$")
    return Name(text, start, end) if text and (text != "_" or KINDS[capture] not in VALUES) else None


def name_at(start: int, end: int, content: bytes, language: str) -> Name | None:
    """Read a name that the query itself found."""
    text = content[start : min(end, start + 256)].decode("utf-8", "replace")
    if language in MARKUP:
        for pattern, plain in MARKUP[language]:
            text = pattern.sub(plain, text)
    text = " ".join(text.split()).strip("'\"`")
    if text.startswith("(") and language in {"haskell", "ocaml", "ocaml_interface"}:
        text = text.strip("( )")
    return Name(text, start, end) if text and text != "_" else None


def _name_node(node: Node) -> Node | None:
    found = node.child_by_field_name("name") or node.child_by_field_name("property")
    if found is not None:
        return found
    found = node.child_by_field_name("left")
    if found is not None:
        return found
    found = node.child_by_field_name("declarator")
    for _ in range(DECLARATOR_DEPTH):
        if found is None or found.type in IDENTIFIERS or not found.child_count:
            break
        inner = found.child_by_field_name("declarator")
        if inner is None and found.type in {"parenthesized_declarator", "reference_declarator"}:
            inner = found.named_child(found.named_child_count - 1)
        if inner is None:
            break
        found = inner
    return found or next((child for child in node.named_children if child.type in IDENTIFIERS), None)


def _qualified(node: Node, content: bytes) -> Name | None:
    """Split `a::C::m`: the last segment is the name, the one before it the class (or the namespace)."""
    start, end = node.start_byte, node.end_byte
    if end - start > 256:  # noqa: PLR2004 - nobody writes a longer name by hand
        return None
    text = "".join(content[start:end].decode("utf-8", "replace").split())
    owner, _, name = re.sub(r"<[^<>]*>", "", CAST.sub(r"operator \1", text)).rpartition("::")
    return Name(name, end - len(name.encode()), end, owner.rpartition("::")[2]) if name else None


def _assigned(text: str, end: int) -> Name | None:
    """Accept `exports.name = …`, `Class.prototype.name = …` and `Class.name = …`; others define nothing here."""
    match = ASSIGNED.match(text)
    if not match:
        return None
    name = match["exported"] or match["member"] or match["static"]
    return Name(name, end - len(name.encode()), end, match["owner"])


def kind_of(kind: Kind, name: Name, *, head: bytes, inside: Kind | None, language: str, owner: str | None) -> Kind:
    """Settle the kind: what a function or a variable is depends on what it stands in.

    `head` is the beginning of the definition, decorators included; `inside` the kind of the
    innermost scope around it; `owner` the name of that scope, when it is a class.
    """
    member = inside in CONTAINERS or name.owner is not None
    if kind is Kind.FUNCTION and member:
        kind = Kind.METHOD
    if kind is Kind.METHOD:
        return _method_kind(name, head=head, language=language, owner=name.owner or owner)
    if kind is Kind.VARIABLE and member:
        return Kind.FIELD
    if kind is Kind.VARIABLE:
        return _value_kind(name.text, head=head, language=language)
    return kind


def _method_kind(name: Name, *, head: bytes, language: str, owner: str | None) -> Kind:
    if name.text == CONSTRUCTORS.get(language) or (language in NAMED_AS_CLASS and name.text == owner):
        return Kind.CONSTRUCTOR
    if language == "python" and head[:1] == b"@" and PYTHON_PROPERTY.search(head):
        return Kind.PROPERTY
    if language in SCRIPTS and ACCESSOR.match(head):
        return Kind.PROPERTY
    return Kind.METHOD


def _value_kind(name: str, *, head: bytes, language: str) -> Kind:
    constant = _shouts(name) or (language in SCRIPTS and SCRIPT_CONST.match(head))
    return Kind.CONSTANT if constant else Kind.VARIABLE


def _shouts(name: str) -> bool:
    return name.isupper() and len(name.strip("_")) > 1


def variables_of(declaration: Node, content: bytes) -> list[Node]:
    """List the names that a C declaration defines: not those that it only announces (`extern`, prototypes)."""
    start = declaration.start_byte
    if content.startswith(b"extern", start):
        return []
    found = [_declared(declarator) for declarator in declaration.children_by_field_name("declarator")]
    return [node for node in found if node is not None]


def _points(declarator: Node | None) -> bool:
    """Tell a pointer to a function from a prototype, whose name may stand in parentheses as well."""
    if declarator is None or declarator.type != "parenthesized_declarator":
        return False
    inner = declarator.named_child(0)
    return inner is not None and inner.type != "identifier"


def _declared(node: Node | None) -> Node | None:
    for _ in range(DECLARATOR_DEPTH):
        if node is None or node.type in VARIABLES:
            return node
        inner = node.child_by_field_name("declarator")
        if inner is None and node.type in {"parenthesized_declarator", "reference_declarator"}:
            inner = node.named_child(0)
        if node.type == "function_declarator" and not _points(inner):
            return None
        node = inner
    return None
