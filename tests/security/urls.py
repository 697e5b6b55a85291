"""URLs as strangers write them, each with what the door says to it: data, read by the tests beside it.

A row is read under the default policy, unless it names the settings that open more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.acquire.remotes import RemotePolicy
from services.errors import ErrorCode
from services.settings import Settings

COMMIT = "0123456789abcdef0123456789abcdef01234567"
EVERYTHING = {
    "allow_protocols": "https,http,ssh,git,file",
    "allow_ports": "*",
    "allow_networks": "10.0.0.0/8,127.0.0.0/8,::1/128,fd00::/8",
}
LONGEST_HOST = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * 57, "com"])
"""253 characters, the most that a name may have."""


@dataclass(frozen=True)
class Row:
    """A URL and the settings under which it is read."""

    url: str
    settings: dict[str, str] = field(kw_only=True)

    @property
    def policy(self) -> RemotePolicy:
        return RemotePolicy.from_settings(Settings.model_validate(self.settings))

    def __str__(self) -> str:
        return ascii(self.url)[1:-1][:60]


@dataclass(frozen=True)
class Accepted(Row):
    """A URL, the URL that git gets for it, and the name and the ref that it stands for."""

    git: str
    name: str
    ref: str | None = None


@dataclass(frozen=True)
class Refused(Row):
    """A URL and the code of its refusal."""

    code: ErrorCode


def one(git: str, name: str, *urls: str, ref: str | None = None, **settings: str) -> Iterator[Accepted]:
    return (Accepted(url, git, name, ref, settings=settings) for url in urls)


def refused(code: ErrorCode, *urls: str, **settings: str) -> Iterator[Refused]:
    return (Refused(url, code, settings=settings) for url in urls)


REDIS = ("https://github.com/redis/redis", "github.com/redis/redis")
REDIS_GIT = ("https://github.com/redis/redis.git", "github.com/redis/redis")
GITLAB = ("https://gitlab.com/g/sub/n", "gitlab.com/g/sub/n")

ACCEPTED: tuple[Accepted, ...] = (
    # Every spelling of one repository.
    *one(*REDIS, "redis/redis", "redis/redis/", "github.com/redis/redis", "GitHub.com/redis/redis/"),
    *one(*REDIS, "https://github.com/redis/redis", "https://github.com/redis/redis/", "hTTps://GITHUB.COM/redis/redis"),
    *one(*REDIS, "https://github.com//redis//redis//", "https://github.com:443/redis/redis/"),
    *one(*REDIS, "github.com:443/redis/redis", "git@github.com:redis/redis", "git@GitHub.com:/redis/redis"),
    *one(*REDIS, "  https://github.com/redis/redis\r\n", "\thttps://github.com/redis/redis"),
    *one(*REDIS_GIT, "redis/redis.git", "https://github.com/redis/redis.git/", "git@github.com:redis/redis.git"),
    # Pages of forges, and the ref that they show.
    *one(*REDIS, "https://github.com/redis/redis/tree/unstable", ref="unstable"),
    *one(*REDIS, "https://github.com/redis/redis/tree/unstable/src/", ref="unstable"),
    *one(*REDIS, "github.com/redis/redis/tree/unstable/src", ref="unstable"),
    *one(*REDIS, "https://github.com/redis/redis/blob/7.0/README.md", ref="7.0"),
    *one(*REDIS, f"https://github.com/redis/redis/commit/{COMMIT}", ref=COMMIT),
    *one(*REDIS, f"https://github.com/redis/redis/commit/{COMMIT.upper()}", ref=COMMIT),
    *one(*REDIS, "https://github.com/redis/redis/tree/%F0%9F%9A%80", ref="\U0001f680"),
    *one(*REDIS_GIT, "https://github.com/redis/redis.git/tree/7.0", ref="7.0"),
    *one(*GITLAB, "https://gitlab.com/g/sub/n", "git@GitLab.com:g/sub/n", "gitlab.com/g/sub/n/"),
    *one(*GITLAB, "https://gitlab.com/g/sub/n/-/tree/dev/docs", ref="dev"),
    *one(*GITLAB, "https://gitlab.com/g/sub/n/-/blob/dev/a.py", ref="dev"),
    *one(*GITLAB, f"https://gitlab.com/g/sub/n/-/commit/{COMMIT}", ref=COMMIT),
    *one("https://gitlab.com/g/n", "gitlab.com/g/n", "https://gitlab.com/g/n/tree/main/a", ref="main"),
    # Names at the edge of the grammar.
    *one("https://github.com/o/-n", "github.com/o/-n", "o/-n"),
    *one("https://github.com/src/main.py", "github.com/src/main.py", "src/main.py"),
    *one("https://github.com/o/n@v1", "github.com/o/n@v1", "https://github.com/o/n@v1"),
    *one("https://github.com/@evil.com/o", "github.com/@evil.com/o", "https://github.com/@evil.com/o"),
    *one("https://git.sr.ht/~o/n", "git.sr.ht/~o/n", "https://git.sr.ht/~o/n"),
    *one("https://x.org/o/$(n)", "x.org/o/$(n)", "https://x.org/o/$(n)"),
    *one("https://x.org/o/my%20n", "x.org/o/my%20n", "https://x.org/o/my%20n"),
    *one("https://x.org/o/%C3%A9", "x.org/o/%C3%A9", "https://x.org/o/%C3%A9", "https://x.org/o/%c3%a9"),
    *one("https://xn--gthub-n4a.com/o/n", "xn--gthub-n4a.com/o/n", "https://XN--gthub-n4a.com/o/n"),
    *one("https://1.1.1.1.com/o/n", "1.1.1.1.com/o/n", "https://1.1.1.1.com/o/n"),
    *one(f"https://{'a' * 63}.com/o/n", f"{'a' * 63}.com/o/n", f"https://{'a' * 63}.com/o/n"),
    *one(f"https://{LONGEST_HOST}/o/n", f"{LONGEST_HOST}/o/n", f"https://{LONGEST_HOST}/o/n"),
    *one(f"https://x.org/o/{'n' * 2032}", f"x.org/o/{'n' * 2032}", f"https://x.org/o/{'n' * 2032}"),
    # What the operator opens: protocols and ports.
    *one("http://x.org/o/n", "x.org:80/o/n", "http://x.org/o/n", "http://x.org:80/o/n", **EVERYTHING),
    *one("git://x.org/o/n", "x.org:9418/o/n", "git://x.org/o/n", "git://x.org:9418/o/n", **EVERYTHING),
    *one("http://x.org:8443/o/n", "x.org:8443/o/n", "http://x.org:8443/o/n", **EVERYTHING),
    *one("https://x.org:8443/o/n", "x.org:8443/o/n", "https://x.org:8443/o/n", "x.org:8443/o/n", allow_ports="8443"),
    *one("https://x.org:80/o/n", "x.org:80/o/n", "https://x.org:80/o/n", allow_ports="80"),
    *one("ssh://git@x.org/o/n", "x.org/o/n", "ssh://git@x.org/o/n", "ssh://x.org:22/o/n", allow_protocols="ssh"),
    *one("ssh://git@x.org/o/n", "x.org/o/n", "git@x.org:o/n", allow_protocols="ssh"),
    *one("ssh://git@x.org:2222/~o/n", "x.org:2222/~o/n", "ssh://git@x.org:2222/~o/n", **EVERYTHING),
    *one("https://x.org/o/n", "x.org/o/n", "git@x.org:o/n", **EVERYTHING),
    *one("https://x.org/o+http/n", "x.org/o+http/n", "git@x.org:o+http/n", "x.org/o+http/n", **EVERYTHING),
    # Hosts: a listed one needs neither a dot nor an owner.
    *one("https://forge/n", "forge/n", "forge/n", "FORGE/n", "https://Forge/n/", allow_hosts="forge,github.com"),
    *one("https://a.x.org/o/n", "a.x.org/o/n", "https://A.x.org/o/n", allow_hosts="*.x.org"),
    # Networks: an address is a host in one spelling of its many.
    *one("https://10.1.2.3/o/n", "10.1.2.3/o/n", "https://10.1.2.3/o/n", "10.1.2.3/o/n", **EVERYTHING),
    *one("https://10.1.2.3/o/n", "10.1.2.3/o/n", "https://[::ffff:10.1.2.3]/o/n", "[::FFFF:a01:203]/o/n", **EVERYTHING),
    *one("https://[fd00::1]/o/n", "[fd00::1]/o/n", "https://[FD00:0::0:1]/o/n", "[fd00::1]:443/o/n", **EVERYTHING),
    *one("https://[fd00::1]/n", "[fd00::1]/n", "[FD00:0::1]/n", allow_hosts="[FD00::0:1]"),
)

INVALID = ErrorCode.INVALID_URL
CREDENTIALS = ErrorCode.CREDENTIALS_IN_URL
PROTOCOL = ErrorCode.PROTOCOL_NOT_ALLOWED
HOST = ErrorCode.HOST_NOT_ALLOWED
ADDRESS = ErrorCode.ADDRESS_NOT_ALLOWED

REFUSED: tuple[Refused, ...] = (
    # No repository is named.
    *refused(INVALID, "", "   ", "redis", ".git", "github.com", "https://", "https://github.com"),
    *refused(INVALID, "https://github.com/"),
    *refused(INVALID, "https://github.com/redis", "git@github.com:o", "x.org/n", "https://x.org/n", "my.folder/name"),
    *refused(INVALID, "owner/.git", "owner/.", "owner/..", "./name", "../name", "~/name", "github.com/o/.git"),
    *refused(INVALID, "https://x.org/.git/n", "https://x.org/o/n/.git", "https://x.org/o/.git.git"),
    *refused(INVALID, "o/n.git.git", "https://x.org/o/n.git.git/", "https://x.org/o/n.git.git/tree/main"),
    *refused(INVALID, "https://x.org/" + "a/" * 30 + "n", "https://x.org/o" + "/n" * 1020),
    # A page without a repository's ref.
    *refused(INVALID, "github.com/a/b/c", "https://github.com/o/n/issues", "https://github.com/o/n/wiki"),
    *refused(INVALID, "https://github.com/o/n/tree", "https://github.com/o/n/tree/-x"),
    *refused(INVALID, "https://github.com/o/n/commit/abc"),
    *refused(INVALID, "https://gitlab.com/g/n/-/merge_requests/1", "https://gitlab.com/g/n/-"),
    *refused(INVALID, "https://gitlab.com/g/n/-/blob"),
    *refused(INVALID, "https://github.com/o/n/tree/a%2fb", "https://github.com/o/n/tree/a%20b"),
    *refused(INVALID, "https://github.com/o/n/tree/%E2%80%AE"),
    # Characters that no honest URL has, raw.
    *refused(INVALID, "https://x.org/o/n?x=1", "https://x.org/o/n?", "https://x.org?/o/n", "o/n?x"),
    *refused(INVALID, "https://x.org/o/n#readme", "https://x.org/o/n#", "https://x.org#/o/n"),
    *refused(INVALID, "https://github.com\\o\\n", "https:\\\\github.com\\o\\n", "https://x.org/o/n\\", "c:\\o\\n"),
    *refused(INVALID, "https://x.org/o/n\x00", "https://x.org/o/n\nx", "https://x.org/o\t/n", "https://x.org/o n/x"),
    *refused(INVALID, "o/n\x7f"),
    *refused(INVALID, "https://gi\tthub.com/o/n", "https://gi\nthub.com/o/n", "https://gi\rthub.com/o/n"),
    *refused(INVALID, "ht\ntps://x.org/o/n"),
    *refused(INVALID, "\x0bhttps://x.org/o/n", "\xa0https://x.org/o/n", "https://x.org/o/n\x85"),
    *refused(INVALID, "https://x.org/o/n\u3000"),
    *refused(INVALID, "https://x.org/o/\u202en", "https://x.org/o/n\u200b", "https://x.org/o/\u2066n"),
    *refused(INVALID, "https://x.org/\ufeffo/n"),
    *refused(INVALID, "https://x.org/o/n\u061c", "https://x.org/o/\xadn", "https://x.org/o/n\ud800"),
    *refused(INVALID, "https://x.org/o/\xe9"),
    *refused(INVALID, "https://x.org/o/n;x", "https://x.org/o/n|x", "https://x.org/o/`n`", "https://x.org/o/{n}"),
    *refused(INVALID, "https://x.org/o/n:x"),
    *refused(INVALID, "<https://x.org/o/n>", '"https://x.org/o/n"', "https://x.org/o/n,https://y.org/o/n"),
    # Dots and escapes in the path.
    *refused(INVALID, "https://x.org/../etc/passwd", "https://x.org/o/..", "https://x.org/o/./n"),
    *refused(INVALID, "https://x.org/o/../n", "git@x.org:../n"),
    *refused(INVALID, "https://x.org/o/..git", "https://x.org/o/...git", "https://x.org/o/...git/"),
    *refused(INVALID, "https://x.org/o/...git.git"),
    *refused(INVALID, *(f"https://x.org/o/n%{code:02x}x" for code in range(32))),
    *refused(
        INVALID, *(f"https://x.org/o/%{code}n" for code in ("2e", "2E", "2f", "2F", "5c", "5C", "7f", "7F", "0A", "1F"))
    ),
    *refused(INVALID, "https://x.org/o/%2e%2e", "https://x.org/o/.%2E", "https://x.org/%2e%2e%2fo/n"),
    *refused(INVALID, "https://x.org/o%2fn"),
    *refused(INVALID, "https://x.org/o/%252e", "https://x.org/o/%252f", "https://x.org/o/%255c"),
    *refused(INVALID, "https://x.org/o/%2500", "https://x.org/o/%25"),
    *refused(INVALID, "https://x.org/o/%C0%AE", "https://x.org/o/%E0%80%AF", "https://x.org/o/%ff"),
    *refused(INVALID, "https://x.org/o/%", "https://x.org/o/%u002e"),
    *refused(INVALID, "https://x.org/o/%E2%80%AEn", "https://x.org/o/%e2%80%8b", "https://x.org/o/%EF%BB%BF"),
    *refused(INVALID, "https://x.org/o/%C2%85"),
    *refused(INVALID, "https://x.org/o/%D8%9Cn", "https://x.org/o/%C2%AD", "https://x.org/o/%E2%80%83"),
    *refused(INVALID, "https://x.org/o/%F3%A0%81%81"),
    *refused(INVALID, "https://x.org/o/%3F", "https://x.org/o/%23", "https://x.org/o/%40", "https://x.org/o/%3a"),
    *refused(INVALID, "https://x.org/o/%26"),
    # Longer than 2048 characters, as it comes or as git would get it.
    *refused(INVALID, f"https://x.org/o/{'n' * 2033}", f"o/{'n' * 2046}", f"git@x.org:o/{'n' * 2036}", " " * 3000),
    *refused(INVALID, "/srv/" + "\xe9" * 400, allow_protocols="file"),
    # What an option of a program looks like.
    *refused(INVALID, "-u/--upload-pack=x", "--upload-pack=x", "-oProxyCommand=x/o/n", "https://-oProxyCommand=x/o/n"),
    *refused(INVALID, "https://-x.org/o/n"),
    *refused(INVALID, "git@-oProxyCommand=x:o/n", "-o/n", "https://x.org/-o/n", "git@x.org:-o/n"),
    *refused(INVALID, "https://x.org/--upload-pack=x/n"),
    *refused(INVALID, "ssh://-oProxyCommand=x/o/n", "ssh://git@-oProxyCommand=x/o/n", **EVERYTHING),
    *refused(INVALID, "ssh://git@x.org/-o/n", **EVERYTHING),
    # Hosts that cannot be read, or that somebody else would read otherwise.
    *refused(INVALID, "https:///o/n", "https:////github.com/o/n", "https:/github.com/o/n", "https:github.com/o/n"),
    *refused(INVALID, "https:o/n"),
    *refused(INVALID, "https://github.com./o/n", "github.com./o/n", "https://.x.org/o/n", "https://x..org/o/n"),
    *refused(INVALID, "https://./o/n"),
    *refused(INVALID, f"https://{'a' * 64}.com/o/n", f"https://e{LONGEST_HOST}/o/n", "https://x-.org/o/n"),
    *refused(INVALID, "https://x.-org/o/n"),
    *refused(INVALID, "https://a_b.x.org/o/n", "https://x.org;x/o/n", "https://x.org,y.org/o/n", "https://x.org&y/o/n"),
    *refused(INVALID, "https://*.org/o/n"),
    *refused(INVALID, "https://%67ithub.com/o/n", "https://github.com%2f.evil.org/o/n"),
    *refused(INVALID, "https://github.com%00.evil.org/o/n", "https://x.org%0d%0a/o/n"),
    *refused(INVALID, "https://\uff47ithub.com/o/n", "https://github\u3002com/o/n", "https://github\uff0ecom/o/n"),
    *refused(INVALID, "https://g\u0131thub.com/o/n"),
    *refused(INVALID, "https://git.\u212aernel.org/o/n", "https://gith\u00fcb.com/o/n", "https://\u0440\u0443.org/o/n"),
    *refused(INVALID, "https://x.org\uff0fo/n/x"),
    *refused(INVALID, "https://\uff11\uff12\uff17.0.0.1/o/n", "https://\u2460\u2461\u2466.0.0.1/o/n"),
    *refused(INVALID, "https://127.0.0.1./o/n"),
    *refused(INVALID, "https://::1/o/n", "https://[::1/o/n", "https://[::1]x/o/n", "https://x[::1]/o/n"),
    *refused(INVALID, "https://[]/o/n"),
    *refused(INVALID, "https://[x.org]/o/n", "https://[v1.x]/o/n", "https://[fe80::1%25eth0]/o/n"),
    *refused(INVALID, "https://[::1%eth0]/o/n"),
    *refused(INVALID, "github.com:o/n", "git@x.org:o/n:x", "view-source:https://x.org/o/n", "url:https://x.org/o/n"),
    *refused(INVALID, "data:text/html,x"),
    # Ports.
    *refused(INVALID, "https://x.org:0/o/n", "https://x.org:65536/o/n", "https://x.org:99999/o/n"),
    *refused(INVALID, "https://x.org:100000/o/n"),
    *refused(INVALID, "https://x.org:0443/o/n", "https://x.org:00443/o/n", "https://x.org:0x1bb/o/n"),
    *refused(INVALID, "https://x.org:https/o/n"),
    *refused(INVALID, "https://x.org:/o/n", "https://x.org:+443/o/n", "https://x.org:-1/o/n"),
    *refused(INVALID, "https://x.org:443:443/o/n", "https://x.org:\uff14\uff14\uff13/o/n"),
    *refused(INVALID, "http://x.org:0/o/n", "http://x.org:65536/o/n", **EVERYTHING),
    *refused(HOST, "https://github.com:8443/o/n", "https://github.com:80/o/n", "github.com:22/o/n"),
    *refused(HOST, "https://x.org:65535/o/n"),
    *refused(HOST, "https://x.org:8444/o/n", allow_ports="8443"),
    # Who is asked and with which password is not the caller's to say.
    *refused(CREDENTIALS, "https://user@github.com/o/n", "https://u:p@github.com/o/n", "https://:p@x.org/o/n"),
    *refused(CREDENTIALS, "https://@x.org/o/n"),
    *refused(CREDENTIALS, "https://git@github.com/o/n", "https://github.com@evil.org/o/n", "https://github.com@evil/"),
    *refused(CREDENTIALS, "bob@github.com:o/n"),
    *refused(CREDENTIALS, "https://github.com:443@evil.org/o/n", "https://github.com%2f@evil.org/o/n"),
    *refused(CREDENTIALS, "https://a@b@x.org/o/n", "@x.org:o/n"),
    *refused(CREDENTIALS, "user@x.org/o/n", "u:p@x.org/o/n", "git@[::1]:o/n"),
    *refused(CREDENTIALS, "ssh://root@x.org/o/n", "ssh://git:p@x.org/o/n", "ssh://git@x@y.org/o/n", **EVERYTHING),
    *refused(CREDENTIALS, "ssh://GIT@x.org/o/n", **EVERYTHING),
    *refused(CREDENTIALS, "http://u@x.org/o/n", "git://git@x.org/o/n", **EVERYTHING),
    *refused(INVALID, "http://127.0.0.1\\@github.com/o/n", "https://evil.org#@github.com/o/n"),
    *refused(INVALID, "https://evil.org?@github.com/o/n", "https://evil.org\\.github.com/o/n"),
    # Protocols.
    *refused(PROTOCOL, "http://github.com/o/n", "git://github.com/o/n", "ssh://git@github.com/o/n"),
    *refused(PROTOCOL, "file:///etc", "FILE:///etc", "file://localhost/etc", "/etc", "/owner/name", "//github.com/a/b"),
    *refused(PROTOCOL, "///o/n"),
    *refused(PROTOCOL, "ext::sh/x", "ext::sh", "fd::17", "fd::17/x", "transport::address"),
    *refused(PROTOCOL, "https::https://github.com/o/n", "::1/o/n"),
    *refused(PROTOCOL, "ftp://x.org/o/n", "ftps://x.org/o/n", "git+ssh://x.org/o/n", "git+https://x.org/o/n"),
    *refused(PROTOCOL, "ssh+git://x.org/o/n"),
    *refused(PROTOCOL, "foo://bar/o/n", "javascript://x.org/o/n", "gopher://x.org:70/o/n", "dict://x.org/o/n"),
    *refused(PROTOCOL, "unix:///run/x"),
    *refused(INVALID, "ext::sh -c x", "file:/etc", "file:etc", "javascript:alert(1)", "C:/o/n"),
    *refused(PROTOCOL, "ext::sh/x", "foo://bar/o/n", "ftp://x.org/o/n", "git+ssh://x.org/o/n", **EVERYTHING),
    *refused(PROTOCOL, "o/n", "https://x.org/o/n", "git://x.org/o/n", allow_protocols="ssh,http"),
    # A host is a name with a dot, not a number in any base.
    *refused(HOST, "a/b/c", "owner//name", "localhost/o/n", "https://localhost/o/n", "https://LOCALHOST/o/n"),
    *refused(HOST, "https://intranet/o/n"),
    *refused(HOST, "https://2130706433/o/n", "https://0x7f000001/o/n", "https://0X7F000001/o/n"),
    *refused(HOST, "https://017700000001/o/n"),
    *refused(HOST, "https://127.1/o/n", "https://127.0.1/o/n", "https://0177.0.0.1/o/n", "https://0x7f.0.0.1/o/n"),
    *refused(HOST, "https://0x7f.1/o/n"),
    *refused(HOST, "https://127.0.0.01/o/n", "https://1.2.3.4.5/o/n", "https://256.256.256.256/o/n", "https://0/o/n"),
    *refused(HOST, "https://x.0x/o/n"),
    *refused(HOST, "https://x.org.1/o/n", "https://x.0x7f/o/n", "127.1/o/n/x", "git@2130706433:o/n"),
    *refused(HOST, "git@localhost:o/n"),
    *refused(HOST, "https://2130706433/o/n", "https://127.1/o/n", "https://localhost/o/n", **EVERYTHING),
    # And not an address.
    *refused(ADDRESS, "https://127.0.0.1/o/n", "https://8.8.8.8/o/n", "https://169.254.169.254/o/n"),
    *refused(ADDRESS, "https://0.0.0.0/o/n"),
    *refused(ADDRESS, "127.0.0.1/o/n", "git@127.0.0.1:o/n", "https://127.0.0.1:443/o/n", "https://[127.0.0.1]/o/n"),
    *refused(ADDRESS, "https://[::1]/o/n", "https://[0:0:0:0:0:0:0:1]/o/n", "https://[0000::0001]:443/o/n"),
    *refused(ADDRESS, "https://[::0.0.0.1]/o/n", "[::1]/o/n"),
    *refused(ADDRESS, "https://[::ffff:127.0.0.1]/o/n", "https://[::FFFF:7f00:1]/o/n"),
    *refused(ADDRESS, "https://[0:0:0:0:0:ffff:7f00:1]/o/n", "https://[::127.0.0.1]/o/n"),
    *refused(ADDRESS, "https://[::]/o/n", "https://[64:ff9b::7f00:1]/o/n", "https://[2002:7f00:1::]/o/n"),
    *refused(ADDRESS, "https://[2606:4700::1111]/o/n"),
    *refused(ADDRESS, "https://11.0.0.1/o/n", "https://[::ffff:11.0.0.1]/o/n", "https://[::2]/o/n", **EVERYTHING),
    *refused(ADDRESS, "https://8.8.8.8/o/n", **EVERYTHING),
    # The operator's lists.
    *refused(HOST, "https://github.com/o/n", "https://x.org/o/n", "https://evilx.org/o/n", allow_hosts="*.x.org"),
    *refused(HOST, "o/n", allow_hosts="*.x.org"),
    *refused(HOST, "https://x.org/o/n", "https://a.x.org/o/n", deny_hosts="x.org", allow_protocols="https,ssh"),
    *refused(HOST, "git@X.org:o/n", "ssh://git@x.org/o/n", deny_hosts="x.org", allow_protocols="https,ssh"),
    *refused(HOST, "https://x.org/o/n", "https://a.x.org/o/n", allow_hosts="x.org,*.x.org", deny_hosts="x.org"),
    *refused(HOST, "https://10.0.0.1/o/n", allow_networks="10.0.0.0/8", deny_hosts="10.0.0.1"),
    *refused(HOST, "https://[::ffff:10.0.0.1]/o/n", allow_networks="10.0.0.0/8", deny_hosts="10.0.0.1"),
    *refused(HOST, "https://[::ffff:a00:1]/o/n", allow_networks="10.0.0.0/8", deny_hosts="10.0.0.1"),
    *refused(HOST, "https://[fd00::1]/o/n", allow_networks="fd00::/8", deny_hosts="[FD00:0::0:1]"),
    *refused(HOST, "https://[fd00:0::1]/o/n", allow_networks="fd00::/8", deny_hosts="[FD00:0::0:1]"),
    *refused(HOST, "https://10.0.0.1/o/n", allow_networks="10.0.0.0/8", deny_hosts="::ffff:10.0.0.1"),
    *refused(HOST, "https://10.0.0.1/o/n", allow_networks="10.0.0.0/8", allow_hosts="x.org"),
    # A local folder is opened by its protocol, as an absolute path without tricks.
    *refused(INVALID, "file://host/srv", "file://../x", "file://localhostx/srv", "file://", **EVERYTHING),
    *refused(INVALID, "file:///srv/%2e%2e/etc", **EVERYTHING),
    *refused(INVALID, "/srv/../etc", "file:///srv/../etc", "/a\x00b", "/a\u202eb", "/a\u061cb", **EVERYTHING),
    *refused(INVALID, "file:///a%E2%80%AEb", **EVERYTHING),
    *refused(INVALID, "file:///srv/a%2fb", "file:///srv/a%5cb", "file:///srv/a%0ab", "file:///srv/%ff", **EVERYTHING),
    *refused(INVALID, "/srv/a\\b", "/srv/a?b", **EVERYTHING),
)
