"""End in good order when the terminal that a server was started from is closed: its jobs need not wait for a lease."""

import signal


def end_on_hangup() -> None:
    """Take SIGHUP for SIGTERM from now on; where it is ignored, as under nohup, it stays so."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _end)


def _end(*_: object) -> None:
    signal.raise_signal(signal.SIGTERM)
