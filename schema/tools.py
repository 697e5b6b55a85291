"""A tool's call: its document is executed for the caller, and what comes of it becomes the tool's answer.

Every document takes the same way: what names the repository is completed, the document runs, and what it asked
for is the answer. What a tool needs beyond that is a `Form` of its own in `schema.tool_forms`; what holds for every
tool that reads a map is in `schema.tool_reading`.
"""

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from schema.agent_text import fence
from schema.asked import Asked
from schema.context import Context
from schema.contract import Contract
from schema.documents import BRANCH, JsonSchema, ToolDocument
from schema.sockets import Sockets
from schema.streams import Streams
from schema.tool_answers import Answer, CloneAnswer, clone_answer, said
from schema.tool_data import ClonedData, Place, PlaceData
from schema.tool_shapes import Payload
from schema.tool_text import cleaned, fitted, numbers, rendered
from services.errors import ErrorCode, GraticuleError, InvalidArgumentError, NotFoundError
from services.viewers import Viewer

FIND: Final = "query Find($id: ID, $url: String) { repository(id: $id, url: $url) { id url } }"

Arguments: TypeAlias = Mapping[str, object]
Variables: TypeAlias = Mapping[str, object]
Report: TypeAlias = Callable[[float, float, str], Awaitable[None]]
"""Takes how far something is, of how much, and a line for people; does nothing when nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a call answers: a text, the same as data, and whether it is a failure."""

    text: str
    data: Mapping[str, object]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What a tool has of its own: the type of its answer, how it is made, and arguments beside the document's."""

    answer: type[Answer]
    make: Callable[["Call"], Awaitable[Told]]
    takes: JsonSchema = dataclasses.field(default_factory=dict)
    typed: bool = True
    """Whether the type says everything; if not, what the document asks for stands beside it."""


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What every call may use. `make_context` gives a viewer's context, `most` is the longest answer in characters."""

    contract: Contract
    streams: Streams
    make_context: Callable[[Viewer], Context]
    sockets: Sockets
    most: int
    documents: Mapping[str, ToolDocument] = dataclasses.field(default_factory=dict)


async def nobody(progress: float, total: float, words: str) -> None:
    """Tell nobody."""
    del progress, total, words


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool, with the rights of one viewer."""

    tools: Toolbox
    document: ToolDocument
    viewer: Viewer
    arguments: Arguments
    report: Report = nobody
    ended: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    """Set when the server stops, or lets the caller go."""

    @property
    def payload(self) -> Payload:
        """Give what the document asks for that only its tool answers."""
        return Payload.of(self.document, self.tools.contract.types)

    @property
    def branch(self) -> str | None:
        """Give the ref that is meant: the one that was given, else that of a pasted URL."""
        given = self.arguments.get(BRANCH)
        if given or not self.document.reads_a_ref:
            return str(given) if given else None
        url = self.document.variables(self.arguments).get("url")
        return self.tools.make_context(self.viewer).service.ref_in(str(url)) if url else None

    def variables(self, **also: object) -> dict[str, object]:
        """Give the variables of the document, with those that only a form knows."""
        return {**self.document.variables(self.arguments), BRANCH: self.branch, **also}

    async def found(self) -> Place | None:
        """Find the repository by what the caller named; None when it is not known here."""
        given = self.document.variables(self.arguments)
        named = {name: given[name] for name in given if name in {"id", "url"}}
        return msgspec.convert(await self.run(FIND, named), PlaceData).repository

    async def data(self) -> object:
        """Run the document; GraticuleError for its first error, NotFoundError where it needs what is not known."""
        variables = self.variables()
        if self.document.takes & {"id", "url"} in ({"id"} - variables.keys(), {"url"} - variables.keys()):
            place = await self.found()
            if place is None:
                raise NotFoundError("No repository has this id.", hint="Give its URL, or host/owner/name.")
            variables |= {"id": place.id, "url": place.url}
        return await self.run(self.document.text, variables)

    async def run(self, text: str, variables: Variables) -> object:
        """Execute a document; the first GraphQL error becomes the tool's."""
        taken = {name: value for name, value in variables.items() if f"${name}:" in text}
        result = await self.tools.contract.execute(
            text, variable_values=taken, context_value=self.tools.make_context(self.viewer)
        )
        if result.errors:
            raise mistake(result.errors[0].message, result.errors[0].extensions)
        return result.data

    async def start_clone(self, url: str, branch: str | None) -> CloneAnswer:
        """Start a clone, or find the one that is under way. GraticuleError when it was refused."""
        text = self.tools.documents["clone_repo"].text
        return clone_answer(
            msgspec.convert(await self.run(text, {"url": url, BRANCH: branch}), ClonedData).clone_repository
        )

    def follow(self, **variables: object) -> AsyncGenerator[bytes, None]:
        """Give the document's subscription, to be opened."""
        asked = Asked(query=self.document.followed or "", variables=variables)
        return self.tools.streams.open(asked, self.tools.make_context(self.viewer))

    def told(self, answer: Answer, values: dict[str, object] | None = None, *, source: str = "") -> Told:
        """Make the answer of its form and of the tool's own fields: cleaned, as much as may be sent, and fenced."""
        data = dataclasses.asdict(answer)
        if values is None:
            return Told(answer.message, data, failed=answer.status in {"failed", "error"})
        part, left = fitted(_object(cleaned(values)), most=self.tools.most)
        words = self.document.words
        cut = (
            f"Cut at {self.tools.most} characters, {'; '.join(left)}. {words.get('more', '')}".strip() if left else None
        )
        counts = numbers(part)
        message = " ".join(
            filter(None, [f"{answer.message}{f' ({counts})' if counts else ''}.", self._next(part), cut])
        )
        body = rendered(part)
        text = f"{message}\n\n{fence(body, source=source)}" if body else message
        return Told(text, {**data, "message": message, "cut": cut, **part})

    def _next(self, part: Mapping[str, object]) -> str:
        """Say what to do next; where nothing was found, that and what else to try."""
        words = self.document.words
        empty = [name for name, value in part.items() if isinstance(value, list)]
        nothing = bool(empty) and not any(part[name] for name in empty)
        more = next((f"More: after={part[name]!r}." for name in part if name.endswith("_next") and part[name]), "")
        return " ".join(filter(None, [words.get("missing" if nothing else "next", ""), more]))


def refusal(error: GraticuleError) -> Told:
    """Say what went wrong and what to do about it."""
    words = said(error)
    data = {"status": "error", "message": words, "error": words, "code": error.code, "retryable": error.retryable}
    return Told(f"{error.code}: {words}", data, failed=True)


def mistake(message: str, extensions: Mapping[str, object] | None) -> GraticuleError:
    """Give a GraphQL error as one of ours; the document is ours too, so what does not fit it are the arguments."""
    given = extensions or {}
    code = ErrorCode(str(given.get("code") or ErrorCode.INVALID_ARGUMENT))
    if code is ErrorCode.INVALID_DOCUMENT:
        return InvalidArgumentError(message)
    return GraticuleError(code, message, hint=str(given.get("hint") or "") or None)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
