"""The table of tools in docs/agents.md, from the documents that are the tools."""

from schema.contract import contract
from schema.documents import ToolDocument, load
from schema.tool_forms import form_of


def tool_table() -> str:
    """Give a row a tool: its name, what it takes, and what it is for."""
    rows = [f"| `{tool.name}` | {_takes(tool)} | {tool.description} |" for tool in load(contract().types)]
    return "\n".join(["| tool | takes | what it is for |", "|---|---|---|", *rows])


def _takes(tool: ToolDocument) -> str:
    properties = tool.input_schema["properties"]
    required = tool.input_schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    names = [*properties, *form_of(tool).takes]
    return ", ".join(f"**`{name}`**" if name in required else f"`{name}`" for name in names)
