"""Where a program may go two ways: what cyclomatic complexity counts (McCabe 1976), by language.

Counted in the tree that the tags come from, so that it costs no second parse, and less than runs differ by,
where the package lizard would take 1.5 times the whole pass.
"""

from array import array
from collections.abc import Mapping, Sequence
from typing import Final

from tree_sitter import Node

from services.mapping.definitions import SPAN, Scope

_LOOPS: Final = "for_statement while_statement do_statement"
_SCRIPT: Final = f"if_statement {_LOOPS} for_in_statement switch_case catch_clause ternary_expression"
_C: Final = f"if_statement {_LOOPS} conditional_expression"
NODES: Final = {
    "python": """if_statement elif_clause for_statement while_statement except_clause case_clause conditional_expression
        boolean_operator for_in_clause if_clause""",
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "go": "if_statement for_statement expression_case type_case communication_case",
    "rust": "if_expression for_expression while_expression match_arm try_expression",
    "c": _C,
    "cpp": f"{_C} for_range_loop catch_clause",
    "java": f"if_statement {_LOOPS} enhanced_for_statement catch_clause ternary_expression",
    "ruby": """if elsif unless while until for when in_clause rescue conditional if_modifier unless_modifier
        while_modifier until_modifier rescue_modifier""",
    "php": f"""if_statement else_if_clause {_LOOPS} foreach_statement case_statement catch_clause conditional_expression
        match_conditional_expression""",
    "csharp": f"""if_statement {_LOOPS} foreach_statement switch_expression_arm catch_clause
        conditional_expression""",
    "bash": "if_statement elif_clause for_statement c_style_for_statement while_statement case_item",
}
"""Of each language: the nodes that are a branch."""
SHORT_CIRCUITS: Final = {
    "javascript": '"&&" "||" "??"',
    "typescript": '"&&" "||" "??"',
    "tsx": '"&&" "||" "??"',
    "go": '"&&" "||"',
    "rust": '"&&" "||"',
    "c": '"&&" "||"',
    "cpp": '"&&" "||" "and" "or"',
    "java": '"&&" "||"',
    "ruby": '"&&" "||" "and" "or"',
    "php": '"&&" "||" "and" "or" "??"',
    "csharp": '"&&" "||" "??"',
}
"""Operators that may leave their right side alone."""
OPERATION: Final = {"ruby": "binary"}
MORE: Final = {
    "c": "(case_statement value: (_)) @branch",
    "cpp": "(case_statement value: (_)) @branch",
    "java": "(switch_label (_)) @branch",
    "csharp": '(switch_section "case" @branch) (switch_expression) @joint',
    "rust": '(let_chain "&&" @branch) (match_expression) @joint',
    "python": "(match_statement) @joint",
    "bash": '(list ["&&" "||"] @branch)',
}
"""What a node's type alone does not say. A `joint` has one way less than it has arms."""


def branch_query(language: str) -> str:
    """Give the patterns that capture a language's branches; "" for a language whose branches nobody has named."""
    if language not in NODES:
        return ""
    lines = [f"[{' '.join(f'({node})' for node in NODES[language].split())}] @branch"]
    if language in SHORT_CIRCUITS:
        operation = OPERATION.get(language, "binary_expression")
        lines.append(f"({operation} operator: [{SHORT_CIRCUITS[language]}]) @branch")
    return "\n".join([*lines, MORE.get(language, "")])


def count_branches(captures: Mapping[str, list[Node]], scopes: Sequence[Scope]) -> "array[int]":
    """Give rows of `BRANCH_COLUMNS`, ascending: one for each definition that holds branches itself."""
    ways = [(start, 1) for start, _ in map(SPAN, captures.get("branch", ()))]
    ways += [(start, -1) for start, _ in map(SPAN, captures.get("joint", ()))]
    ways.sort()
    counts: dict[int, int] = {}
    stack: list[Scope] = []
    following = 0
    for start, way in ways:
        while following < len(scopes) and scopes[following].start <= start:
            stack.append(scopes[following])
            following += 1
        while stack and stack[-1].end <= start:
            stack.pop()
        row = stack[-1].row if stack else -1
        counts[row] = counts.get(row, 0) + way
    return array("i", [number for row in sorted(counts) if counts[row] > 0 for number in (row, counts[row])])
