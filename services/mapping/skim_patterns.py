"""How a definition looks in each language, to whoever does not parse: one line, from its beginning.

A pattern begins at a line and gives the indentation, and as its last group the name: behind a word that says
the kind (`word`, `name`), of a variable that holds a function (`value`), of a type that is told by what comes after
it (`member`), of a macro, of a type that is defined elsewhere (`extended`), or alone (`bare`) where only the
surroundings tell a definition from a call. The bytes are a stranger's: every repetition is possessive or bounded,
so that no byte is looked at more than some hundred times. Groups are made atomic and never repeated possessively,
which Python 3.11.2 reads otherwise than 3.11.7: of C, C++, Kotlin and TypeScript it lost definitions.
"""

import re
from dataclasses import dataclass
from typing import Final

from services.mapping.records import DefinitionKind as Kind

KINDS: Final[dict[bytes, Kind]] = {
    b"class": Kind.CLASS,
    b"object": Kind.CLASS,
    b"actor": Kind.CLASS,
    b"interface": Kind.INTERFACE,
    b"protocol": Kind.INTERFACE,
    b"@interface": Kind.INTERFACE,
    b"struct": Kind.STRUCT,
    b"union": Kind.STRUCT,
    b"record": Kind.CLASS,
    b"enum": Kind.ENUM,
    b"trait": Kind.TRAIT,
    b"def": Kind.FUNCTION,
    b"fn": Kind.FUNCTION,
    b"func": Kind.FUNCTION,
    b"fun": Kind.FUNCTION,
    b"function": Kind.FUNCTION,
    b"type": Kind.TYPE,
    b"typealias": Kind.TYPE,
    b"module": Kind.MODULE,
    b"mod": Kind.MODULE,
    b"namespace": Kind.MODULE,
    b"macro_rules!": Kind.MACRO,
    b"#define": Kind.MACRO,
}
"""Of the word before a name; one that is not here says nothing but that the name is a function's."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one language is skimmed. `members_only`: a bare name is a method, where a class is around it, or nothing."""

    pattern: re.Pattern[bytes]
    members_only: bool = False


_STATEMENTS: Final = rb"if|for|while|switch|catch|return|do|else|throw|delete|yield|case|new|await|typeof|using|lock"
_SCRIPT: Final = (
    rb"^([ \t]*+)(?>(?:(?:export|default|declare|abstract|async|public|private|protected|static|readonly|override"
    rb"|get|set|const(?=[ \t]++enum\b))[ \t]++)*)"
    rb"(?:(?P<word>class|interface|enum|namespace|module|type|function)\b\*?+[ \t]*+\*?+[ \t]*+"
    rb"(?P<name>(?!extends\b|implements\b|in\b|of\b)[\w$]++)(?![ \t]*+[:?.])"
    rb"|(?>(?:(?:const|let|var)[ \t]++)?)(?>(?:[\w$]++\.)*)(?P<value>#?+[\w$]++)(?>(?:[ \t]*+:[^=\n(]{1,120}+)?)"
    rb"[ \t]*+[=:][ \t]*+"
    rb"(?>(?:async\b[ \t]*+)?)(?:function\b|[\w$]++[ \t]*+=>|(?>(?:<[^\n>]{0,80}+>)?)\([^\n]{0,200}?\)[^\n=(]{0,60}=>)"
    rb"|(?!(?:" + _STATEMENTS + rb"|function|super)\b)\*?+(?P<bare>#?+[\w$]++)\??+(?:<[^\n]{0,80}>)?\()"
)
_JAVA_WORDS: Final = (
    rb"public|private|protected|static|final|abstract|synchronized|native|default|strictfp|sealed|non-sealed|transient"
    rb"|internal|virtual|override|async|partial|readonly|unsafe|extern|ref|file|required|implicit|explicit"
)
_RETURNS: Final = rb"(?:[\w.$<>\[\],?&:* \t]{1,160}[ \t*&>\]])?"
_TYPED: Final = (
    rb"^([ \t]*+)(?>(?:@[\w.]++(?>(?:\([^()\n]{0,120}+\))?)[ \t]++)*)(?>(?:(?:" + _JAVA_WORDS + rb")[ \t]++)*)"
    rb"(?:(?P<word>class|interface|enum|record|struct|namespace|@interface)[ \t]++(?>(?:class[ \t]++|struct[ \t]++)?)"
    rb"(?P<name>[\w.$]++)"
    rb"|(?!(?:" + _STATEMENTS + rb"|package|import|assert|var|public)\b)" + _RETURNS + rb"(?P<bare>[\w$]++)"
    rb"[ \t]*+(?>(?:<[^\n>]{0,80}+>)?)[ \t]*+\((?![^\n]{0,200}\)[ \t]*+[.]))"
)
_C_STATEMENTS: Final = rb"if|for|while|switch|return|do|else|case|goto|typedef|using|delete|throw|new"
_ARGUMENTS: Final = rb"[ \t]*+\([^;{}]{0,600}+\{"
_C_TYPES: Final = (
    rb"(?>(?:typedef[ \t]++)?)(?>(?:static[ \t]++|const[ \t]++)*)(?P<word>struct|union|enum|class|namespace)[ \t]++"
    rb"(?>(?:class[ \t]++|struct[ \t]++)?)(?>(?:[A-Z_]{3,40}+(?>(?:\([^()\n]{0,80}+\))?)[ \t]++)?)(?P<name>[\w:]++)"
    rb"(?>(?:[ \t]++final)?)[ \t]*+(?>(?::[^;{}()]{0,300}+)?)\s{0,40}+\{"
    rb"|#[ \t]*+define[ \t]++(?P<macro>\w++)"
)
_MODIFIED: Final = rb"^([ \t]*+)(?>(?:@[\w.:]++(?>(?:\([^()\n]{0,120}+\))?)[ \t]++)*)(?>(?:(?:%s)[ \t]++)*)"
_KOTLIN: Final = (
    rb"public|private|protected|internal|open|abstract|final|sealed|data|inner|inline|value|annotation|enum|override"
    rb"|suspend|operator|infix|tailrec|external|expect|actual|companion|fun(?=[ \t]++interface\b)|const"
)
_SWIFT: Final = (
    rb"public|private|fileprivate|internal|open|final|static|class(?=[ \t]++(?:func|var)\b)|override|mutating"
    rb"|nonmutating|convenience|required|indirect|lazy|weak|async|nonisolated|isolated|dynamic|prefix|postfix|infix"
)
_SCALA: Final = (
    rb"private(?>(?:\[\w++\])?)|protected(?>(?:\[\w++\])?)|final|sealed|abstract|implicit|lazy|override|case|inline|open"
    rb"|transparent|opaque|package(?=[ \t]++object\b)|infix|given"
)


def _compiled(*parts: bytes) -> re.Pattern[bytes]:
    return re.compile(b"".join(parts), re.MULTILINE)


_C: Final = Manner(
    _compiled(
        rb"^([ \t]*+)(?:" + _C_TYPES + rb"|(?!(?:" + _C_STATEMENTS + rb")\b)(?=\w)[\w\s*]{1,160}[\s*]",
        rb"(?P<bare>\w++)" + _ARGUMENTS + rb"|\}[ \t]*+(?P<member>\w++)[ \t]*+;)",
    )
)
_CPP: Final = Manner(
    _compiled(
        rb"^([ \t]*+)(?>(?:template[ \t]*+<[^\n]{0,120}>[ \t]*+)?)(?:" + _C_TYPES,
        rb"|(?!(?:" + _C_STATEMENTS + rb"|public|private|protected)\b)(?=[\w~])",
        rb"(?:[\w:<>,*&~ \t\[\]]{0,160}[ \t*&>])?(?P<bare>(?>(?:\w++(?>(?:<[^\n<>]{0,40}+>)?)::){0,6})"
        rb"(?:operator[ \t]*+(?:\(\)|\[\]|[^\s\w(\[]{1,4}+|[\w:]++)|~?+\w++))"
        rb"[ \t]*+\([^;{}]{0,600}+[;{])",
    )
)
_TYPESCRIPT: Final = Manner(_compiled(_SCRIPT), members_only=True)
_JAVA: Final = Manner(_compiled(_TYPED), members_only=True)

MANNERS: Final[dict[str, Manner]] = {
    "python": Manner(
        _compiled(rb"^([ \t]*+)(?>(?:async[ \t]++)?)(?P<word>class|def)[ \t]++(?P<name>\w++)[ \t]*+[(:\[]"),
    ),
    "javascript": _TYPESCRIPT,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "go": Manner(
        _compiled(
            rb"^(\t?+)(?:(?P<word>func|type)[ \t]++(?>(?:\([^)\n]{0,200}+\)[ \t]*+)?)(?P<name>\w++)",
            rb"|(?P<member>\w++)[ \t]++(?:struct|interface)[ \t]*+\{)",
        )
    ),
    "rust": Manner(
        _compiled(
            rb"^([ \t]*+)(?>(?:pub(?>(?:\([^)\n]{0,80}+\))?)[ \t]++)?)(?>(?:(?:async|unsafe|const|default|safe|auto",
            rb'|extern(?>(?:[ \t]++"[^"\n]{0,40}+")?))[ \t]++)*)',
            rb"(?:(?P<word>fn|struct|enum|trait|union|type|mod|macro_rules!)[ \t]++(?>(?:r#)?)(?P<name>\w++)",
            rb"|impl\b(?P<extended>[^\n{]{0,300}+))",
        )
    ),
    "c": _C,
    "cpp": _CPP,
    "java": _JAVA,
    "csharp": _JAVA,
    "kotlin": Manner(
        _compiled(
            _MODIFIED % _KOTLIN,
            rb"(?:(?P<word>class|interface|object|typealias)[ \t]++(?P<name>`[^`\n]{1,80}+`|\w++)",
            rb"|fun[ \t]++(?:<[^\n]{0,80}?>[ \t]++)?(?:[\w.<>?,* ]{0,100}\.)?",
            rb"(?P<bare>`[^`\n]{1,80}+`|\w++)[ \t]*+[(<])",
        )
    ),
    "swift": Manner(
        _compiled(
            _MODIFIED % _SWIFT,
            rb"(?:(?P<word>class|struct|enum|protocol|actor|func|typealias)[ \t]++(?P<name>`?\w++)",
            rb"|(?P<bare>init|deinit|subscript)\b[?!]?+[ \t]*+[(<{]|extension[ \t]++(?P<extended>[\w.]++))",
        )
    ),
    "scala": Manner(
        _compiled(
            _MODIFIED % _SCALA,
            rb"(?P<word>class|trait|object|enum|def|type)[ \t]++(?P<name>`[^`\n]{1,80}+`|[\w$]++|[^\s\w(\[:{]{1,8}+)",
        )
    ),
    "php": Manner(
        _compiled(
            rb"^([ \t]*+)(?>(?:(?:abstract|final|public|private|protected|static|readonly)[ \t]++)*)",
            rb"(?P<word>class|interface|trait|enum|function)[ \t]++&?+(?P<name>\w++)",
        )
    ),
    "ruby": Manner(
        _compiled(
            rb"^([ \t]*+)(?>(?:(?:private|protected|public|module_function|private_class_method)[ \t]++)?)",
            rb"(?P<word>class|module|def)[ \t]++(?>(?:self\.)?)(?P<name>[\w:]++[?!=]?+)",
        )
    ),
    "lua": Manner(
        _compiled(
            rb"^([ \t]*+)(?:(?>(?:local[ \t]++)?)(?P<word>function)[ \t]++(?P<name>[\w.:]++)",
            rb"|(?>(?:local[ \t]++)?)(?P<value>[\w.]++)[ \t]*+=[ \t]*+function\b)",
        )
    ),
    "bash": Manner(
        _compiled(rb"^([ \t]*+)(?:(?P<word>function)[ \t]++(?P<name>[\w:.-]++)|(?P<bare>[\w:.-]++)[ \t]*+\([ \t]*+\))"),
    ),
}  # fmt: skip
