"""Errors on their way out: the expected keep their words, a defect keeps its details to itself."""

from typing import get_args

import pytest
import structlog
from graphql import GraphQLError

from schema.errors import present
from schema.types.failure import (
    CANCEL_ERRORS,
    CLONE_ERRORS,
    MAP_ERRORS,
    REFRESH_ERRORS,
    REMOVE_ERRORS,
    BuildRepoMapError,
    CancelJobError,
    CloneRepositoryError,
    NotAllowedError,
    RefreshRepositoryError,
    RemoveRepositoryError,
    shown,
)
from schema.types.remote_refs import REMOTE_REFS_ERRORS, RemoteRefs, RemoteRefsResult
from services import errors
from services.errors import AcquireError, ErrorCode


def presented(cause: Exception) -> GraphQLError:
    error = GraphQLError(str(cause), original_error=cause)
    present(error)
    return error


def test_an_expected_error_carries_its_code_its_hint_and_whether_to_retry() -> None:
    error = presented(AcquireError(ErrorCode.NETWORK, "The host does not answer."))
    assert error.message == "The host does not answer."
    assert error.extensions == {
        "code": "NETWORK",
        "retryable": True,
        "hint": errors.HINTS[ErrorCode.NETWORK],
    }


def test_a_defect_is_logged_and_not_told() -> None:
    with structlog.testing.capture_logs() as lines:
        error = presented(ValueError("password=hunter2"))
    assert error.message == "The server failed unexpectedly."
    assert (error.extensions or {})["code"] == "INTERNAL"
    assert isinstance(lines[0]["exc_info"], ValueError)


def test_a_mistake_in_the_document_keeps_its_words_and_has_a_code() -> None:
    error = presented(GraphQLError("Cannot query field 'x'."))
    assert error.message == "Cannot query field 'x'."
    assert (error.extensions or {})["code"] == "INVALID_DOCUMENT"


def test_an_expected_error_becomes_the_member_of_the_union() -> None:
    refused = errors.NotAllowedError(ErrorCode.HOST_NOT_ALLOWED, "Not this host.")
    member = shown(refused, among=CLONE_ERRORS)
    assert isinstance(member, NotAllowedError)
    assert (member.code, member.retryable) == (ErrorCode.HOST_NOT_ALLOWED, False)


@pytest.mark.parametrize(
    ("union", "members"),
    [
        (CloneRepositoryError, CLONE_ERRORS),
        (RefreshRepositoryError, REFRESH_ERRORS),
        (BuildRepoMapError, MAP_ERRORS),
        (CancelJobError, CANCEL_ERRORS),
        (RemoveRepositoryError, REMOVE_ERRORS),
        (RemoteRefsResult, (RemoteRefs, *REMOTE_REFS_ERRORS)),
    ],
)
def test_every_member_of_a_union_is_given_and_no_other(union: object, members: tuple[type, ...]) -> None:
    (kinds, *_) = get_args(union)
    assert set(get_args(kinds) or [kinds]) == set(members)


def test_an_error_that_is_no_member_is_raised_again() -> None:
    refused = errors.InvalidRefError("No ref.")
    with pytest.raises(errors.InvalidRefError):
        shown(refused, among=CANCEL_ERRORS)
