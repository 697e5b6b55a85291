"""Requests that are made to cost a server more than they cost whoever sends them.

Data alone: each has a name, the body as it goes over HTTP and what has to come of it. `ANSWERED` is an
answer with data, `NO_REQUEST` a body that is refused before GraphQL sees it; anything else is the code of the first
error.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

ANSWERED: Final = "answered"
MISTAKEN: Final = "INVALID_DOCUMENT"
NO_REQUEST: Final = "no request"
COSTLY: Final = "QUERY_TOO_COSTLY"
INVALID: Final = "INVALID_ARGUMENT"
LARGEST_BYTES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Attack:
    """One request and its outcome; several outcomes where either is right."""

    name: str
    body: bytes
    outcomes: frozenset[str]


def attack(name: str, document: str, *outcomes: str, **variables: object) -> Attack:
    """Write a document with variables as a body."""
    body = json.dumps({"query": document, "variables": variables}, separators=(",", ":")).encode()
    return Attack(name, body, frozenset(outcomes))


def raw(name: str, body: bytes | str, *outcomes: str) -> Attack:
    """Take a body as it is."""
    return Attack(name, body.encode() if isinstance(body, str) else body, frozenset(outcomes))


def nested(opening: str, closing: str, count: int, inner: str = "") -> str:
    """Repeat around."""
    return opening * count + inner + closing * count


def numbered(pattern: str, count: int) -> str:
    """Repeat with `{n}` and `{m}`, which is `n + 1`."""
    return " ".join(pattern.replace("{n}", str(n)).replace("{m}", str(n + 1)) for n in range(count))


def fields() -> Iterator[Attack]:
    """Breadth: many fields, many names for one field, one field many times."""
    yield attack("1,000 aliases of the root", "{" + numbered("a{n}:__typename", 600) + "}", COSTLY)
    yield attack("1,000 aliases below the root", "{server{" + numbered("a{n}:version", 700) + "}}", COSTLY)
    yield attack(
        "60 aliases in fragments", "{server{...A}}fragment A on Server{" + numbered("a{n}:version", 60) + "}", COSTLY
    )
    yield attack("21 fields of the root", "{" + numbered("a{n}:__typename", 21) + "}", COSTLY)
    yield attack("one leaf 1,900 times", "{" + "__typename " * 890 + "}", COSTLY)
    yield attack("one leaf 900 times below the root", "{server{" + "version " * 1_200 + "}}", COSTLY, ANSWERED)
    yield attack("one object 490 times", "{server{" + "limits{cost}" * 490 + "}}", COSTLY, ANSWERED)
    yield attack(
        "one object with other arguments each time", "{" + numbered("job(id:{n}){id}", 200) + "}", COSTLY, MISTAKEN
    )
    nodes = numbered("...on Job{id commit}", 300)
    yield attack("an interface narrowed 300 times", "{node(id:1){" + nodes + "}}", ANSWERED, COSTLY)
    kinds = "...on Job{x:kind}...on Repository{x:name}...on Snapshot{x:commit}...on Symbol{x:path}"
    yield attack("conflicts across types", "{node(id:1){" + kinds * 45 + "}}", COSTLY, MISTAKEN)
    yield attack("1,200 unknown fields", "{" + numbered("repositori{n}", 700) + "}", COSTLY, MISTAKEN)
    yield attack("unknown fields of long names", "{server{" + numbered("v" * 90 + "{n}", 100) + "}}", COSTLY, MISTAKEN)
    yield attack("19 unknown fields like known ones", "{" + numbered("repositorie{n}", 19) + "}", MISTAKEN)
    yield attack("fields without a selection", "{" + "server " * 900 + "}", COSTLY, MISTAKEN)
    yield attack("leaves with a selection", "{server{" + "version{a}" * 390 + "}}", COSTLY, MISTAKEN)
    yield attack("empty selection sets", "{" + "server{}" * 600 + "}", COSTLY, MISTAKEN, ANSWERED)


def depths() -> Iterator[Attack]:
    """Depth: selections, lists, objects."""
    yield attack("3,000 levels", nested("{a", "}", 3_000), COSTLY)
    yield attack("190 levels", nested("{a", "}", 190), COSTLY)
    edge = "{jobs{nodes{repository"
    yield attack("40 levels that exist", nested(edge, "}}}", 13, "{id}"), COSTLY)
    yield attack("2,000 inline fragments in each other", "{" + nested("...{", "}", 1_500, "__typename") + "}", COSTLY)
    yield attack(
        "150 inline fragments in each other", "{" + nested("...{", "}", 150, "__typename") + "}", COSTLY, ANSWERED
    )
    yield attack("a list 4,000 deep", "{node(id:" + nested("[", "]", 4_000) + "){id}}", COSTLY)
    yield attack("a list 180 deep", "{nodes(ids:" + nested("[", "]", 180, '"a"') + "){id}}", MISTAKEN, COSTLY)
    yield attack(
        "an object 1,500 deep", "{repositories(filter:" + nested("{a:", "}", 1_500, "1") + "){totalCount}}", COSTLY
    )
    yield attack(
        "an object 180 deep",
        "{repositories(filter:" + nested("{a:", "}", 180, "1") + "){totalCount}}",
        MISTAKEN,
        COSTLY,
    )
    yield attack("types of types", "query(" + "$a:" + nested("[", "]", 190, "Int") + "){__typename}", MISTAKEN, COSTLY)


def fragments() -> Iterator[Attack]:
    """Fragments: doubled, in circles, unused, missing."""
    doubling = numbered("fragment F{n} on Query{...F{m} ...F{m}}", 200)
    yield attack("2^200 by fragments", "{...F0}" + doubling + "fragment F200 on Query{server{version}}", COSTLY)
    doubling = numbered("fragment F{n} on Query{...F{m} ...F{m}}", 17)
    yield attack("2^17 by fragments", "{...F0}" + doubling + "fragment F17 on Query{server{version}}", COSTLY)
    deep = numbered("fragment F{n} on Repository{jobs{nodes{repository{...F{m} ...F{m}}}}}", 60)
    yield attack("2^60 through jobs", "{repository(id:1){...F0}}" + deep + "fragment F60 on Repository{id}", COSTLY)
    aliased = numbered("fragment F{n} on Query{a:node(id:1){id} ...F{m} ...F{m}}", 90)
    yield attack(
        "doubling with conflicts", "{...F0}" + aliased + "fragment F90 on Query{a:server{version}}", COSTLY, MISTAKEN
    )
    yield attack("a fragment of itself", "{...A}fragment A on Query{...A}", MISTAKEN)
    yield attack("a fragment of itself 900 times", "{...A}fragment A on Query{" + "...A " * 900 + "}", MISTAKEN)
    yield attack("two of each other", "{...A}fragment A on Query{...B}fragment B on Query{...A}", MISTAKEN)
    circle = numbered("fragment F{n} on Query{...F{m}}", 250)
    yield attack("a circle of 250", "{...F0}" + circle + "fragment F250 on Query{...F0}", MISTAKEN, COSTLY)
    every = numbered("...F{n}", 40)
    whole = " ".join(f"fragment F{n} on Query{{{every}}}" for n in range(24))
    yield attack("each of all", "{...F0}" + whole, MISTAKEN, COSTLY)
    yield attack("250 unused", "{__typename}" + numbered("fragment F{n} on Query{__typename}", 250), MISTAKEN, COSTLY)
    yield attack("600 missing", "{" + numbered("...F{n}", 600) + "}", MISTAKEN, COSTLY)
    yield attack("one name for 250", "{...A}" + "fragment A on Query{__typename}" * 250, MISTAKEN, COSTLY)
    yield attack("on unknown types", "{" + numbered("...on Repositor{n}{id}", 230) + "}", MISTAKEN, COSTLY)
    yield attack(
        "one spread 900 times",
        "{" + "...A " * 650 + "}fragment A on Query{__typename server{version}}",
        ANSWERED,
        COSTLY,
    )
    chain = numbered("fragment F{n} on Job{id ...F{m}}", 150)
    yield attack("a chain of 150", "{job(id:1){...F0}}" + chain + "fragment F150 on Job{id}", COSTLY, ANSWERED)
    pairs = numbered("fragment F{n} on Snapshot{a{n}:commit symbols{nodes{...on Symbol{name}}} ...F{m}}", 40)
    yield attack(
        "overlapping selections in a chain",
        "{node(id:1){...F0}}" + pairs + "fragment F40 on Snapshot{id}",
        COSTLY,
        MISTAKEN,
    )


def directives() -> Iterator[Attack]:
    """Directives and arguments, too many, unknown, twice."""
    yield attack("400 times the same", "{__typename " + "@skip(if:false)" * 280 + "}", MISTAKEN, COSTLY)
    yield attack("900 unknown", "{__typename " + "@a " * 900 + "}", MISTAKEN, COSTLY)
    yield attack("on the operation", "query " + "@a " * 900 + "{__typename}", MISTAKEN, COSTLY)
    yield attack("one argument 450 times", "{node(" + "id:1 " * 450 + "){id}}", MISTAKEN)
    yield attack("450 unknown arguments", "{node(" + numbered("i{n}:1", 450) + "){id}}", MISTAKEN)
    yield attack(
        "one input field 450 times", "{repositories(filter:{" + "states:[] " * 390 + "}){totalCount}}", MISTAKEN
    )
    yield attack(
        "450 unknown input fields", "{repositories(filter:{" + numbered("state{n}:1", 450) + "}){totalCount}}", MISTAKEN
    )
    yield attack(
        "450 unknown enum values",
        "{repositories(filter:{states:[" + numbered("READ{n}", 900) + "]}){totalCount}}",
        MISTAKEN,
    )
    yield attack("@defer", "{" + "...@defer{__typename}" * 19 + "}", MISTAKEN, COSTLY)
    costly = "{__typename repositories(first:500)@include(if:false){nodes{jobs(first:500){nodes{id}}}}}"
    yield attack("costly but left out", costly, COSTLY)
    yield attack(
        "costly, left out by a variable",
        costly.replace("false", "$a").replace("{__", "query($a:Boolean=false){__", 1),
        COSTLY,
    )


def pages() -> Iterator[Attack]:
    """Page sizes, ids and the other numbers that multiply."""
    for name, size in (("500", "500"), ("-1", "-1"), ("0", "0"), ("null", "null")):
        outcomes = (INVALID,) if name == "-1" else (ANSWERED,)
        yield attack(f"first: {name}", f"{{repositories(first:{size}){{totalCount}}}}", *outcomes)
    yield attack("first: 2147483647", "{repositories(first:2147483647){nodes{id}}}", COSTLY)
    yield attack("first: 10^900", "{repositories(first:1" + "0" * 900 + "){nodes{id}}}", COSTLY, MISTAKEN)
    yield attack("first: 10^9000", "{repositories(first:1" + "0" * 9_000 + "){nodes{id}}}", COSTLY, MISTAKEN)
    yield attack("first: 1e300", "{repositories(first:1e300){nodes{id}}}", COSTLY, MISTAKEN)
    yield attack("first: 1e9999", "{repositories(first:1e9999){nodes{id}}}", COSTLY, MISTAKEN)
    yield attack("first: a text", '{repositories(first:"500"){nodes{id}}}', MISTAKEN)
    page = "query($n:Int){repositories(first:$n){nodes{jobs(first:$n){nodes{id}}}}}"
    yield attack("first: $n = 500 twice", page, COSTLY, n=500)
    yield attack("first: $n = 500.0 twice", page, COSTLY, n=500.0)
    yield attack("first: $n = true", page, MISTAKEN, n=True)
    yield attack("first: $n = 1e308", page, COSTLY, n=1e308)
    yield attack("first: $n = a text", page, MISTAKEN, n="5" * 5_000)
    yield attack("first: a default", page.replace("Int", "Int=500"), COSTLY)
    yield attack("first: null over a default", page.replace("Int", "Int=1"), ANSWERED, COSTLY, n=None)
    yield attack(
        "two operations, the costly one named",
        "query A{__typename}" + page.replace("query", "query B"),
        MISTAKEN,
        COSTLY,
        n=500,
    )
    yield attack("900 ids", "{nodes(ids:[" + "1 " * 900 + "]){id}}", COSTLY, INVALID)
    yield attack("3,000 ids in a variable", "query($i:[ID!]!){nodes(ids:$i){id}}", COSTLY, INVALID, i=["a"] * 2_400)
    yield attack(
        "100 ids, repositories",
        "query($i:[ID!]!){nodes(ids:$i){...on Repository{jobs(first:500){nodes{id}}}}}",
        COSTLY,
        i=["a"] * 100,
    )
    every = "...on Repository{jobs{nodes{id}}}...on Snapshot{symbols{nodes{id}}}...on Symbol{callers{nodes{line}}}"
    yield attack("node, whatever it is", "{node(id:1){id " + every + "}}", ANSWERED)
    yield attack("nodes, whatever they are", "query($i:[ID!]!){nodes(ids:$i){id " + every + "}}", COSTLY, i=["a"] * 100)
    yield attack("cursors of nonsense", '{repositories(after:"' + "A" * 9_000 + '"){totalCount}}', INVALID)
    yield attack("an id of 9,000 letters", '{node(id:"' + "A" * 9_000 + '"){id}}', ANSWERED)
    yield attack(
        "a name of 9,000 letters", '{repositories(filter:{nameContains:"' + "%_" * 4_500 + '"}){totalCount}}', INVALID
    )


def variables() -> Iterator[Attack]:
    """Variables: many, large, wrong, deep."""
    yield attack("450 variables", "query(" + numbered("$a{n}:Int", 450) + "){__typename}", MISTAKEN)
    yield attack("one variable 450 times", "query(" + "$a:Int " * 450 + "){__typename}", MISTAKEN)
    yield attack("variables of unknown types", "query(" + numbered("$a{n}:Strin", 450) + "){__typename}", MISTAKEN)
    yield attack("900 undefined", "{nodes(ids:[" + numbered("$a{n}", 900) + "]){id}}", MISTAKEN, COSTLY)
    filters = "query($f:RepositoryFilter){repositories(filter:$f){totalCount}}"
    yield attack("unknown fields in a variable", filters, MISTAKEN, f={f"state{n}": 1 for n in range(700)})
    yield attack("wrong enum values in a variable", filters, MISTAKEN, f={"states": [f"READ{n}" for n in range(800)]})
    yield attack("numbers for enum values", filters, MISTAKEN, f={"states": list(range(1_500))})
    yield attack("a deep variable", filters, MISTAKEN, f=json.loads(nested("[", "]", 400)))
    yield attack("a large wrong variable", filters, MISTAKEN, f="x" * 9_000)
    yield attack("nobody's variables", "{__typename}", ANSWERED, **{f"v{n}": n for n in range(700)})
    ids = "query($i:[ID!]!){nodes(ids:$i){id}}"
    yield attack("ids that are lists", ids, MISTAKEN, COSTLY, INVALID, i=[[]] * 2_000)
    yield attack("ids that are null", ids, MISTAKEN, COSTLY, i=[None] * 1_500)
    yield attack("ids that are objects", ids, MISTAKEN, i=[{"a": 1}] * 90)
    yield raw("duplicate keys", '{"query":"{__typename}",' + '"variables":{},' * 550 + '"variables":null}', ANSWERED)
    yield raw(
        "variables 4,000 deep",
        '{"query":"{__typename}","variables":{"a":' + nested("[", "]", 4_000) + "}}",
        NO_REQUEST,
        ANSWERED,
    )
    yield raw("a long number", '{"query":"{__typename}","variables":{"a":' + "9" * 9_000 + "}}", NO_REQUEST, ANSWERED)
    yield raw("a long float", '{"query":"{__typename}","variables":{"a":0.' + "9" * 9_000 + "}}", ANSWERED)


def operations() -> Iterator[Attack]:
    """Many operations, mutations in storms, what is no query."""
    yield attack("250 operations", numbered("query A{n}{__typename}", 250), MISTAKEN)
    heavy = "fragment F on Query{server{" + "version " * 150 + "}}"
    yield attack("200 operations with one heavy fragment", numbered("query A{n}{...F}", 200) + heavy, MISTAKEN, COSTLY)
    yield attack("250 operations of one name", "query A{__typename}" * 250, MISTAKEN)
    yield attack("400 operations without a name", "{__typename}" * 400, MISTAKEN)
    yield attack(
        "a subscription with 20 fields",
        "subscription{" + numbered("a{n}:jobProgress(id:1){kind}", 20) + "}",
        NO_REQUEST,
        MISTAKEN,
    )
    yield attack(
        "25 mutations", "mutation{" + numbered('a{n}:cloneRepository(input:{url:"h/o/{n}"}){job{id}}', 25) + "}", COSTLY
    )
    yield attack(
        "20 removals",
        "mutation{" + numbered('a{n}:removeRepository(input:{repositoryId:"{n}"}){errors{__typename}}', 20) + "}",
        ANSWERED,
    )
    yield attack("a definition of types", numbered("type A{n}{a:Int}", 250) + "{__typename}", MISTAKEN)
    yield attack("no operation", "fragment A on Query{__typename}", NO_REQUEST, MISTAKEN)
    yield attack(
        "20 questions to remotes",
        "{" + numbered('a{n}:remoteRefs(url:"h/o/{n}"){__typename}', 20) + "}",
        ANSWERED,
        COSTLY,
    )


def introspection() -> Iterator[Attack]:
    """Ask the schema about itself: few words, long answers."""
    yield attack(
        "fields of types of fields",
        "{__schema{types{fields{type{fields{type{fields{type{name}}}}}}}}}",
        MISTAKEN,
        COSTLY,
    )
    yield attack("types of fields", "{__schema{types{fields{type{fields{name}}}}}}", ANSWERED, COSTLY)
    many = numbered("a{n}:__schema{types{fields{name description args{name description type{name}}}}}", 19)
    yield attack("19 whole schemas", "{" + many + "}", COSTLY)
    yield attack(
        "50 times all types",
        "{__schema{"
        + numbered("a{n}:types{name description fields{name description args{name description}}}", 50)
        + "}}",
        COSTLY,
    )
    yield attack(
        "ofType 18 deep",
        "{__schema{types{fields{type" + nested("{ofType", "}", 14, "{name}") + "}}}}",
        COSTLY,
        ANSWERED,
        MISTAKEN,
    )
    yield attack(
        "possible types of possible types",
        '{__type(name:"Node")' + nested("{possibleTypes", "}", 16, "{name}") + "}",
        COSTLY,
        ANSWERED,
        MISTAKEN,
    )
    unions = '{__type(name:"Node"){possibleTypes{interfaces{possibleTypes{interfaces{possibleTypes{name}}}}}}}'
    yield attack("interfaces of possible types", unions, COSTLY, ANSWERED, MISTAKEN)


def texts() -> Iterator[Attack]:
    """Long and odd texts: what the lexer reads."""
    yield attack("nothing", "", NO_REQUEST, MISTAKEN)
    yield attack("9,000 commas", "{__typename" + "," * 9_000 + "}", ANSWERED)
    yield attack("9,000 letters of comment", "{__typename}#" + "x" * 9_000, ANSWERED)
    yield attack("4,500 comments", "#\n" * 3_000 + "{__typename}", COSTLY)
    yield attack("a name of 9,000 letters, unknown", "{" + "a" * 9_000 + "}", MISTAKEN)
    yield attack("a name of 9,000 letters for a type", "{...on " + "A" * 9_000 + "{id}}", MISTAKEN)
    yield attack("an alias of 9,000 letters", "{" + "a" * 9_000 + ":__typename}", ANSWERED)
    yield attack("a text of 9,000 letters", '{node(id:"' + "x" * 9_000 + '"){id}}', ANSWERED)
    yield attack("1,400 escapes", '{node(id:"' + "\\u0041" * 1_400 + '"){id}}', ANSWERED)
    yield attack("escapes in braces", '{node(id:"' + "\\u{1F600}" * 900 + '"){id}}', ANSWERED)
    yield attack("half a surrogate", '{node(id:"\\uD800"){id}}', MISTAKEN)
    yield attack("an open text", '{node(id:"' + "x" * 9_000, MISTAKEN)
    yield attack("an open block", '{node(id:"""' + "x\n" * 3_000, MISTAKEN)
    yield attack("a block of 3,000 lines", '{node(id:"""' + " x\n" * 2_200 + '"""){id}}', ANSWERED)
    yield attack("quotes in a block", '{node(id:"""' + '\\"""' * 1_100 + '"""){id}}', ANSWERED)
    yield attack("open brackets", "{" * 9_000, COSTLY, MISTAKEN)
    yield attack("closing brackets", "}" * 9_000, MISTAKEN)
    yield attack("names alone", "a " * 4_500, MISTAKEN)
    yield attack("letters of nowhere", "{__typename \u202e\u0000}", MISTAKEN)
    yield attack("every line a mistake", "{__typename\n" + "?\n" * 3_000 + "}", MISTAKEN)
    yield raw("no UTF-8", b'{"query":"{__typename \xff\xfe}"}', NO_REQUEST)
    yield raw("a lone surrogate in JSON", '{"query":"{node(id:\\"\\ud800\\"){id}}"}', NO_REQUEST, MISTAKEN)
    yield raw("null bytes", b'{"query":"{__typename}"}' + b"\x00" * 9_000, NO_REQUEST)
    yield raw("no JSON", "[" * 9_000, NO_REQUEST)
    yield raw("an open object", '{"a":' * 1_900, NO_REQUEST)
    yield raw("a batch", json.dumps([{"query": "{__typename}"}] * 300), NO_REQUEST)
    yield raw("null", "null", NO_REQUEST)
    yield raw("a query that is null", '{"query":null}', NO_REQUEST)
    yield raw("a query that is a list", '{"query":["{__typename}"]}', NO_REQUEST)
    yield raw("variables that are a list", '{"query":"{__typename}","variables":[1]}', NO_REQUEST)
    yield raw(
        "an operation name of 9,000 letters",
        json.dumps({"query": "{__typename}", "operationName": "x" * 9_000}),
        MISTAKEN,
        NO_REQUEST,
    )


def attacks() -> Iterable[Attack]:
    """Give them all."""
    for group in (fields, depths, fragments, directives, pages, variables, operations, introspection, texts):
        yield from group()
