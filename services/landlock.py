"""Landlock: what a process gives up for itself and all that it starts, without root and without another program.

Plain calls of the kernel (5.13 and later), because this is loaded by the launcher of git as well, which may
import nothing that takes time: neither `typing` (5 ms) nor a package. Numbers are those of `linux/landlock.h`.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable

_CREATE_RULESET = 444
_ADD_RULE = 445
_RESTRICT_SELF = 446
_ASK_VERSION = 1
_PATH_BENEATH = 1
_NET_PORT = 2
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15
_CONNECT_TCP = 1 << 1
_FIRST_WITH_NET = 4
_FIRST_WITH_SCOPES = 6
# How many rights of files each version knows; REFER came with 2, TRUNCATE with 3, IOCTL_DEV with 5.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_FILE_RIGHTS = 16
_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3

_READING = _EXECUTE | _READ_FILE | _READ_DIR
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store", "/sys/devices/system"),
    # names, certificate authorities and libraries: nothing else of /etc, where other programs keep their secrets
    *("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/crypto-policies", "/etc/gnutls", "/etc/alternatives"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/passwd", "/etc/group"),
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/services", "/etc/protocols", "/etc/ssh/ssh_known_hosts"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
)
"""What programs need to read of a system; what is not there is passed over."""
DEVICES = ("/dev/null",)


def abi() -> int:
    """Give the version of Landlock that the kernel offers; 0 where it has none, or it is turned off."""
    if sys.platform != "linux":
        return 0
    version: int = _libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    return max(0, version)


def restrict(*, reads: Iterable[str], writes: Iterable[str], ports: Iterable[int]) -> None:
    """Leave this thread, and what it starts, these files and folders, and TCP to these ports; below 1 ms.

    The system's own files can be read besides, signals and abstract sockets reach nobody outside. Versions before
    4 know no ports, those before 6 no signals. Nothing gives back what was given up. Raises OSError.
    """
    version = abi()
    rights = (1 << _FILE_RIGHTS.get(version, _MOST_FILE_RIGHTS)) - 1
    ruleset = _new_ruleset(version, rights)
    try:
        for path in (*SYSTEM, *reads):
            _allow(ruleset, path, _READING & rights)
        for path in (*DEVICES, *writes):
            _allow(ruleset, path, rights)
        if version >= _FIRST_WITH_NET:
            for port in ports:
                _call(_ADD_RULE, ruleset, _NET_PORT, struct.pack("=QQ", _CONNECT_TCP, port), 0)
        if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "no_new_privs")
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _new_ruleset(version: int, rights: int) -> int:
    known = [rights]
    known += [_BIND_AND_CONNECT] if version >= _FIRST_WITH_NET else []
    known += [_ABSTRACT_SOCKETS_AND_SIGNALS] if version >= _FIRST_WITH_SCOPES else []
    attributes = struct.pack(f"={len(known)}Q", *known)
    return _call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow what is at or below a path, through links; a path that is not there, or not ours to see, is none."""
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(found).st_mode):
            rights &= _OF_A_FILE
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, found), 0)
    finally:
        os.close(found)


def _call(number: int, *arguments: object) -> int:
    answer: int = _libc().syscall(number, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return answer


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
