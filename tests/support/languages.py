"""The table of `docs/languages.md`: what each language yields, read from what its golden file holds."""

from pathlib import Path

from services.mapping.grammars import PACKAGES
from services.mapping.languages import EXTENSIONS
from services.mapping.records import DefinitionKind, ReferenceKind

GOLDEN = Path(__file__).parents[1] / "mapping" / "golden"
KINDS = tuple(kind.name.lower() for kind in DefinitionKind)
USES = tuple(kind.name.lower() for kind in ReferenceKind)
HEAD = "| language | files | definitions | references | imports | edges |\n|---|---|---|---|---|---|"


def language_table() -> str:
    """Write one row a language, those with edges first, in the order of `PACKAGES`."""
    rows = [_row(language) for language in PACKAGES]
    return "\n".join([HEAD, *(row for yes in (True, False) for row in rows if row.endswith("| yes |") is yes)])


def _row(language: str) -> str:
    lines = (GOLDEN / language / "expected.txt").read_text("utf-8").splitlines()
    words = [line.split(maxsplit=2) for line in lines if line]
    defined = {word[1] for word in words if word[0] == "define"}
    used = {word[0] for word in words if word[0] in USES}
    files = " ".join(f"`.{extension}`" for extension, spoken in EXTENSIONS.items() if spoken == language)
    definitions = ", ".join(kind for kind in KINDS if kind in defined)
    references = ", ".join(kind for kind in USES if kind in used) or "none"
    imports = "yes" if any(word[0] == "import" and used for word in words) else "no"
    return f"| {language} | {files} | {definitions} | {references} | {imports} | {'yes' if used else 'no'} |"
