"""`graticule doctor`: what a new user may stumble over on this machine, before a server says so in other words.

A check changes nothing: it makes no folder, runs no migration and takes no lock for longer than it looks.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Final

from pydantic import ValidationError

from schema.cli import installation_checks, machine_checks, service_checks
from schema.cli.errors import wrong_settings
from schema.cli.findings import Finding, Grade, ok, print_finding, refused
from schema.cli.terminal import err, read_settings
from services.errors import GraticuleError
from services.settings import Settings

CHECKS: Final = (
    ("python", machine_checks.python),
    ("git", machine_checks.git),
    ("languages", installation_checks.languages),
    ("vocabularies", installation_checks.vocabularies),
    ("pages", installation_checks.pages),
    ("variables", service_checks.variables),
    ("policy", service_checks.policy),
    ("roles", service_checks.roles),
    ("data folder", service_checks.data_folder),
    ("database", service_checks.database),
    ("tokens", service_checks.tokens),
    ("redis", service_checks.redis),
    ("maps", service_checks.maps),
    ("port", service_checks.port),
    ("temporary", machine_checks.temporary),
    ("open files", machine_checks.open_files),
    ("memory", machine_checks.memory),
    ("clock", machine_checks.clock),
    ("sandbox", machine_checks.sandbox),
    ("names", machine_checks.names),
)


async def examine(given: Mapping[str, object]) -> AsyncIterator[Finding]:
    """Check one thing after the other, 3 s in all; `given` are settings from the command line."""
    settings, finding = _settings(given)
    yield finding
    for subject, check in CHECKS:
        try:
            yield await check(subject, settings)
        except GraticuleError as error:
            yield refused(subject, error)


async def report(given: Mapping[str, object], *, as_json: bool) -> bool:
    """Write every finding as soon as it is there, and give whether nothing fails."""
    grades = []
    async for finding in examine(given):
        print_finding(finding, as_json=as_json)
        grades.append(finding.grade)
    failed, warned = grades.count(Grade.FAIL), grades.count(Grade.WARN)
    if not as_json:
        err.print(f"\n{_verdict(failed, warned)}", style="bold")
    return not failed


def _verdict(failed: int, warned: int) -> str:
    if failed:
        return f"What keeps a server from working here: {failed} of these."
    return "A server can work here" + (f"; worth a look: {warned} of these." if warned else ".")


def _settings(given: Mapping[str, object]) -> tuple[Settings, Finding]:
    """Read the settings, or take the defaults, so that the rest can be looked at too."""
    try:
        return read_settings(**given), ok("settings", "All can be read; `graticule config show` shows them.")
    except ValidationError as error:
        wrong = refused("settings", wrong_settings(error))
    except GraticuleError as error:
        wrong = refused("settings", error)
    return Settings.model_construct().model_copy(update={name: value for name, value in given.items() if value}), wrong
