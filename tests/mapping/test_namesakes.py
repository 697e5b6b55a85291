"""Of several definitions of one name, the one that a use means: overloads, fields beside methods, constructors."""

from collections.abc import Mapping

import pytest

from services.mapping.arguments import Arguments, taken
from tests.support.records import mapped

OVERLOADS = (
    "class Writer {\n  void emit(String text) {}\n  void emit(Row row) {}\n"
    "  void emit(Row row, int times) {}\n}\n"
    "class Page {\n  void one(Writer out) { out.emit(this.row); }\n"
    "  void two(Writer out) { out.emit(this.row, 2); }\n}\n"
)

Edge = tuple[str, int, float]


def edges(files: Mapping[str, str], name: str) -> set[Edge]:
    """List (caller, line of the definition with this name that it means, confidence)."""
    snapshot = mapped(files)
    return {
        (reference.source.qualified_name if reference.source else "", symbol.start_line, reference.confidence)
        for symbol in snapshot.symbols(limit=1000).items
        if symbol.name == name
        for reference in snapshot.callers(symbol.index, limit=100, min_confidence=0).items
    }


@pytest.mark.parametrize(
    ("language", "call", "count"),
    [
        ("java", "f()", 0),
        ("java", "f( )", 0),
        ("java", "f(a)", 1),
        ("java", "f(a, g(b, c), d)", 3),
        ("java", 'f("a, (", b)', 2),
        ("java", "f(',', '\\'', b)", 3),
        ("java", "f(a, // b, c\n  d)", 2),
        ("java", "f(new Map<A, B>(), c)", 2),
        ("java", "f(a < b, c > d)", 2),
        ("java", "f((a, b) -> { return g(a, b); }, c)", 2),
        ("csharp", 'f<A, B>(@"\\", c)', 2),
        ("kotlin", "f { it }", 1),
        ("kotlin", "f(a) { it }", 2),
        ("kotlin", "f(\n  a,\n  b,\n)", 2),
        ("swift", "x.f(a) { $0 }", 2),
        ("swift", "if f(a) { g() }", 1),
        ("java", "f", -1),
        ("java", "f(a, b", -1),
    ],
)
def test_arguments_are_counted_behind_the_name(language: str, call: str, count: int) -> None:
    at = call.index("f(") if "f(" in call else call.index("f", call.startswith("if"))
    assert Arguments(call.encode(), language).behind(at, at + 1) == count


@pytest.mark.parametrize(
    ("signature", "least", "most"),
    [
        ("void f()", 0, 0),
        ("void f( )", 0, 0),
        ("final void f(int a, final B b)", 2, 2),
        ("int f(void)", 0, 0),
        ("void f(int a, Map<A, B> b)", 2, 2),
        ("void f(A... a)", 0, 1000),
        ("fun <T> List<T>.f(a: (T, T) -> Unit = { x, y -> }, b: Int)", 1, 2),
        ("fun f(vararg a: Int)", 0, 1000),
        ("def f[A](a: A => A, b: Int = 1)(c: Int)", 1, 2),
        ("def f(a: Int*)", 0, 1000),
        ("static A f<A>(this B<A> b, params A[] rest)", 0, 1000),
        ("static A f<A>(this B<A> b, A c)", 1, 2),
        ("void A::f(int a, B b = g(1, 2))", 1, 2),
        ("void f(int a, int b…", 1, 1000),
    ],
)
def test_parameters_are_read_from_the_signature(signature: str, least: int, most: int) -> None:
    assert taken(signature, "f") == (least, most)


JAVA = {
    "Log.java": (
        "class Log {\n"
        "  static void e(String tag) {}\n"
        "  static void e(String tag, String text) {}\n"
        "  static void e(String tag, Object... rest) {}\n"
        "  void d(String text) { d(text, 1); }\n"
        "  void d(String text, int level) {}\n"
        "}\n"
    ),
    "Use.java": (
        "class Use {\n"
        '  void one() { Log.e("a"); }\n'
        '  void two() { Log.e("a", f(1, 2)); }\n'
        '  void three() { Log.e("a", 1, 2); }\n'
        '  void level(Log log) { log.d("a,b", 1); }\n'
        "}\n"
    ),
}


def test_an_overload_is_chosen_by_the_number_of_arguments() -> None:
    assert edges(JAVA, "e") == {("Use.one", 2, 0.9), ("Use.two", 3, 0.9), ("Use.three", 4, 0.9)}
    assert edges(JAVA, "d") == {("Log.d", 6, 0.95), ("Use.level", 6, 0.8)}


def test_an_overload_that_calls_its_name_with_as_many_arguments_means_the_next() -> None:
    files = {
        "A.java": (
            "class A {\n  void run(String a) { run(parse(a)); }\n  void run(Row a) {}\n"
            "  void walk(int a) { walk(a - 1); }\n}\n"
        )
    }
    assert edges(files, "run") == {("A.run", 3, 0.6)}
    assert edges(files, "walk") == set()


KOTLIN = {
    "Handler.kt": (
        "open class Handler {\n"
        "    fun activate() = activate(force = false)\n"
        "    open fun activate(force: Boolean) {}\n"
        "    open fun cancel(force: Boolean = false) {}\n"
        "}\n"
    ),
    "Tap.kt": (
        "class Tap : Handler() {\n"
        "    override fun activate(force: Boolean) {}\n"
        "    override fun cancel(force: Boolean) {}\n"
        "    fun tap() { activate() }\n"
        "    fun press() { activate(true) }\n"
        "    fun stop() { cancel() }\n"
        "    fun wrong() { activate(1, 2) }\n"
        "}\n"
    ),
}


def test_an_inherited_overload_is_meant_where_the_class_itself_has_none_that_fits() -> None:
    found = {(caller, line): confidence for caller, line, confidence in edges(KOTLIN, "activate")}
    assert found[("Tap.tap", 2)] == 0.8
    assert found[("Tap.press", 2)] == 0.95
    assert ("Handler.activate", 3) in found


def test_an_override_does_not_repeat_what_a_parameter_is_by_default() -> None:
    assert edges(KOTLIN, "cancel") == {("Tap.stop", 3, 0.95)}


def test_where_no_overload_of_any_class_fits_the_edge_is_no_more_than_a_name() -> None:
    assert ("Tap.wrong", 2, 0.5) in edges(KOTLIN, "activate")


def test_a_scripts_overloads_mean_the_implementation_and_declarations_the_first() -> None:
    files = {
        "of.ts": (
            "export function of(a: string): A;\nexport function of(a: number): A;\n"
            "export function of(a: any): A { return a; }\n"
            "declare function outer(a: string): A;\ndeclare function outer(a: number): A;\n"
            "interface Shape {\n  area(a: string): A;\n  area(a: number): A;\n}\n"
        ),
        "use.ts": (
            'import { of, Shape } from "./of";\nfunction use() { of(1); }\n'
            "function area(shape: Shape) { shape.area(1); }\n"
        ),
    }
    assert edges(files, "of") == {("use", 3, 0.95)}
    assert {(caller, line) for caller, line, _ in edges(files, "area")} == {("area", 7)}


SCRIPT = {
    "error.ts": (
        "export interface LateError {\n  show(): void;\n}\n"
        "export const LateError: LateErrorMaker = make();\n"
        "export class Clock {\n  static now() {}\n  now() { return this.now(); }\n  static at() { this.now(); }\n}\n"
    ),
    "use.ts": (
        'import { Clock, LateError } from "./error";\n'
        "export function fail() { throw new LateError(); }\n"
        "export function show(error: LateError) {}\n"
        "export function made() { const late = new LateError(); late.show(); }\n"
        "export function own(clock: Clock) { clock.now(); }\n"
        "export function shared() { Clock.now(); }\n"
    ),
}


def test_new_means_the_value_and_a_type_the_interface_of_one_name() -> None:
    found = {(caller, line) for caller, line, _ in edges(SCRIPT, "LateError")}
    assert found == {("fail", 4), ("made", 4), ("show", 1)}


def test_what_new_gives_is_an_object_of_the_interface() -> None:
    assert ("made", 2, 0.8) in edges(SCRIPT, "show")


def test_a_class_means_its_static_member_and_an_object_its_own() -> None:
    found = {(caller, line) for caller, line, _ in edges(SCRIPT, "now")}
    assert found == {("own", 7), ("shared", 6), ("Clock.at", 6)}


FIELDS = {
    "rust": (
        "a.rs",
        (
            "struct Crate {\n    path: String,\n}\nimpl Crate {\n    fn path(&self) -> String { self.path.clone() }\n"
            "    fn join(&self) { self.path(); }\n    fn all() { map(Self::path); }\n}\n"
        ),
        {("Crate.join", 5), ("Crate.all", 5), ("Crate.path", 2)},
    ),
    "php": (
        "a.php",
        (
            "<?php\nclass Crate {\n    private $path;\n    function path() { return $this->path; }\n"
            "    function join() { $this->path(); }\n}\n"
        ),
        {("Crate.join", 4), ("Crate.path", 3)},
    ),
    "java": (
        "A.java",
        "class Crate {\n  String path;\n  String path() { return this.path; }\n  void join() { this.path(); }\n}\n",
        {("Crate.join", 3), ("Crate.path", 2)},
    ),
    "kotlin": (
        "a.kt",
        "class Crate {\n    val path = 1\n    fun path(): Int { return this.path }\n    fun join() { path() }\n}\n",
        {("Crate.join", 3), ("Crate.path", 2)},
    ),
}


@pytest.mark.parametrize("language", FIELDS)
def test_a_call_means_the_method_and_an_access_the_field(language: str) -> None:
    path, text, expected = FIELDS[language]
    assert {(caller, line) for caller, line, _ in edges({path: text}, "path")} == expected


def test_a_call_of_a_fields_name_means_an_inherited_method_or_nothing() -> None:
    files = {
        "A.java": "class A {\n  String path() { return null; }\n}\n",
        "B.java": "class B extends A {\n  String path;\n  String run;\n  void use() { this.path(); this.run(); }\n}\n",
    }
    assert edges(files, "path") == {("B.use", 2, 0.8)}
    assert edges(files, "run") == set()


SUPERS: dict[str, tuple[dict[str, str], str, set[Edge]]] = {
    "javascript takes the nearest that is written": (
        {
            "a.js": (
                "class Node {\n  constructor(x) {}\n}\nclass Container extends Node {}\n"
                "class Root extends Container {\n  constructor(x) { super(x); }\n}\n"
            )
        },
        "constructor",
        {("Root.constructor", 2, 0.8)},
    ),
    "javascript takes the class where none is written": (
        {"a.js": "class Node {}\nclass Root extends Node {\n  constructor(x) { super(x); }\n}\n"},
        "Node",
        {("Root.constructor", 1, 0.8), ("Root", 1, 0.95)},
    ),
    "java chooses by arguments": (
        {
            "A.java": "class A {\n  A(int x) { this(x, 1); }\n  A(int x, int y) {}\n}\n",
            "B.java": "class B extends A {\n  B() { super(1); }\n  B(int x) { super(x, 2); }\n}\n",
        },
        "A",
        {("A.A", 3, 0.95), ("B.B", 2, 0.8), ("B.B", 3, 0.8), ("B", 1, 0.9)},
    ),
    "csharp": (
        {
            "A.cs": (
                "class A {\n  public A(int x) : this(x, 1) {}\n  public A(int x, int y) {}\n}\n"
                "class B : A {\n  public B(int x) : base(x) {}\n}\n"
            )
        },
        "A",
        {("A.A", 3, 0.95), ("B.B", 2, 0.8), ("B", 1, 0.95)},
    ),
    "kotlin": (
        {
            "A.kt": (
                "open class A {\n    constructor(x: Int) : this(x, 1) { run() }\n    constructor(x: Int, y: Int)\n}\n"
                "class B : A {\n    constructor(x: Int) : super(x)\n}\n"
            )
        },
        "constructor",
        {("A.constructor", 3, 0.95), ("B.constructor", 2, 0.8)},
    ),
    "kotlin has one in the head of the class": (
        {"A.kt": "class A(x: Int) {\n    constructor(x: Int, y: Int) : this(x)\n}\n"},
        "A",
        {("A.constructor", 1, 0.95)},
    ),
    "php names the class": (
        {
            "a.php": (
                "<?php\nclass A {\n    static function make() { return new static(1); }\n"
                "    static function own() { return new self(); }\n}\n"
                "class B extends A {\n    function up() { return new parent(); }\n}\n"
            )
        },
        "A",
        {("A.make", 2, 0.95), ("A.own", 2, 0.95), ("B", 2, 0.95), ("B.up", 2, 0.8)},
    ),
    "ruby means the method of the same name": (
        {
            "a.rb": (
                "class A\n  def read(x)\n  end\nend\n"
                "class B < A\n  def read(x)\n    super\n  end\n  def write\n    super(1)\n  end\nend\n"
            )
        },
        "read",
        {("B.read", 2, 0.8)},
    ),
}


@pytest.mark.parametrize("rule", SUPERS)
def test_a_word_calls_a_constructor(rule: str) -> None:
    files, name, expected = SUPERS[rule]
    assert edges(files, name) == expected


def test_a_base_is_never_the_class_itself_or_its_constructor() -> None:
    files = {"A.cs": "class A<T, U> {\n}\nclass A<T> : A<T, T> {\n  public A(T x) {}\n}\n"}
    assert {(caller, line) for caller, line, _ in edges(files, "A")} == {("A", 1)}


def test_a_bare_call_of_php_is_no_method() -> None:
    files = {
        "a.php": "<?php\nclass Pool {\n    function count() {}\n    function size() { return count($this->all); }\n}\n"
    }
    assert edges(files, "count") == set()


def test_which_of_two_overloads_with_as_many_parameters_is_meant_is_a_guess() -> None:
    found = edges({"Page.java": OVERLOADS}, "emit")

    assert {confidence for caller, _, confidence in found if caller == "Page.one"} == {0.6}
    assert {(line, confidence) for caller, line, confidence in found if caller == "Page.two"} == {(4, 0.8)}
