"""What `graticule doctor` looks for in what was installed: all that a map or a page would miss at its first use."""

import asyncio
import json

from schema.cli.findings import Finding, fail, ok
from schema.pages import STATIC
from services.mapping.grammars import PACKAGES, grammar_of
from services.mapping.tokens import encoding
from services.mapping.views import Tokenizer
from services.settings import Settings

REMEDY = "The installation is not whole: run scripts/setup again, or install the package anew."


async def languages(subject: str, settings: Settings) -> Finding:
    """Load every grammar with its query, 3 s."""
    del settings
    broken = await asyncio.to_thread(_broken)
    if broken:
        return fail(subject, f"These cannot be read: {', '.join(broken)}.", REMEDY)
    return ok(subject, f"{len(PACKAGES)} grammars can be loaded")


def _broken() -> list[str]:
    broken = []
    for language in PACKAGES:
        try:
            grammar_of(language)
        except Exception as error:  # noqa: BLE001  whatever a package of somebody else's raises
            broken.append(f"{language} ({type(error).__name__})")
    return broken


async def vocabularies(subject: str, settings: Settings) -> Finding:
    """Load what tokens are counted with, 0.6 s."""
    del settings
    try:
        for tokenizer in Tokenizer:
            await asyncio.to_thread(encoding, tokenizer)
    except (ImportError, OSError, ValueError) as error:
        return fail(subject, f"Tokens cannot be counted: {error}.", REMEDY)
    return ok(subject, f"{', '.join(tokenizer.value.lower() for tokenizer in Tokenizer)} can be loaded")


async def pages(subject: str, settings: Settings) -> Finding:
    """Look for the built dashboard and GraphiQL, and for all that they name."""
    del settings
    try:
        json.loads((STATIC / "build.json").read_text())
        missing = [name for name in ("index.html", "graphiql/index.html") if not (STATIC / name).is_file()]
    except (OSError, ValueError):
        missing = ["build.json"]
    if missing:
        return fail(subject, f"{STATIC} lacks {', '.join(missing)}.", REMEDY)
    return ok(subject, "Dashboard and GraphiQL are there")
