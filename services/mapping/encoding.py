"""Records on their way between processes and into the cache: MessagePack, equal bytes for equal records."""

from typing import Final

import msgspec

from services.mapping.manifests import Manifest
from services.mapping.records import FileRecord, FileSkipped


class _Record(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """A file that was read."""

    record: FileRecord


class _Skip(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A file that was not."""

    skipped: FileSkipped


class _Manifest(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A file that says where modules lie."""

    manifest: Manifest


_DECODER: Final = msgspec.msgpack.Decoder(_Record | _Skip | _Manifest)
_ENCODER: Final = msgspec.msgpack.Encoder()


def encode_record(record: FileRecord | FileSkipped | Manifest) -> bytes:
    """Pack a record."""
    if isinstance(record, Manifest):
        return _ENCODER.encode(_Manifest(record))
    return _ENCODER.encode(_Skip(record) if isinstance(record, FileSkipped) else _Record(record))


def decode_record(data: bytes) -> FileRecord | FileSkipped | Manifest:
    """Unpack what `encode_record` gave; `msgspec.DecodeError` for anything else."""
    found = _DECODER.decode(data)
    if isinstance(found, _Manifest):
        return found.manifest
    return found.skipped if isinstance(found, _Skip) else found.record
