"""Maps in a bucket of a real object store: kept, found, deleted, and every refusal in words of ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.errors import ErrorCode, GraticuleError, InvalidArgumentError, NotFoundError
from services.models import SnapshotKey
from services.store.artifacts import ArtifactStore
from services.store.buckets import RefusingStoreError
from tests.support.bucket import READER, SECRET, Bucket

pytestmark = pytest.mark.anyio
KEY = SnapshotKey("r1", "c" * 40, "e-1")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    with Bucket(tmp_path_factory.mktemp("weed") / "store") as bucket:
        yield bucket


@pytest.fixture
def store(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> ArtifactStore:
    """Give the store as the settings would: all but the bucket's name comes from the environment."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return ArtifactStore(bucket.url)


async def test_a_map_comes_back_as_it_was_put_and_goes_with_its_repository(store: ArtifactStore) -> None:
    await store.check()
    others = [SnapshotKey("r2", KEY.commit, "e-1"), SnapshotKey("r1", "d" * 40, "e-1")]
    for key in (KEY, *others):
        await store.put(key, b"first")
    large = bytes(range(256)) * 40_000  # larger than one part of a multipart upload may be
    await store.put(KEY, large)
    assert await store.get(KEY) == large
    await store.delete_repository("r1")
    await store.delete_repository("r1")
    for key in (KEY, others[1]):
        with pytest.raises(NotFoundError):
            await store.get(key)
    assert await store.get(others[0]) == b"first"


async def test_drafts_are_listed_read_and_deleted(store: ArtifactStore) -> None:
    await store.put_draft("job-1", b"a")
    await store.put_draft("job-1", b"b")
    assert await store.drafts() == {"job-1"}
    assert await store.get_draft("job-1") == b"b"
    await store.delete_draft("job-1")
    await store.delete_draft("job-1")
    assert await store.drafts() == set()
    assert await store.get_draft("job-1") is None


@pytest.mark.parametrize(
    ("variable", "value", "url"),
    [
        ("AWS_SECRET_ACCESS_KEY", "wrong", "s3://maps/graticule"),
        ("AWS_ACCESS_KEY_ID", READER, "s3://maps/graticule"),
        ("AWS_REGION", "us-east-1", "s3://nobodys/graticule"),
    ],
)
async def test_a_bucket_that_does_not_let_us_in_is_refused_at_the_start_and_typed_later(
    store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, url: str
) -> None:
    del store
    monkeypatch.setenv(variable, value)
    refused = ArtifactStore(url)
    with pytest.raises(InvalidArgumentError, match="GRATICULE_ARTIFACTS_URL"):
        await refused.check()
    with pytest.raises(RefusingStoreError) as caught:
        await refused.put(KEY, b"x")
    assert (caught.value.code, caught.value.retryable) == (ErrorCode.NETWORK, True)
    for secret in (SECRET, value, "127.0.0.1"):
        assert secret not in f"{caught.value.message} {caught.value.hint}"


async def test_a_store_that_is_away_can_be_tried_again_and_keeps_nobody_from_starting(
    store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    del store
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    away = ArtifactStore("s3://maps/graticule")
    await away.check()
    for action in (
        away.get(KEY),
        away.put(KEY, b"x"),
        away.drafts(),
        away.delete(KEY),
        away.delete_repository("r1"),
    ):
        with pytest.raises(GraticuleError) as caught:
            await action
        assert (caught.value.code, caught.value.retryable) == (ErrorCode.NETWORK, True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://maps/x",
        "s3:///x",
        "s3://key:canary@maps/x",
        "s3://maps/x?nonsense=canary",
        "file://elsewhere/srv/maps",
        "az://maps",
        "https://maps.example/canary",
    ],
)
def test_a_place_that_is_none_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match="GRATICULE_ARTIFACTS_URL") as caught:
        ArtifactStore(url)
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"


async def test_options_of_a_url_reach_the_store(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in bucket.environment:
        monkeypatch.delenv(name, raising=False)
    options = f"endpoint={bucket.endpoint}&allow_http=true&region=us-east-1"
    keys = f"access_key_id=graticule&secret_access_key={SECRET}"
    await ArtifactStore(f"s3://maps/graticule?{options}&{keys}").check()


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    ArtifactStore(f"file://{tmp_path}/some%20maps")
    assert (tmp_path / "some maps").is_dir()
