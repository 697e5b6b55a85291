"""The pages of `docs/` that say what the code says: the contract by type, and the error codes.

`scripts/docs` writes them, `tests/test_docs.py` holds them to the code.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_specified_scalar_type,
)
from graphql.language import print_ast
from graphql.utilities import ast_from_value

from services.errors import HINTS, MEANINGS, TRANSIENT

MESSAGE: Final = "The message says what to change."
ROOTS: Final = ("Query", "Mutation", "Subscription")


def error_table() -> str:
    """Write one row a code: what it means, what to do, and whether the same request may succeed later."""
    rows = [
        (f"`{code}`", meaning, HINTS.get(code, MESSAGE), "yes" if code in TRANSIENT else "no")
        for code, meaning in MEANINGS.items()
    ]
    return _table(("code", "cause", "remedy", "the same again may help"), rows)


def contract_pages(schema: GraphQLSchema) -> str:
    """Write every type of the contract: the roots first, then the others by name."""
    mine = {
        name: kind
        for name, kind in schema.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    }
    names = [*ROOTS, *sorted(mine.keys() - set(ROOTS))]
    return "\n\n".join(_type(mine[name]) for name in names)


def _type(kind: GraphQLNamedType) -> str:
    parts = [f"## {kind.name}", _words(kind.description)]
    match kind:
        case GraphQLObjectType() | GraphQLInterfaceType():
            parts.append(_fields(kind.fields))
        case GraphQLInputObjectType():
            parts.append(_inputs(kind.fields))
        case GraphQLEnumType():
            parts.append(
                _table(("value", "meaning"), ((f"`{name}`", value.description) for name, value in kind.values.items()))
            )
        case GraphQLUnionType():
            parts.append("One of " + ", ".join(_link(member) for member in kind.types) + ".")
        case _:
            parts.append("A scalar.")
    return "\n\n".join(part for part in parts if part)


def _fields(fields: Mapping[str, GraphQLField]) -> str:
    rows: list[tuple[str, str, str]] = []
    for name, field in fields.items():
        rows.append((f"`{name}`", _shape(field), _words(field.description)))
        rows += [
            (f"&nbsp;&nbsp;`{given}:`", _shape(argument), _given(argument)) for given, argument in field.args.items()
        ]
    return _table(("field, and what it takes", "type", "meaning"), rows)


def _inputs(fields: Mapping[str, GraphQLInputField]) -> str:
    return _table(
        ("field", "type", "meaning"), ((f"`{name}`", _shape(field), _given(field)) for name, field in fields.items())
    )


def _given(taken: GraphQLArgument | GraphQLInputField) -> str:
    default = ast_from_value(taken.default_value, taken.type) if taken.default_value is not None else None
    return _words(taken.description) + (f" Default: `{print_ast(default)}`." if default else "")


def _shape(typed: GraphQLField | GraphQLArgument | GraphQLInputField) -> str:
    named = get_named_type(typed.type)
    return str(typed.type).replace(named.name, _link(named))


def _link(kind: GraphQLNamedType) -> str:
    return kind.name if is_specified_scalar_type(kind) else f"[{kind.name}](#{kind.name.lower()})"


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str | None, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_words(cell).replace("|", r"\|") for cell in line) + " |" for line in lines)
