"""Run a command on a kernel that seems to have no Landlock: its first call answers that there is no such call.

`python -m tests.support.without_landlock COMMAND …`; a filter of the kernel's own (seccomp), which all children keep.
"""

import ctypes
import os
import struct
import sys

_LOAD_NUMBER = (0x20, 0, 0, 0)
_CREATE_RULESET = 444
_IS_IT = (0x15, 0, 1, _CREATE_RULESET)
_NO_SUCH_CALL = (0x06, 0, 0, 0x00050000 | 38)  # SECCOMP_RET_ERRNO | ENOSYS
_ALLOW = (0x06, 0, 0, 0x7FFF0000)
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2


def hide_landlock() -> None:
    """Install the filter in this process."""
    rules = b"".join(struct.pack("=HBBI", *rule) for rule in (_LOAD_NUMBER, _IS_IT, _NO_SUCH_CALL, _ALLOW))
    kept = ctypes.create_string_buffer(rules)
    program = struct.pack("@HP", 4, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    assert libc.prctl(_PR_SET_SECCOMP, _FILTER, program, 0, 0) == 0, os.strerror(ctypes.get_errno())


if __name__ == "__main__":
    hide_landlock()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  a test's own command
