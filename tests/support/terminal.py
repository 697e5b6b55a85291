"""A command on a terminal of 80 columns, as a person has it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SECONDS = 50


def on_terminal(command: Sequence[str], *, environment: Mapping[str, str], columns: int = 80) -> tuple[int, str]:
    """Run a command on a terminal, and give its exit code and all that was written there, without colours."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {name: value for name, value in environment.items() if name not in {"COLUMNS", "NO_COLOR"}}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**variables, "TERM": "xterm-256color"}
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        os.close(ours)
        code = process.wait(timeout=SECONDS)
    return code, _CONTROL.sub("", shown.decode(errors="replace")).replace("\r", "")


def _read(descriptor: int) -> bytes:
    """Read what was written; a terminal that nobody holds open any more is an error on Linux."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""
