"""The pages' own logic, tested by Vitest in the Node of a Python package: no machine is without it."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.node import ENVIRONMENT, install

INSTALL_SECONDS = 200
RUN_SECONDS = 100


@pytest.mark.timeout(330)  # 225 packages are installed once for a checkout, in 20 s on an idle machine
def test_every_test_beside_the_sources_passes(sources: Path, tmp_path: Path) -> None:
    install(sources, seconds=INSTALL_SECONDS)
    vitest = sources / "node_modules" / "vitest" / "vitest.mjs"
    report = tmp_path / "report.json"
    done = subprocess.run(
        ["node", vitest, "run", "--reporter=json", "--no-color", f"--outputFile={report}"],
        cwd=sources,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert report.is_file(), done.stderr
    told = json.loads(report.read_text())
    failed = [
        f"{Path(suite['name']).name}: {one['fullName']}: {' '.join(one['failureMessages'])[:500]}"
        for suite in told["testResults"]
        for one in suite["assertionResults"]
        if one["status"] != "passed"
    ]
    unread = [f"{suite['name']}: {suite['message'][:500]}" for suite in told["testResults"] if suite["message"]]
    assert failed + unread == []
    assert told["numPassedTests"] > 0
    assert done.returncode == 0, done.stderr


def test_every_file_of_tests_has_its_source_beside_it(sources: Path) -> None:
    tests = sorted((sources / "src").rglob("*.test.ts"))
    assert tests
    beside = [{path.name.replace(".test.ts", end) for end in (".ts", ".svelte.ts")} for path in tests]
    alone = [
        path.name
        for path, names in zip(tests, beside, strict=True)
        if not any((path.parent / n).exists() for n in names)
    ]
    assert alone == []
