"""What the text of a type, of a call or of another value says of the class of a value.

A type is read as what it is used as: `Optional[Store]`, `Arc<Store>` and `const Store*` are a `Store`.
"""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

from services.mapping.uses import CALLED_RECEIVER, UNKNOWN, chain_of


class Says(IntEnum):
    """How a value's class is told; a lower number is believed first. The numbers are stored."""

    DECLARED = 0
    CALLED = 1
    SAME = 2
    NOTHING = 3
    ELSE = 4
    """The name is bound again, to what nobody says: by a loop, a pattern, a `catch` or a nameless function."""
    PLAIN = 5
    """A literal or an element is what it holds then; what is declared is believed all the same."""


ROLES: Final = {"type": Says.DECLARED, "call": Says.CALLED, "invoked": Says.CALLED, "same": Says.SAME}
"""What a capture of a value says; `invoked` is a call with its arguments, where a grammar has no node without them."""
WRAPPERS: Final = frozenset(
    {
        *("Optional", "Annotated", "Final", "ClassVar", "Type", "type", "Awaitable"),
        *("Arc", "Rc", "Box", "RefCell", "Cow", "Pin", "Ref", "RefMut", "Option", "Result", "MutexGuard"),
        *("Mutex", "RwLock", "Cell", "OnceCell", "OnceLock", "LazyLock"),
        *("unique_ptr", "shared_ptr", "weak_ptr", "scoped_ptr", "not_null", "reference_wrapper"),
        *("Promise", "PromiseLike", "Readonly", "Partial", "Required", "NonNullable"),
        *("Task", "ValueTask", "Nullable", "Lazy", "Maybe", "Awaited"),
    }
)
"""Generic types that are used as what they hold: a pointer, a promise, a value that may be missing."""
CONTAINING: Final = frozenset({"Optional<", "Option["})
"""Java's and Scala's, unlike Python's and Rust's, have methods of their own: `found.map(…)`."""
WORDS: Final = re.compile(
    r"^(?:(?:const|volatile|mut|dyn|impl|final|readonly|struct|class|enum|union|unowned|weak|ref|out|in|params"
    r"|new|await|unsigned|typename|register|mutable|constexpr|inline|extern|restrict)\b\s*|'\w+\s+|[*&^]\s*)+"
)
HEAD: Final = re.compile(r"\\?[\w$]+(?:\s*(?:\.|::|\\)\s*[\w$]+)*")
INFERRED: Final = frozenset({"var", "auto", "let", "val", "dynamic", "_"})
WRAPPING: Final = re.compile(r"(?:\w+::)*(?:Arc|Rc|Box|Pin|Mutex|RwLock|RefCell)::(?:new|clone|pin)$")
"""Rust's `Arc::new(store)`: used as what it holds."""
PASSING: Final = (".unwrap", ".expect", ".clone", ".as_ref", ".as_mut", ".borrow", ".borrow_mut", ".lock", ".to_owned")
"""Rust's `Store::open(path).unwrap`: the value is what `Store::open` gives."""
PRIMITIVE: Final = frozenset(
    {
        *("int", "long", "short", "byte", "char", "float", "double", "bool", "boolean", "string", "str", "number"),
        *("usize", "isize", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "u128", "i128"),
        *("uint", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "float32", "float64"),
        *("size_t", "ssize_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t"),
        *("int64_t", "bytes", "any", "unknown", "never", "object", "error", "rune", "uintptr", "mixed", "array"),
    }
)
"""Types without methods that a repository could define."""
ABSENT: Final = frozenset({"None", "null", "undefined", "nil", "void", "false", "true"})

Said = tuple[Says, str]


@lru_cache(maxsize=1 << 14)
def class_text(text: str) -> str:
    """Give the one class that a type's text names, `a.b.C` or `a::C` as written; "" where it names none or several."""
    text = WORDS.sub("", text.strip().lstrip(":").strip().strip("\"'").strip())
    parts = [part for part in _split_top(text, "|") if part.strip() not in ABSENT]
    text = WORDS.sub("", parts[0].strip()).strip().rstrip("?!*& ").removeprefix("?").strip() if len(parts) == 1 else ""
    text = text.removesuffix("const").rstrip("*& ").strip().strip("\"'")
    head = HEAD.match(text)
    if head is None or head[0] in INFERRED or head[0] in PRIMITIVE:
        return ""
    rest = text[head.end() :].strip()
    if not rest:
        return head[0].replace(" ", "")
    bracketed = rest[0] in "<[" and rest[-1] in ">]" and len(rest) > 2  # noqa: PLR2004 - something between the brackets
    return _generic(head[0].replace(" ", ""), rest) if bracketed else ""


def _generic(head: str, rest: str) -> str:
    """Give the class of a type with brackets: the class before them, or of a wrapper what stands in them."""
    last = re.split(r"\.|::|\\", head)[-1]
    if last == "Union":
        return class_text("|".join(_split_top(rest[1:-1], ",")))
    if last in WRAPPERS:
        return "" if last + rest[0] in CONTAINING else class_text(_split_top(rest[1:-1], ",")[0])
    return head if rest[0] == "<" or last[:1].isupper() else ""


def _split_top(text: str, mark: str) -> list[str]:
    """Split at a mark that stands in no bracket."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        if letter in "<[(":
            depth += 1
        elif letter in ">])":
            depth -= 1
        elif letter == mark and not depth:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]]


@lru_cache(maxsize=1 << 14)
def told_by(written: bytes, role: str) -> Said:
    """Give what a captured text says; the text is "" where it names nothing."""
    text = written.decode("utf-8", "replace")
    if role == "type":
        return Says.DECLARED, class_text(text)
    if role == "invoked" or (role == "call" and text.endswith(PASSING)):
        called = chain_of((text if role == "invoked" else f"{text}()").encode())
        if called.endswith(CALLED_RECEIVER):
            return Says.CALLED, called.removesuffix(CALLED_RECEIVER)
        return Says.SAME, "" if called == UNKNOWN or role == "invoked" else called
    if role == "call" and WRAPPING.match(text):
        return Says.CALLED, ""  # what is wrapped has a capture of its own
    return ROLES[role], text
