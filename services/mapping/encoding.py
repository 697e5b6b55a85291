"""Records on their way between processes and into the cache: MessagePack, equal bytes for equal records."""

from typing import Final, TypeAlias

import msgspec

from services.mapping.manifests import Manifest
from services.mapping.records import FileRecord, FileSkipped
from services.mapping.titles import Title

Record: TypeAlias = FileRecord | FileSkipped | Manifest | Title
"""What a parser process says of one content."""


class _File(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """A file that was read."""

    record: FileRecord


class _Skip(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A file that was not."""

    skipped: FileSkipped


class _Manifest(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """A file that says where modules lie."""

    manifest: Manifest


class _Title(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """A document."""

    title: Title


PARSED: Final = b"\x92\x00"
_DECODER: Final = msgspec.msgpack.Decoder(_File | _Skip | _Manifest | _Title)
_ENCODER: Final = msgspec.msgpack.Encoder()


def encode_record(record: Record) -> bytes:
    """Pack a record."""
    if isinstance(record, Title):
        return _ENCODER.encode(_Title(record))
    if isinstance(record, Manifest):
        return _ENCODER.encode(_Manifest(record))
    return _ENCODER.encode(_Skip(record) if isinstance(record, FileSkipped) else _File(record))


def is_parsed(data: bytes) -> bool:
    """Say whether a record is of a file that was read, without unpacking it: the first of two items is its tag."""
    return data[:2] == PARSED


def decode_record(data: bytes) -> Record:
    """Unpack what `encode_record` gave; `msgspec.DecodeError` for anything else."""
    found = _DECODER.decode(data)
    if isinstance(found, _Title):
        return found.title
    if isinstance(found, _Manifest):
        return found.manifest
    return found.skipped if isinstance(found, _Skip) else found.record
