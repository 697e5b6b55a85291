"""The contract's text: checked in, described, and with the scalars and errors that clients rely on."""

from collections.abc import Iterator

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

import schema
from schema.contract import contract
from schema.export import text
from schema.sdl import PATH

OPERATIONS = {
    "query": "node nodes repository repositories job jobs remoteRefs evictionPreview server viewer",
    "mutation": "cloneRepository refreshRepository buildRepoMap cancelJob retryJob updateRepository removeRepository",
    "subscription": "repoMapChanged repositoryChanged repositoriesChanged jobProgress",
}


def fields_and_arguments() -> Iterator[tuple[str, str | None]]:
    for kind in contract().types.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description
                for argument, definition in field.args.items():
                    yield f"{kind.name}.{name}({argument})", definition.description
        elif isinstance(kind, GraphQLInputObjectType):
            for name, given in kind.fields.items():
                yield f"{kind.name}.{name}", given.description


def test_the_checked_in_text_is_the_contract() -> None:
    assert PATH.read_text() == text(), "run `python -m schema.export`"


def test_every_field_and_argument_is_described() -> None:
    assert [name for name, description in fields_and_arguments() if not description] == []


def test_every_type_is_described() -> None:
    kinds = contract().types.type_map.values()
    built_in = {"String", "Int", "Float", "Boolean", "ID"}
    derived = ("Connection", "Edge")
    bare = [kind.name for kind in kinds if not kind.description and kind.name not in built_in]
    assert [name for name in bare if not name.endswith(derived)] == []


def test_every_value_of_an_enum_is_described() -> None:
    enums = [kind for kind in contract().types.type_map.values() if isinstance(kind, GraphQLEnumType)]
    values = [(kind.name, name, value) for kind in enums for name, value in kind.values.items()]
    assert {("ErrorCode", "INVALID_URL"), ("Phase", "RECEIVING")} <= {(kind, name) for kind, name, _ in values}
    assert [(kind, name) for kind, name, value in values if not value.description] == []


def test_the_roots_offer_what_the_contract_names() -> None:
    roots = contract().types
    assert roots.query_type is not None
    assert roots.mutation_type is not None
    assert roots.subscription_type is not None
    assert set(roots.query_type.fields) == set(OPERATIONS["query"].split())
    assert set(roots.mutation_type.fields) == set(OPERATIONS["mutation"].split())
    assert set(roots.subscription_type.fields) == set(OPERATIONS["subscription"].split())


def test_the_package_gives_the_executable_schema() -> None:
    assert schema.schema is contract()
