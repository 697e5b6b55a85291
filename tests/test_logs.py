"""What happens is told on standard error, in one form for our lines and the libraries'."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import logging, structlog
from services.logs import configure_logging
configure_logging("INFO")
log = structlog.stdlib.get_logger("ours")
log.info("begun", job="1")
log.debug("too much")
logging.getLogger("lib").warning("told %s", "so")
logging.getLogger("docket").info("chatter")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("broken")
"""


def test_every_line_is_a_json_object_on_standard_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.stdout == ""
    assert [(line["event"], line["level"]) for line in lines] == [
        ("begun", "info"),
        ("told so", "warning"),
        ("broken", "error"),
    ]
    assert lines[0]["job"] == "1"
    assert "ZeroDivisionError" in lines[2]["exception"]
