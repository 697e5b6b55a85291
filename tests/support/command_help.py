"""The generated part of `docs/cli.md`: every command as the program itself describes it."""

from collections.abc import Iterator

from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from schema.cli import app


def commands(command: object, name: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """Give every command with the words that call it, those of groups too."""
    if isinstance(command, TyperGroup):
        for word, inner in command.commands.items():
            yield from commands(inner, f"{name} {word}".strip())
    elif isinstance(command, TyperCommand):
        yield name, command


def command_help() -> str:
    """Give the help of all commands as Markdown."""
    return "\n\n".join(_section(name, command) for name, command in commands(get_command(app)))


def _section(name: str, command: TyperCommand) -> str:
    words, _, example = (command.help or "").partition("Example: ")
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    options = [one for one in command.params if isinstance(one, TyperOption) and one.name != "help"]
    usage = " ".join([f"graticule {name}", *(_metavar(one) for one in arguments)])
    rows = [f"| `{_metavar(one)}` | {_default(one)} | {one.help} |" for one in arguments]
    rows += [f"| {_names(one)} | {_default(one)} | {one.help} |" for one in options]
    table = ["| | default | |", "|---|---|---|", *(row.replace("PATH|URL", "PATH\\|URL") for row in rows)]
    parts = [f"## `{usage}`", *(" ".join(part.split()) for part in words.split("\n\n") if part.strip())]
    return "\n\n".join([*parts, f"```sh\n{example.strip()}\n```", "\n".join(table)])


def _metavar(argument: TyperArgument) -> str:
    name = argument.metavar or str(argument.name).upper()
    return name if argument.required else f"[{name}]"


def _names(option: TyperOption) -> str:
    found = [*option.opts, *option.secondary_opts]
    return ", ".join(f"`{name}`" for name in found)


def _default(parameter: TyperArgument | TyperOption) -> str:
    envvar = f", or `{parameter.envvar}`" if parameter.envvar else ""
    value = parameter.default
    if isinstance(value, bool):
        on, off = (parameter.opts[0], parameter.secondary_opts[0]) if parameter.secondary_opts else ("yes", "no")
        shown = f"`{on if value else off}`" if parameter.secondary_opts else ""
    else:
        shown = "" if value in (None, "") or parameter.required else f"`{getattr(value, 'value', value)}`"
    return f"{shown}{envvar}".removeprefix(", or ")
