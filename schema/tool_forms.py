"""The few tools whose answer has a form of its own, in the words that clients of the original design expect."""

from collections.abc import Mapping
from typing import Final

import msgspec

from schema.documents import ToolDocument
from schema.tool_answers import (
    CloneAnswer,
    PlainAnswer,
    ReadAnswer,
    StatusAnswer,
    WaitAnswer,
    clone_answer,
    refresh_answer,
    status_answer,
)
from schema.tool_data import ClonedData, RefreshedData, StatusData
from schema.tool_reading import plain, read
from schema.tool_waiting import TAKES, wait
from schema.tools import Call, Form, Told


async def clone(call: Call) -> Told:
    """Start a clone, or find the one that is under way or done."""
    return call.told(clone_answer(msgspec.convert(await call.data(), ClonedData).clone_repository))


async def status(call: Call) -> Told:
    """Say how far a repository is; nothing is started."""
    known = msgspec.convert(await call.data(), StatusData).repository
    return call.told(status_answer(known, branch=call.branch))


async def refresh(call: Call) -> Told:
    """Ask a remote for what is new; an unknown one is cloned."""
    url = call.variables().get("url")
    if url is not None and await call.found() is None:
        return call.told(await call.start_clone(str(url), call.branch))
    return call.told(refresh_answer(msgspec.convert(await call.data(), RefreshedData).refresh_repository))


READING: Final = Form(ReadAnswer, read, typed=False)
PLAIN: Final = Form(PlainAnswer, plain, typed=False)
FORMS: Final[Mapping[str, Form]] = {
    "clone_repo": Form(CloneAnswer, clone),
    "get_clone_status": Form(StatusAnswer, status),
    "refresh_repo": Form(CloneAnswer, refresh),
    "wait_for_repo": Form(WaitAnswer, wait, TAKES),
}
"""By the tool's name; every other tool has the form that its document gives it."""


def form_of(document: ToolDocument) -> Form:
    """Give the form of a tool's answer."""
    return FORMS.get(document.name) or (READING if document.reads else PLAIN)
