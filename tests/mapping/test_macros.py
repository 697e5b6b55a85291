"""Macros of C and C++ are blanked where they can be nothing else, and nothing moves."""

import pytest

from services.mapping.macros import without_macros

MACROS = {
    "class API Shape {": "class     Shape {",
    "struct API ALIGNED(8) Row : Base {": "struct                Row : Base {",
    "class API [[nodiscard]] Box<int> final {": "class     [[nodiscard]] Box<int> final {",
    "API int open(int);": "    int open(int);",
    "API Row *(*hook)(int);": "    Row *(*hook)(int);",
    "HOT NOINLINE std::vector<int> rows();": "             std::vector<int> rows();",
    "BEGIN_DECLS\n\n// words\nclass Row;": "           \n\n// words\nclass Row;",
    "int Row::size() const NOEXCEPT {": "int Row::size() const          {",
    "int (*hook)(int) ATTR;": "int (*hook)(int)     ;",
    "void open() LOCKS(mutex_) {": "void open()               {",
    "Row *_Nullable next(int);": "Row *          next(int);",
}
CODE = [
    "struct FOO rows;",
    "FILE *open(int);",
    "UINT32 rows = 3;",
    "enum { FIRST,\n  LAST\n};",
    "static const int LIMIT = 3;",
    "int *const rows = 0;",
    "if (x) FAIL(y);",
    "x = a * b(c);",
    "TEST(Rows, Open) {",
    "VOID\nopen(int x) {",
]


@pytest.mark.parametrize("written", MACROS)
def test_a_macro_is_blanked_where_a_grammar_would_stumble_over_it(written: str) -> None:
    found = without_macros(b"\n" + written.encode()).decode()[1:]

    assert found == MACROS[written]


@pytest.mark.parametrize("written", CODE)
def test_what_a_program_means_by_a_word_in_capitals_stays(written: str) -> None:
    assert without_macros(b"\n" + written.encode()) == b"\n" + written.encode()
