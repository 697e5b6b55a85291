"""Whatever text comes, the door opens to a URL that is safe and stays the same, or refuses with a type."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from hypothesis import given, settings
from hypothesis import strategies as st

from services.acquire.remotes import MAX_URL_CHARACTERS, Remote, RemotePolicy
from services.errors import GraticuleError
from services.settings import Settings
from tests.security.urls import ACCEPTED, EVERYTHING, Accepted

OPENINGS: tuple[dict[str, str], ...] = ({}, EVERYTHING, {"allow_hosts": "forge,*.x.org,10.0.0.1,::1"})
POLICIES = [RemotePolicy.from_settings(Settings.model_validate(opening)) for opening in OPENINGS]

SCHEMES = ["", "https://", "HTTP://", "http://", "ssh://", "git://", "file://", "ext::", "https:/", "//", "git@", "/"]
USERS = ["", "", "", "git@", "u:p@", "@", "a\\@"]
HOSTS = [
    "github.com",
    "x.org",
    "A.X.org",
    "forge",
    "127.0.0.1",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "0x7f.1",
    "x.org.",
    "\u212a.org",
]
PORTS = ["", "", "", ":443", ":80", ":0443", ":0", ":65536", ":"]
SEGMENTS = [
    "o",
    "n",
    "N.git",
    ".git",
    "...git",
    ".",
    "..",
    "-",
    "-x",
    "tree",
    "blob",
    "commit",
    "%20",
    "%2e%2e",
    "%c3%A9",
    "~x",
    "",
]
ENDS = ["", "", "", "/", ".git", "?x", "#x", "\n", "\u202e", "\u061c", "%2f", "\\"]
TRICKS = "@:/\\.%?#[]-+ \t\n\x000127xgit\u200b\u202e\u212a\uff0f\ud800~"

shaped = st.builds(
    lambda scheme, user, host, port, mark, segments, end: f"{scheme}{user}{host}{port}{mark}{'/'.join(segments)}{end}",
    *map(st.sampled_from, (SCHEMES, USERS, HOSTS, PORTS, ["/", "/", ":"])),
    st.lists(st.sampled_from(SEGMENTS), max_size=6),
    st.sampled_from(ENDS),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Give a good URL with a few characters put in, taken out or replaced."""
    text = draw(st.sampled_from(ACCEPTED)).url
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.text(TRICKS, max_size=2)) + text[at + draw(st.integers(0, 2)) :]
    return text


texts = st.one_of(st.text(max_size=80), st.text(TRICKS + "ahtps", max_size=40), shaped, mutated())


@settings(derandomize=True, deadline=None, max_examples=500)
@given(texts, st.sampled_from(POLICIES))
def test_any_text_is_a_safe_remote_or_a_typed_refusal(text: str, policy: RemotePolicy) -> None:
    hold_for_a_remote(text, policy)


def hold_for_a_remote(text: str, policy: RemotePolicy) -> None:
    """Assert what is true of any text that is taken for a URL."""
    try:
        remote = Remote.parse(text, policy=policy)
    except GraticuleError:
        return
    assert Remote.parse(remote.url, policy=policy) == replace(remote, ref=None)
    assert remote.scheme in policy.allow_protocols
    assert remote.name.startswith(f"{remote.authority}" if remote.host else "local/")
    assert remote.host == remote.host.lower()
    assert len(remote.url) <= MAX_URL_CHARACTERS >= len(remote.name)
    assert_safe(remote)
    if remote.host:
        assert_safe(remote.respelled())


def assert_safe(remote: Remote) -> None:
    """Whoever reads the URL for git sees the host that was checked, and a path without a trick."""
    url = remote.url
    read = urlsplit(url)
    assert (read.scheme, read.hostname or "", read.port) == (remote.scheme, remote.host, remote.port)
    assert read.netloc == (f"git@{remote.authority}" if remote.scheme == "ssh" else remote.authority)
    assert url.isascii()
    assert url.isprintable()
    assert not set(url) & set(' \\?#"<>^`{|}')
    segments = [unquote(segment, errors="strict") for segment in read.path.split("/")[1:]]
    assert read.path == "/" or not {"", ".", ".."} & set(segments)
    assert all("/" not in segment and "\\" not in segment for segment in segments)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.sampled_from([row for row in ACCEPTED if row.git.startswith("https://") and len(row.git) < 2000]),
    st.sampled_from([str.lower, str.upper, str.title, str.swapcase]),
    st.sampled_from(["/", "//", "///"]),
    st.sampled_from(["", "/", ".git", ".git/"]),
)
def test_the_letter_case_of_the_host_slashes_and_an_ending_change_no_name(
    row: Accepted, case: Callable[[str], str], slash: str, ending: str
) -> None:
    scheme, _, rest = row.git.partition("://")
    host, *path = rest.removesuffix(".git").split("/")
    spelled = f"{case(scheme)}://{case(host)}{slash}{slash.join(path)}{ending}"
    assert Remote.parse(spelled, policy=row.policy).name == row.name
