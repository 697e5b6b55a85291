"""Files that somebody made to hurt a parser: deep, long, wide, unfinished, or written against one regular expression.

Each is one file of a repository, as bytes. They are made when they are asked for: together they have 60 MB.
"""

from collections.abc import Callable, Mapping
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * 1024
NOISE: Final = bytes(range(1, 256)).replace(b"\n", b"")

Make = Callable[[], bytes]


def _nested(opening: bytes, closing: bytes, depth: int, *, core: bytes = b"", before: bytes = b"") -> bytes:
    return before + opening * depth + core + closing * depth + b"\n"


def _lines(template: bytes, count: int) -> bytes:
    """Repeat a line, with its number for each `%d`."""
    places = template.count(b"%d")
    return b"".join(template % ((number,) * places) for number in range(count))


DEEP: Final[Mapping[str, Make]] = {
    "deep/parentheses.py": lambda: _nested(b"(", b")", 20_000, core=b"1"),
    "deep/open.py": lambda: b"(" * 100_000,
    "deep/open.c": lambda: b"(" * 100_000,
    "deep/open.rs": lambda: b"(" * 100_000,
    "deep/braces.go": lambda: b"package a\nvar x = " + b"[]" * 500_000,
    "deep/array.js": lambda: _nested(b"[\n", b"]", 100_000),
    "deep/object.ts": lambda: _nested(b'{"a":\n', b"}", 30_000, core=b"1", before=b"const a = "),
    "deep/templates.cpp": lambda: _nested(b"a<", b">", 30_000, core=b"int", before=b"using b = "),
    "deep/unclosed.cpp": lambda: b"a<\n" * 200_000,
    "deep/generics.java": lambda: _nested(b"A<", b">", 20_000, core=b"B", before=b"class C { ") + b"}",
    "deep/generics.rs": lambda: _nested(b"V<", b">", 50_000, core=b"u8", before=b"type T = "),
    "deep/fstring.py": lambda: _nested(b'f"{', b'}"', 5_000, core=b"1", before=b"a = "),
    "deep/lambda.py": lambda: b"a = " + b"lambda: " * 50_000 + b"1\n",
    "deep/arrow.js": lambda: b"const a = " + b"() =>\n" * 50_000 + b"1\n",
    "deep/comments.rs": lambda: _nested(b"/*", b"*/", 200_000),
    "deep/indentation.py": lambda: b"".join(b" " * depth + b"if a:\n" for depth in range(1_400)),
    "deep/classes.py": lambda: b"".join(b" " * depth + b"class A:\n" for depth in range(1_400)),
    "deep/functions.js": lambda: _nested(b"function f() {\n", b"}", 40_000),
    "deep/modules.rb": lambda: _nested(b"module A\n", b"end\n", 40_000),
    "deep/namespaces.cs": lambda: _nested(b"namespace A { ", b"}", 40_000),
    "deep/mods.rs": lambda: _nested(b"mod a { ", b"}", 40_000),
    "deep/conditionals.c": lambda: _nested(b"#if A\n", b"#endif\n", 10_000),
    "deep/else.c": lambda: b"void f() {" + b" if (a) {} else" * 50_000 + b" {} }\n",
    "deep/jsx.tsx": lambda: _nested(b"<a>\n", b"</a>", 50_000, before=b"const a = "),
    "deep/heredocs.rb": lambda: b"a = [" + b"<<A, " * 20_000 + b"]\n" + b"x\nA\n" * 20_000,
    "deep/substitution.sh": lambda: _nested(b"$(", b")", 40_000, core=b"a", before=b"b="),
    "deep/member.js": lambda: b"a" + b"\n.b" * 300_000 + b"\n",
    "deep/calls.py": lambda: b"a" + b"()" * 200_000 + b"\n",
    "deep/sum.py": lambda: b"a = 1" + b" + 1" * 200_000 + b"\n",
    "deep/concat.php": lambda: b"<?php $a = 1" + b" . 1" * 200_000 + b";\n",
    "deep/ternary.c": lambda: b"int a = " + b"b ? c : " * 100_000 + b"d;\n",
    "deep/pointers.c": lambda: b"int " + b"*" * 500_000 + b"a;\n",
}
LONG: Final[Mapping[str, Make]] = {
    "long/line.py": lambda: b"a = '" + b"x" * (MIB - 64) + b"'\n",
    "long/line.go": lambda: b"package a // " + b"x" * (MIB - 64),
    "long/lines.py": lambda: b"a\n" * (MIB // 2),
    "long/blank.py": lambda: b"\n" * MIB,
    "long/spaces.c": lambda: b" " * MIB,
    "long/definitions.py": lambda: _lines(b"def f%d():pass\n", 50_000),
    "long/same.py": lambda: b"def f():pass\n" * 75_000,
    "long/assignments.js": lambda: _lines(b"var a%d=1;\n", 70_000),
    "long/references.py": lambda: b"def a(): pass\n" + b"a()\n" * 200_000,
    "long/methods.java": lambda: b"class A {" + _lines(b"void m%d(){}\n", 50_000) + b"}",
    "long/imports.py": lambda: _lines(b"import a%d\n", 50_000),
    "long/import.py": lambda: b"from a import (" + _lines(b"b%d,", 100_000) + b")\n",
    "long/includes.c": lambda: _lines(b'#include "a%d.h"\n', 40_000),
    "long/use.rs": lambda: b"use a::{" + _lines(b"b%d::{c},", 50_000) + b"};\n",
    "long/macro.c": lambda: b"#define A \\\n" + b"  b(c); \\\n" * 100_000 + b"\n",
    "long/macros.c": lambda: _lines(b"#define A%d(x) (x)\n", 45_000),
    "long/parameters.go": lambda: b"package a\nfunc f(" + _lines(b"a%d int,", 80_000) + b") {}\n",
    "long/name.py": lambda: b"def " + b"a" * (MIB - 64) + b"(): pass\n",
    "long/enum.ts": lambda: b"enum A {" + _lines(b"b%d,", 100_000) + b"}\n",
    "long/decorators.py": lambda: b"@a\n" * 200_000 + b"def f(): pass\n",
    "long/attributes.rs": lambda: b"#[a]\n" * 150_000 + b"fn f() {}\n",
    "long/switch.c": lambda: b"void f(){switch(a){" + _lines(b"case %d:\n", 80_000) + b"}}",
    "long/emoji.py": lambda: "é̂🙂ñ = 1\n".encode() * 60_000,
    "long/minified.js": lambda: b"var a=function(b,c){return b+c};" * (20 * MIB // 32),
    "long/noise.c": lambda: NOISE * (5 * MIB // len(NOISE)),
    "long/noise.py": lambda: NOISE * (MIB // len(NOISE)),
    "long/noise.php": lambda: b"<?php " + NOISE * (MIB // len(NOISE)),
    "long/noise.js": lambda: (NOISE + b"\n") * (MIB // 255),
    "long/noise.rb": lambda: (NOISE + b"\n") * (MIB // 255),
    "long/alternating.php": lambda: b"<?php a(); ?><p>\n" * 60_000,
}
UNFINISHED: Final[Mapping[str, Make]] = {
    "unfinished/string.py": lambda: b'a = """' + b"x\n" * 500_000,
    "unfinished/quotes.py": lambda: b'"""\n' * 250_001,
    "unfinished/raw.cpp": lambda: b'auto a = R"xyz(' + b")xy\n" * 250_000,
    "unfinished/raw.rs": lambda: b'const A: &str = r####"' + b'"###\n' * 200_000,
    "unfinished/raws.rs": lambda: b'r#"\n' * 200_000,
    "unfinished/comment.c": lambda: b"/*" + b"x\n" * 500_000,
    "unfinished/comments.js": lambda: b"/*\n" * 300_000,
    "unfinished/template.js": lambda: b"a = `" + b"${b\n" * 200_000,
    "unfinished/jsx.tsx": lambda: b"<a b={<c d={\n" * 60_000,
    "unfinished/heredoc.sh": lambda: b"cat <<A\n" * 100_000,
    "unfinished/heredoc.rb": lambda: b"a = <<~A\n" * 100_000,
    "unfinished/heredoc.php": lambda: b"<?php $a = <<<A\n" + b"{$b\n" * 200_000,
    "unfinished/regex.js": lambda: b"a = /" + b"[(" * 1_000 + b"\n/[(" * 200_000,
    "unfinished/quotes.sh": lambda: b"'\"`$(" * 200_000,
    "unfinished/strings.rb": lambda: b"%w[ %q( %r{ #{\n" * 60_000,
}
ENCODED: Final[Mapping[str, Make]] = {
    "encoded/nul.py": lambda: b"a = 1\n" * 2_000 + b"\0" + b"def f(): pass\n",
    "encoded/utf16.py": lambda: "def f(): pass\n".encode("utf-16") * 1_000,
    "encoded/utf16.js": lambda: "function f() {}\n".encode("utf-16-be") * 1_000,
    "encoded/latin1.py": lambda: "# café\ndef müll(): pass\n".encode("latin-1") * 1_000,
    "encoded/surrogates.js": lambda: b"var \xed\xa0\x80 = 1;\n" * 20_000,
    "encoded/overlong.go": lambda: b"package a\n" + b"\xc0\x80\xff\xfe" * 100_000,
    "encoded/bidi.py": lambda: "def \u202eevil\u2066(): pass\n".encode() * 20_000,
    "encoded/carriage.py": lambda: b"def f(): pass\r" * 70_000,
    "encoded/vertical.py": lambda: b"\x0b\x0c\x1b[2J\x07" * 150_000,
    "bin/shebang": lambda: b"#!/usr/bin/env python\n" + b"(" * 100_000,
    "bin/words": lambda: b"#!" + b"/usr/bin/env -S A=b " * 50_000,
    "bin/line": lambda: b"#!" + b"-" * (MIB - 64),
}
AIMED: Final[Mapping[str, Make]] = {
    "aimed/one-name.js": lambda: b"function f() {\n" + b"  x = g();\n" * 40_000 + b"}\n",
    "aimed/one-name.rb": lambda: b"def f\n" + b"  x = g()\n" * 20_000 + b"end\n",
    "aimed/header-blank.h": lambda: b"\n" * 200_000,
    "aimed/macro-types.cc": lambda: (b"class ABC a<" + b"b" * 1000) * 300,
    "aimed/macro-words.c": lambda: b"\nABC " + b"ABC " * 100_000,
    "aimed/macro-lines.c": lambda: b"\nABC\n" + b"//\n" * 100_000,
    "aimed/header-class.h": lambda: b"class a\n" * 100_000,
    "aimed/header-spaces.h": lambda: (b" " * 8_000 + b"x\n") * 100,
    "aimed/from.py": lambda: (b"from" + b" \\\n" * 2_600 + b"import\n") * 100,
    "aimed/from-dots.py": lambda: (b"from " + b"." * 8_000 + b" import a\n") * 100,
    "aimed/import.js": lambda: (b"import {" + b" \n" * 4_000 + b"} from 'a'\n") * 100,
    "aimed/import-comment.js": lambda: (b"import " + b"/*\n" * 2_600 + b"*/ a from 'a'\n") * 100,
    "aimed/import-star.js": lambda: (b"import " + b"* as\n" * 1_000 + b"a from 'a'\n") * 100,
    "aimed/require.js": lambda: (b"a = require(" + b" \n" * 4_000 + b"'a')\n") * 100,
    "aimed/use.rs": lambda: (b"use " + b"a::{" * 1_900 + b"}" * 1_900 + b";\n") * 100,
    "aimed/attributes.rs": lambda: (b"#[a" * 2_000 + b"] use a;\n") * 100,
    "aimed/use.php": lambda: b"<?php\n" + (b"use a\\{" + b" function" * 900 + b"};\n") * 100,
    "aimed/head.c": lambda: (b"int f(" + b"/*" * 390 + b") {}\n") * 1_000,
    "aimed/head-quotes.c": lambda: (b"int f(" + b"'\\" * 390 + b"//) {}\n") * 1_000,
    "aimed/annotations.java": lambda: b"class A {" + (b"@A(" + b"()" * 390 + b" void f() {}\n") * 1_000 + b"}",
    "aimed/annotation.java": lambda: b"class A {" + (b"@A " * 260 + b"void f() {}\n") * 1_000 + b"}",
    "aimed/brackets.cs": lambda: (b"[" * 700 + b"] class A {}\n") * 1_000,
    "aimed/hash.py": lambda: (b"def f(a" + b"#\n" * 390 + b"): pass\n") * 1_000,
    "aimed/receiver.js": lambda: (b"a." * 900 + b"b()\n") * 500,
    "aimed/receiver.rb": lambda: (b"a&." * 20_000 + b"b\n") * 15,
    "aimed/receiver.php": lambda: b"<?php " + (b"$a?->" * 10_000 + b"b();\n") * 20,
    "aimed/arguments.java": lambda: (
        b"class A { void f() {" + (b"new A" + b"<" * 100 + b">" * 100 + b"();\n") * 4_000 + b"}}"
    ),
    "aimed/macros.rs": lambda: b"a! { pub\n" * 100_000,
    "aimed/macro-attributes.rs": lambda: (b"a! {" + b"#[b]" * 8_000 + b"\n") * 30,
    "aimed/quotes.rs": lambda: b"a! { fn f() {} }\n" + b"'" * 900_000,
    "aimed/hashes.rs": lambda: b"a! { fn f() {} }\n" + b"r#" * 450_000,
    "aimed/exports.js": lambda: b"exports.a =\n" * 80_000 + b"1\n",
    "aimed/words.py": lambda: b"def " + b"aB1_" * 200_000 + b"(): pass\n",
    "aimed/capitals.py": lambda: _lines(b"def " + b"A" * 400 + b"%d(): pass\n", 2_400),
}
MANIFESTS: Final[Mapping[str, Make]] = {
    "deep/package.json": lambda: b'{"name":' + b"[" * 100_000,
    "object/package.json": lambda: b'{"main":' + b'{"a":' * 40_000 + b"1" + b"}" * 40_000 + b"}",
    "key/package.json": lambda: b'{"' + b"k" * 200_000 + b'":1}',
    "name/package.json": lambda: b'{"name":"' + b"n" * 200_000 + b'"}',
    "number/package.json": lambda: b'{"main":' + b"9" * 200_000 + b"}",
    "main/package.json": lambda: b'{"name":"a","main":"' + b"../" * 60_000 + b'b"}',
    "spaces/go.mod": lambda: b"\n" * 250_000,
    "modules/go.mod": lambda: b"module " * 35_000,
    "path/go.mod": lambda: b"module " + b"a/" * 100_000 + b"\n",
    "comments/tsconfig.json": lambda: b"/* " * 80_000,
    "quotes/tsconfig.json": lambda: b'"\\' * 120_000,
    "slashes/tsconfig.json": lambda: b'{"compilerOptions": {} ' + b"//a\n" * 60_000 + b"}",
    "commas/tsconfig.json": lambda: b"," * 250_000,
    "blanks/tsconfig.json": lambda: b"{" + b"," + b" " * 200_000 + b"}",
    "many-blanks/tsconfig.json": lambda: b"{" + (b"," + b" " * 400) * 600 + b"}",
    "paths/tsconfig.json": lambda: (
        b'{"compilerOptions":{"paths":{' + b",".join(b'"a%d/*":["b/*"]' % n for n in range(12_000)) + b"}}}"
    ),
    "targets/tsconfig.json": lambda: (
        b'{"compilerOptions":{"paths":{"*":[' + b",".join(b'"%d*"' % n for n in range(30_000)) + b"]}}}"
    ),
    "stars/tsconfig.json": lambda: b'{"compilerOptions":{"paths":{"a*":["' + b"*" * 200_000 + b'"]}}}',
    "extends/tsconfig.json": lambda: b'{"extends": "../extends/tsconfig.json"}',
    "globs/tsconfig.json": lambda: b'{"include":[' + b",".join([b'"**/**/*"'] * 25_000) + b"]}",
    "base/tsconfig.json": lambda: b'{"compilerOptions":{"baseUrl":"' + b"../" * 60_000 + b'"}}',
}
DOCUMENTS: Final[Mapping[str, Make]] = {
    "docs/brackets.md": lambda: b"# " + b"[" * MIB,
    "docs/line.rst": lambda: b"=" * MIB + b"\n" + b"=" * MIB,
    "docs/deep.ipynb": lambda: b"[" * MIB,
    "docs/tags.html": lambda: b"<h1" * 300_000,
    ".gitattributes": lambda: _lines(b"a%d/** linguist-vendored\n", 100_000),
    "Cargo.toml": lambda: b"[" * MIB,
}
BOMBS: Final[Mapping[str, Make]] = {**DEEP, **LONG, **UNFINISHED, **ENCODED, **AIMED, **MANIFESTS, **DOCUMENTS}
"""Of each path in a repository: what makes its content."""
NAMES: Final = (
    "names/\x1b[2J\x1b]0;owned\x07.py",
    "names/new\nline.py",
    "names/\u202egnp.py",
    "names/\u2066\u200bzero.py",
    "names/caf\udce9.py",
    "names/" + "n" * 240 + ".py",
    "names/" + "/".join(["deep"] * 180) + ".py",
    "names/" + "/".join(["d"] * 1_900) + "/too-long.py",
    "names/ space .py",
    "names/-rf.py",
    "names/%2e%2e%2f.py",
    "names/'\"`$(id)`.py",
)
"""Paths that hurt whoever prints, splits or believes them."""
