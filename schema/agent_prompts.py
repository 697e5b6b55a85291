"""The prompts of `schema.prompts` as MCP serves them."""

from dataclasses import dataclass
from typing import Self

import mcp_types as wire
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from schema.agent_text import line
from schema.prompts import OPTIONAL, PromptText, load
from services.errors import GraticuleError, NotFoundError


@dataclass(frozen=True, slots=True)
class Prompts:
    """Lists and fills the prompts."""

    texts: dict[str, PromptText]

    @classmethod
    def read(cls) -> Self:
        """Read them from their files."""
        return cls({text.name: text for text in load()})

    async def list(
        self, context: ServerRequestContext[object], params: wire.PaginatedRequestParams | None
    ) -> wire.ListPromptsResult:
        """Describe every prompt."""
        del context, params
        return wire.ListPromptsResult(
            prompts=[
                wire.Prompt(
                    name=text.name,
                    title=text.title,
                    description=text.description,
                    arguments=[
                        wire.PromptArgument(
                            name=name, description=words.removeprefix(OPTIONAL), required=text.required(name)
                        )
                        for name, words in text.arguments.items()
                    ],
                )
                for text in self.texts.values()
            ]
        )

    async def get(
        self, context: ServerRequestContext[object], params: wire.GetPromptRequestParams
    ) -> wire.GetPromptResult:
        """Fill a prompt; what is wrong with the request is a protocol error, since there is no result to say it in."""
        del context
        try:
            text = self.texts.get(params.name)
            if text is None:
                raise NotFoundError(f"There is no prompt {line(params.name)!r}.")
            filled = text.filled(params.arguments or {})
        except GraticuleError as error:
            raise MCPError(wire.INVALID_PARAMS, error.message) from error
        return wire.GetPromptResult(
            description=text.description,
            messages=[wire.PromptMessage(role="user", content=wire.TextContent(text=filled))],
        )
