"""Every setting, once: its name, unit, default and what it does.

Read from the environment (prefix `GRATICULE_`), then from the TOML file that `GRATICULE_CONFIG`
names, then the defaults. The table in the README is made from this class; a test compares them.
"""

import logging
import os
import re
from collections.abc import Collection, Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final, Literal

from platformdirs import user_data_path
from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from services.errors import InvalidArgumentError

MEBIBYTE = 1024 * 1024
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
GIBIBYTE = 1024 * MEBIBYTE


def _default_workers() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseSettings):
    """The whole configuration, read once at start and handed down by constructors."""

    model_config = SettingsConfigDict(env_prefix="GRATICULE_", frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(
        "127.0.0.1", description="Address the server listens on; beyond loopback only when there is a token."
    )
    port: int = Field(8765, ge=0, le=65535, description="Port the server listens on; 0 takes a free one.")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("graticule"),
        description="Folder for the database, clones, artifacts and the tag cache; one for each process that works.",
    )
    database_url: str | None = Field(
        None,
        repr=False,
        description="postgresql://USER:PASSWORD@HOST:PORT/DATABASE, or sqlite+aiosqlite:///PATH.",
    )
    artifacts_url: str | None = Field(
        None,
        repr=False,
        description=(
            "Where the maps are, the same place for all processes on one database: a folder, file://, "
            "s3://bucket/prefix, gs:// or az://; in the data folder by default."
        ),
    )
    redis_url: str | None = Field(
        None,
        repr=False,
        description="Redis or Valkey that processes share, for queue, bus and rates; a server alone needs none.",
    )
    bus_url: str | None = Field(
        None,
        repr=False,
        description=(
            "Where changes travel between servers: redis://, rediss://, valkey:// or unix://; "
            "by default `GRATICULE_REDIS_URL`, and without one memory://, which stays in the process."
        ),
    )
    bus_heartbeat_seconds: PositiveFloat = Field(
        5.0, description="How often a server tries the bus with a message to itself; two lost ones are an outage."
    )
    queue_url: str | None = Field(
        None,
        repr=False,
        description=(
            "Where jobs wait for whoever works, if it should be another Redis or Valkey than `GRATICULE_REDIS_URL`; "
            "without either memory://, which serves one process."
        ),
    )

    public_hosts: str = Field(
        "", description="Names by which the server is reached, besides its address and loopback's names."
    )
    cors_origins: str = Field("", description="Origins (scheme://host[:port]) of other pages that may ask the server.")
    trusted_proxies: str = Field("", description="Reverse proxies (addresses, CIDR) whose X-Forwarded-For is believed.")
    anonymous_scope: Literal["", "read", "clone"] = Field(
        "", description="What those without a token may do once there are tokens: nothing, read or clone."
    )
    submission_rate: str = Field(
        "300/minute", description="Clones, refreshes, maps and remoteRefs that one token, and one address, may ask for."
    )
    live_jobs_per_client: PositiveInt = Field(500, description="Jobs of one token or address that wait or run.")
    live_jobs_per_host: PositiveInt = Field(2000, description="Jobs for one remote host that wait or run.")
    sockets_per_client: PositiveInt = Field(2000, description="Websockets and event streams of a token or address.")
    sockets: PositiveInt = Field(10_000, description="Websockets and event streams in all.")
    socket_operations: PositiveInt = Field(50, description="Operations that run on one websocket.")
    socket_init_seconds: PositiveFloat = Field(5.0, description="Longest wait for a websocket's connection_init.")
    socket_stall_seconds: PositiveFloat = Field(60.0, description="Cut a client that has read nothing for this long.")
    query_cost: PositiveInt = Field(
        10_000, description="Objects that one document may ask for: the product of its page sizes."
    )
    query_depth: PositiveInt = Field(20, description="Levels of selections in one document.")
    query_tokens: PositiveInt = Field(2000, description="Tokens of one document.")
    query_aliases: PositiveInt = Field(50, description="Aliases in one document.")
    query_root_fields: PositiveInt = Field(20, description="Fields of the root in one document: mutations, above all.")
    answer_cache_bytes: NonNegativeInt = Field(
        32 * MEBIBYTE, description="Memory for answers about snapshots that were given before."
    )
    agent_answer_chars: int = Field(
        60_000, ge=2_000, le=1_000_000, description="Characters of one MCP answer; it says what was cut."
    )

    allow_protocols: str = Field("https", description="Protocols a URL may use, of https, http, ssh, git, file.")
    allow_hosts: str = Field("", description="Only these hosts, when not empty.")
    deny_hosts: str = Field("", description="Never these hosts.")
    allow_networks: str = Field("", description="Networks (CIDR) open besides public addresses.")
    allow_ports: str = Field("", description="Ports open besides the protocol's own.")

    credentials: SecretStr | None = Field(
        None, description="JSON object of credentials for private repositories, by host or prefix; the file is safer."
    )
    credentials_file: Path | None = Field(
        None, description="TOML file of the same, which only its owner may read (chmod 600)."
    )
    ca_file: Path | None = Field(
        None, description="PEM file of certificate authorities that git trusts instead of the system's."
    )

    clone_stall_seconds: PositiveFloat = Field(
        120.0, description="End a clone after this long without a byte or a counter."
    )
    clone_wall_seconds: PositiveFloat = Field(14_400.0, description="End a clone after this long in any case.")
    listing_seconds: PositiveFloat = Field(60.0, description="End the listing of a remote's refs after this long.")
    clone_size_bytes: PositiveInt = Field(10 * GIBIBYTE, description="Largest clone on disk.")
    clones_bytes: PositiveInt = Field(
        50 * GIBIBYTE, description="All clones of a data folder; above nine tenths of it the least used are evicted."
    )
    disk_free_bytes: NonNegativeInt = Field(
        GIBIBYTE, description="What clones leave free on the disk, at most a twentieth of it."
    )
    artifacts_bytes: PositiveInt = Field(
        50 * GIBIBYTE, description="All maps; above nine tenths of it the oldest that no ref leads to are evicted."
    )
    git_memory_bytes: PositiveInt = Field(GIBIBYTE, description="Address space of each git process.")
    tree_entries: PositiveInt = Field(200_000, description="Most files of one commit.")
    sandbox: Literal["auto", "off", "require"] = Field(
        "auto",
        description="Landlock around git and the parsers, besides limits: where the kernel has it, never, or no start.",
    )
    mask_secrets: bool = Field(
        default=True,
        description="Write *** for what looks like a secret in outlines, signatures, comparisons and documentation.",
    )
    remote_refs: PositiveInt = Field(100_000, description="Most branches and tags of a remote.")

    file_bytes: PositiveInt = Field(MEBIBYTE, description="Larger files are listed, not parsed.")
    file_deadline_seconds: PositiveFloat = Field(10.0, description="Processor time for the parse of one file.")
    parser_processes: PositiveInt = Field(default_factory=_default_workers, description="Processes that parse.")
    parser_memory_bytes: PositiveInt = Field(2 * GIBIBYTE, description="Address space of each parser process.")
    map_step_seconds: PositiveFloat = Field(600.0, description="Longest step of a map: to link or to rank a commit.")

    concurrent_jobs: NonNegativeInt = Field(
        4, description="Jobs that run in this process at the same time; 0 leaves them to workers."
    )
    concurrent_jobs_per_host: PositiveInt = Field(
        16, description="Jobs that run against one remote host at the same time, counted over all processes."
    )
    job_lease_seconds: PositiveFloat = Field(20.0, description="A job without a heartbeat for this long is taken over.")
    jobs_kept: NonNegativeInt = Field(
        50, description="Ended jobs that are kept of each repository, the newest; 0 keeps all."
    )
    job_tries: PositiveInt = Field(6, description="Attempts at a job whose errors are transient.")

    log_level: str = Field("INFO", description="Least severe log line that is written: DEBUG, INFO, WARNING or ERROR.")

    @field_validator("redis_url", "bus_url", "queue_url")
    @classmethod
    def _known_server(cls, url: str | None) -> str | None:
        """Take what begins like a Redis or Valkey, valkey:// as what it is to a client; never repeat a URL."""
        if not url:
            return None
        scheme, separator, rest = url.partition("://")
        known = {"valkey": "redis", "valkeys": "rediss"}.get(scheme.lower(), scheme.lower())
        if not separator or known not in {"redis", "rediss", "unix", "memory"}:
            raise ValueError("the URL begins with none of redis://, rediss://, valkey://, valkeys://, unix://")
        return f"{known}://{rest}"

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, proxies: str) -> str:
        """Take addresses and networks; not everybody, who could then give any address as theirs."""
        for item in items(proxies):
            try:
                network = ip_network(item)
            except ValueError:
                raise ValueError(f"{item} is no address and no network (CIDR)") from None
            if network.prefixlen == 0:
                raise ValueError(f"{item} is everybody; name the proxies")
        return proxies

    @field_validator("public_hosts")
    @classmethod
    def _names_alone(cls, hosts: str) -> str:
        """Take names or addresses as a Host header has them, without a port: any port is answered."""
        for item in items(hosts):
            if not _HOST.fullmatch(item):
                raise ValueError(f"{item} is no host name; give it without scheme, port and path")
        return hosts

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        """Take a name of the standard library, in any letter case."""
        if level.upper() not in logging.getLevelNamesMapping():
            raise ValueError(f"{level} is no log level; take DEBUG, INFO, WARNING or ERROR")
        return level.upper()

    @property
    def effective_database_url(self) -> str:
        """Give the SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'graticule.sqlite3'}"

    @property
    def effective_artifacts_url(self) -> str:
        """Give the URL or the folder of the maps in force."""
        return self.artifacts_url or str(self.data_dir / "artifacts")

    @property
    def effective_queue_url(self) -> str:
        """Give the URL of the queue in force."""
        return self.queue_url or self.redis_url or "memory://"

    @property
    def effective_bus_url(self) -> str:
        """Give the URL of the bus in force."""
        return self.bus_url or self.redis_url or "memory://"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, then the TOML file."""
        del dotenv_settings, file_secret_settings
        file = _config_source(settings_cls)
        if any(name.lower() == "credentials" for name in file.toml_data):
            message = "The file that GRATICULE_CONFIG names has credentials; others may be able to read it."
            raise InvalidArgumentError(message, hint="Give them a file of their own, and name it as credentials_file.")
        return init_settings, env_settings, file


def _config_source(settings_cls: type[BaseSettings]) -> TomlConfigSettingsSource:
    path = _config_file()
    try:
        return TomlConfigSettingsSource(settings_cls, toml_file=path)
    except (OSError, ValueError, RecursionError):  # its text may repeat what stands there
        raise InvalidArgumentError(f"GRATICULE_CONFIG names {path}, which is not TOML that can be read.") from None


def _config_file() -> Path | None:
    """Give the file that GRATICULE_CONFIG names; pydantic-settings would pass over one that is not there."""
    name = os.environ.get("GRATICULE_CONFIG")
    if name and not Path(name).is_file():
        raise InvalidArgumentError(f"GRATICULE_CONFIG names {name}, which is no file.")
    return Path(name) if name else None


def origins(arguments: Collection[str]) -> Mapping[str, str]:
    """Say of every setting which source gives it: argument (those are named), environment, file or default."""
    given = {"argument": set(arguments), "environment": set(EnvSettingsSource(Settings)())}
    given["file"] = set(_config_source(Settings)())
    return {
        name: next((origin for origin, names in given.items() if name in names), "default")
        for name in Settings.model_fields
    }


def items(text: str) -> tuple[str, ...]:
    """Give the parts of a setting that is a list separated by commas."""
    return tuple(item for part in text.split(",") if (item := part.strip()))


def is_shared(url: str) -> bool:
    """Whether what goes over a bus or a queue reaches other processes."""
    return not url.startswith("memory://")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


_COMPUTED_DEFAULTS: Final = {
    "artifacts_url": "in the data folder",
    "bus_url": "`GRATICULE_REDIS_URL`, else `memory://`",
    "data_dir": "the user's data folder",
    "database_url": "SQLite in the data folder",
    "parser_processes": "the machine's cores",
    "queue_url": "`GRATICULE_REDIS_URL`, else `memory://`",
}


def settings_table() -> str:
    """Give the documentation of every setting as a Markdown table, one row each."""
    rows = [
        f"| `GRATICULE_{name.upper()}` | {default_in_words(name, field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| setting | default | what it does |", "| --- | --- | --- |", *rows])


def default_in_words(name: str, default: object) -> str:
    """Give a setting's default as Markdown; what depends on the machine in words."""
    return _COMPUTED_DEFAULTS.get(name) or (f"`{default}`" if default not in ("", None) else "none")
