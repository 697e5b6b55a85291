"""What holds for every tool: how it is called on a repository that is unknown, being cloned, failed or being mapped.

An unknown repository is cloned on demand, and what is under way or has failed is told instead of a map; a
tool that reads adds nothing to that but the fields that it asks of a snapshot.
"""

import dataclasses
from collections.abc import Mapping
from typing import cast

import msgspec

from schema.documents import BRANCH
from schema.tool_answers import (
    PlainAnswer,
    ReadAnswer,
    read_answer,
    refused,
    started_answer,
    unread_answer,
)
from schema.tool_data import Mistake, ReadData, StatusData
from schema.tool_refs import is_of
from schema.tools import Call, Told
from services.errors import ErrorCode, GraticuleError, NotFoundError


async def read(call: Call) -> Told:
    """Read a map, or start what is missing before there can be one."""
    try:
        data = await call.data()
    except GraticuleError as error:
        other = await _other_ref(call) if error.code is ErrorCode.NOT_FOUND else None
        if other is None:
            raise
        return call.told(other)
    known = msgspec.convert(data, ReadData).repository
    answer = read_answer(known, call.branch) if known else None
    if answer is None:
        return call.told(await begun(call, known.url if known else None))
    if answer.status != "complete":
        return call.told(answer)
    values = call.payload.found(data)
    if values is None:
        raise missing(call)
    old = " (the remote has moved on since: refresh_repo)" if answer.stale else ""
    source = str(answer.path)
    return call.told(dataclasses.replace(answer, message=f"{answer.message}{old}"), values, source=source)


async def begun(call: Call, url: str | None = None, *, branch: str | None = None) -> ReadAnswer:
    """Start the clone of what the caller named, or map another ref of it. NotFoundError for an id of nothing."""
    named = url or call.document.variables(call.arguments).get("url")
    if named is None:
        raise NotFoundError("No repository has this id.", hint="Give its URL, or host/owner/name.")
    ref = branch or call.branch
    return started_answer(await call.start_clone(str(named), ref), ref)


async def plain(call: Call) -> Told:
    """Answer with what the document asks for, of whatever that is."""
    data = await call.data()
    for value in cast("Mapping[str, object]", data).values():
        if isinstance(value, dict) and {"code", "message"} <= value.keys():
            raise refused([msgspec.convert(value, Mistake)])
    values = call.payload.found(data)
    if values is None:
        raise missing(call)
    return call.told(PlainAnswer("complete", call.document.title), values, source=str(values.get("name") or "a remote"))


def missing(call: Call) -> GraticuleError:
    """Say that what was asked for is not there."""
    return NotFoundError(call.document.words.get("missing", "It is not here."))


async def _other_ref(call: Call) -> ReadAnswer | None:
    """Map the other ref that a tool needs, if it has one without a map; None when that is not what is missing."""
    name = call.document.words.get("refs")
    if name is None:
        return None
    ref = str(call.arguments[name])
    text = call.tools.documents["get_clone_status"].text
    known = msgspec.convert(await call.run(text, call.variables() | {BRANCH: ref}), StatusData).repository
    if known is None or (known.snapshot is not None and is_of(known.snapshot, ref, known)):
        return None
    return unread_answer(known, ref) or await begun(call, known.url, branch=ref)
