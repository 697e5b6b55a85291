"""Which package a Go import means, where several have its path."""

import pytest

from services.mapping.records import DefinitionKind
from tests.support.records import SourceText, callers, snapshot

MODULE = b"module example.com/tool // of the whole repository\n\ngo 1.24\n"


def package(path: str, name: str) -> SourceText:
    file = SourceText(path, "go")
    file.define(name, DefinitionKind.STRUCT)
    return file


def user(path: str, module: str, name: str) -> SourceText:
    file = SourceText(path, "go")
    package_name = module.rpartition("/")[2]
    file.bring(module, None, package_name)
    file.use(name, on=package_name)
    return file


@pytest.mark.parametrize("manifests", [{"go.mod": MODULE}, {}], ids=["declared", "learnt"])
def test_a_stub_in_testdata_does_not_take_the_place_of_the_real_package(manifests: dict[str, bytes]) -> None:
    real = package("internal/diags/diagnostics.go", "Real")
    stub = package("check/testdata/src/example.com/tool/internal/diags/diags.go", "Stub")
    users = [user("cmd/main.go", "example.com/tool/internal/diags", one) for one in ("Real", "Stub")]
    users[1].path = "cmd/other.go"
    map_ = snapshot(real, stub, *users, manifests=manifests)
    assert {name for name, _, _ in callers(map_, "Real")} == {"cmd/main.go"}
    assert callers(map_, "Stub") == set()


def test_inside_testdata_its_own_stub_is_meant() -> None:
    real = package("internal/diags/diagnostics.go", "Real")
    stub = package("check/testdata/src/example.com/tool/internal/diags/diags.go", "Stub")
    inner = user("check/testdata/src/case/case.go", "example.com/tool/internal/diags", "Stub")
    map_ = snapshot(real, stub, inner, manifests={"go.mod": MODULE})
    assert {name for name, _, _ in callers(map_, "Stub")} == {"check/testdata/src/case/case.go"}


def test_a_module_inside_another_has_its_own_path() -> None:
    inner = package("plugins/store/store.go", "Store")
    asking = user("cmd/main.go", "example.org/plugins/store", "Store")
    manifests = {"go.mod": MODULE, "plugins/go.mod": b"module example.org/plugins\n"}
    assert callers(snapshot(inner, asking, manifests=manifests), "Store") == {("cmd/main.go", "IMPORTED", 0.95)}


def test_a_vendored_package_is_for_what_lies_around_its_folder() -> None:
    vendored = package("a/vendor/example.org/lib/lib.go", "Lib")
    near = user("a/cmd/main.go", "example.org/lib", "Lib")
    far = user("b/main.go", "example.org/lib", "Lib")
    assert {name for name, _, _ in callers(snapshot(vendored, near, far), "Lib")} == {"a/cmd/main.go"}


def test_a_manifest_is_listed_and_has_no_symbols() -> None:
    map_ = snapshot(package("a/a.go", "A"), manifests={"go.mod": MODULE})
    assert [one.path for one in map_.skipped().items] == ["go.mod"]
    assert (map_.coverage.files_listed, map_.coverage.files_parsed) == (2, 1)
