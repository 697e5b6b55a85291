"""Servers that lie, stall, flood or drive terminals, each with the code that a clone of it ends with: data.

The limits are those of `LIMITS`: what should end by the stall limit does so in two seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from services.errors import ErrorCode
from tests.security.behaviours import (
    FETCHED,
    FILE,
    HEAD,
    OTHER,
    PACK,
    REFS,
    TREE,
    advertised,
    answer,
    chunks,
    heads,
    hundreds,
    leads,
    listed,
    many_refs,
    noise,
    onwards,
    packed,
    raw,
    reset,
    sent,
    silent,
    slowly,
    unending,
    zipped_zeros,
)
from tests.support.packs import REF_DELTA, bomb, commit, entry, pack, sealed, tree
from tests.support.smart import (
    ADVERTISEMENT,
    CAPABILITIES,
    DELIMITER,
    FLUSH,
    Smart,
    advertisement,
    fetched,
    line,
    listing,
    sideband,
)
from tests.support.traps import Behaviour

LIMITS: Final = {
    "GRATICULE_CLONE_STALL_SECONDS": "1.5",
    "GRATICULE_CLONE_WALL_SECONDS": "20",
    "GRATICULE_CLONE_SIZE_BYTES": str(16 * 2**20),
    "GRATICULE_GIT_MEMORY_BYTES": str(512 * 2**20),
    "GRATICULE_TREE_ENTRIES": "5000",
    "GRATICULE_REMOTE_REFS": "5000",
}

ESCAPES: Final = "\x1b[2J\x1b]0;owned\x07 \u202eevil\u2066 \x9b31m\x00\r\nfatal: No space left on device"
FORGED: Final = "x\r\nfatal: write error: No space left on device\nfatal: Out of memory, malloc failed\n"
NEVER_SHOWN: Final = ("\x1b", "\x07", "\x9b", "\x00", "\u202e", "\u2066")
"""What no answer of ours may show of it."""

AUTH: Final = ErrorCode.AUTH_REQUIRED
CORRUPT: Final = ErrorCode.CORRUPT_OBJECTS
EMPTY: Final = ErrorCode.EMPTY_REPOSITORY
MEMORY: Final = ErrorCode.MEMORY_LIMIT
NETWORK: Final = ErrorCode.NETWORK
NO_REF: Final = ErrorCode.REF_NOT_FOUND
NOT_FOUND: Final = ErrorCode.NOT_FOUND_OR_PRIVATE
REDIRECT: Final = ErrorCode.REDIRECT_REFUSED
STALLED: Final = ErrorCode.STALLED


@dataclass(frozen=True, slots=True)
class Server:
    """One hostile server, and how a clone of it ends: with a code, or with None when it is cloned all the same."""

    name: str
    code: ErrorCode | None
    behave: Behaviour
    scheme: str = "http"
    or_code: ErrorCode | None = None
    """Another code that is as right: whichever of two limits is reached first."""

    def __str__(self) -> str:
        return self.name


def said(*packets: bytes) -> bytes:
    """Give a good first answer with these packets in the place of capabilities."""
    return line("# service=git-upload-pack\n") + FLUSH + b"".join(packets)


def progress(text: str) -> bytes:
    """Give a packet of progress."""
    return sideband(2, text.encode())


def told(message: str) -> Behaviour:
    """End the transfer with an error of the server's."""
    return sent(line("packfile\n") + sideband(3, message.encode()))


def over(scheme: str, servers: Iterable[Server]) -> tuple[Server, ...]:
    """Give the same servers over another protocol."""
    return tuple(replace(server, name=f"{server.name} ({scheme})", scheme=scheme) for server in servers)


PAUSE: Final = 0.02
"""Between pieces of what has no end, so that some of them are not all of this machine's work."""
BEGUN: Final = line("packfile\n")
SILENT: Final = (
    Server("never answers", STALLED, silent),
    Server("a head and no body", STALLED, answer("200 OK", kind=ADVERTISEMENT, silent=True)),
    *over("https", [Server("never shakes hands", STALLED, silent)]),
    *over("git", [Server("never says anything", STALLED, silent)]),
    Server("a byte now and then of the advertisement", STALLED, Smart(advertisement=slowly(advertisement()))),
    Server("a byte now and then of the refs", STALLED, listed(slowly(REFS))),
    Server("a byte now and then of the pack", STALLED, sent(slowly(FETCHED))),
    Server("half a pack, then nothing", STALLED, sent(unending(lambda _: b"", begin=FETCHED[:200], pause=1))),
    Server(
        "a length of 9 EB and then nothing",
        STALLED,
        answer("200 OK", f"Content-Length: {2**63 - 1}", kind=ADVERTISEMENT, body=advertisement()[:20], silent=True),
    ),
    Server("empty packets without end", STALLED, sent(unending(lambda _: b"0005\x02", begin=BEGUN, pause=PAUSE))),
    Server("chatter without end", STALLED, sent(unending(lambda n: progress(f"Hm {n}\n"), begin=BEGUN, pause=PAUSE))),
    Server(
        "counters without end",
        STALLED,
        sent(unending(lambda n: progress(f"Counting objects: {n}\r"), begin=BEGUN, pause=PAUSE)),
    ),
    Server("go on without end", STALLED, hundreds),
)
"""Nothing arrives that anybody waits for."""

_ENDLESS: Final = (
    Server("refs without end", STALLED, listed(unending(many_refs, pause=PAUSE))),
    Server(
        "an advertisement without end", STALLED, Smart(advertisement=unending(many_refs, begin=said(), pause=PAUSE))
    ),
    Server(
        "capabilities without end",
        STALLED,
        Smart(
            advertisement=unending(lambda n: line(f"x{n}={'y' * 60_000}\n"), begin=advertisement()[:-4], pause=PAUSE)
        ),
    ),
    Server("a head without end", NETWORK, heads(lambda n: f"X-{n}: {'y' * 8000}\r\n".encode())),
    Server("a header without end", NETWORK, heads(lambda n: b"y" * 65_536 if n else b"X: ")),
    Server("chunks without end", STALLED, chunks(lambda _: b"10000\r\n" + b"x" * 65_536 + b"\r\n")),
    Server(
        "a bomb of gzip",
        STALLED,
        answer("200 OK", "Content-Encoding: gzip", kind=ADVERTISEMENT, body=zipped_zeros(2048)),
    ),
)
ENDLESS: Final = tuple(replace(server, or_code=MEMORY) for server in _ENDLESS)
"""More arrives than anybody can keep."""

BROKEN: Final = (
    Server("hangs up at once", NETWORK, reset),
    Server("noise for HTTP", NETWORK, raw(noise(5000))),
    *over("https", [Server("noise for TLS", NETWORK, raw(noise(5000)))]),
    *over("https", [Server("HTTP for TLS", NETWORK, raw(b"HTTP/1.1 200 OK\r\n\r\nhello"))]),
    *over("git", [Server("noise for git", NETWORK, raw(noise(5000)))]),
    *over("git", [Server("hangs up", NETWORK, reset)]),
    Server("a banner of ssh", NETWORK, raw(b"SSH-2.0-OpenSSH_9.2\r\n")),
    Server("a head that ends nowhere", NETWORK, raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/pl")),
    Server("a length that is no number", NETWORK, answer("200 OK", "Content-Length: -1", body=advertisement())),
    Server("chunks of no size", NETWORK, chunks(lambda _: b"zz\r\n")),
    Server("a chunk of 16 EB", NETWORK, chunks(lambda _: b"FFFFFFFFFFFFFFFFFF\r\nx")),
    Server("half an advertisement", NETWORK, advertised(advertisement()[:60])),
    Server("half of the refs", NETWORK, listed(REFS[:40])),
    Server("half a pack", NETWORK, sent(FETCHED[:200])),
    Server("noise for an advertisement", NETWORK, advertised(noise(5000))),
    Server("noise for refs", NETWORK, listed(noise(5000))),
    Server("noise for a pack", CORRUPT, packed(noise(5000))),
    Server("a packet of length 3", NETWORK, advertised(b"0003")),
    Server("a packet of length zzzz", NETWORK, listed(b"zzzz0000")),
    Server("a packet that is shorter than it says", NETWORK, listed(b"ffff" + REFS)),
    Server("a packet of length -001", NETWORK, listed(b"-001" + REFS)),
    Server("a channel that there is not", NETWORK, sent(BEGUN + sideband(9, PACK) + FLUSH)),
    Server(
        "gzip that is none", NETWORK, answer("200 OK", "Content-Encoding: gzip", body=noise(50), kind=ADVERTISEMENT)
    ),
    Server("an encoding that there is not", NETWORK, answer("200 OK", "Content-Encoding: zip", kind=ADVERTISEMENT)),
)
"""What arrives cannot be read."""

STATUSES: Final = tuple(
    Server(f"says {status}", code, answer(status, *headers))
    for status, code, headers in (
        ("400 Bad Request", NETWORK, ()),
        ("401 Unauthorized", AUTH, ('WWW-Authenticate: Basic realm="x"',)),
        ("401 Who", AUTH, ("WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM")),
        ("403 Forbidden", AUTH, ()),
        ("404 Not Found", NOT_FOUND, ()),
        ("407 Proxy", NETWORK, ("Proxy-Authenticate: Basic",)),
        ("410 Gone", NOT_FOUND, ()),
        ("429 Too Many", ErrorCode.RATE_LIMITED, ("Retry-After: 999999999",)),
        ("451 Legal", NOT_FOUND, ()),
        ("500 Broken", NETWORK, ()),
        ("503 Busy", NETWORK, ("Retry-After: \x1b[2J",)),
        ("999 What", NETWORK, ()),
        (f"500 {ESCAPES.partition(chr(13))[0].encode().decode('latin-1')}", NETWORK, ()),
        ("204 Nothing", NOT_FOUND, ()),
        ("304 Unchanged", REDIRECT, ()),
    )
)
"""An answer that is none of a repository's."""

REDIRECTS: Final = (
    Server("leads to itself", REDIRECT, leads("http://127.0.0.1:PORT/o/n/info/refs?service=git-upload-pack")),
    Server("leads on and on", REDIRECT, onwards),
    Server("leads nowhere", REDIRECT, answer("302 Found")),
    Server("leads to a file", ErrorCode.PROTOCOL_NOT_ALLOWED, leads("file:///etc/passwd")),
    Server("leads to a command", REDIRECT, leads("ext::sh -c touch% /tmp/owned")),
    Server("leads to ssh", ErrorCode.PROTOCOL_NOT_ALLOWED, leads("ssh://-oProxyCommand=x/o/n")),
    Server("leads to a cloud's metadata", ErrorCode.ADDRESS_NOT_ALLOWED, leads("http://169.254.169.254/o/n")),
    Server("leads to the network inside", ErrorCode.ADDRESS_NOT_ALLOWED, leads("http://10.0.0.1/o/n")),
    Server("leads to a name without a dot", ErrorCode.HOST_NOT_ALLOWED, leads("http://intranet/o/n")),
    Server("leads to a sign-in page", REDIRECT, leads("http://127.0.0.1:PORT/users/sign_in?next=x")),
    Server("leads to what drives a terminal", REDIRECT, leads("http://127.0.0.1/\x1b[2J")),
)
"""It leads elsewhere."""

LIES: Final = (
    Server("a page for a repository", NOT_FOUND, answer("200 OK", body=b"<!doctype html><p>hi", kind="text/html")),
    Server("files without a git", NO_REF, answer("200 OK", body=f"{HEAD.name}\trefs/heads/main\n".encode())),
    Server("an advertisement of another kind", NOT_FOUND, answer("200 OK", body=advertisement(), kind="text/html")),
    Server("another service", NETWORK, advertised(line("# service=git-receive-pack\n") + FLUSH + FLUSH)),
    Server("no capability at all", NETWORK, Smart(advertisement=said(line("version 2\n"), FLUSH))),
    Server("version 9", NETWORK, Smart(advertisement=said(line("version 9\n"), FLUSH))),
    Server(
        "SHA-256 that is SHA-1", NETWORK, Smart(advertisement(*CAPABILITIES[:3], "object-format=sha256"), REFS, FETCHED)
    ),
    Server(
        "a hash that there is not", NETWORK, Smart(advertisement(*CAPABILITIES[:3], "object-format=md5"), REFS, FETCHED)
    ),
    Server("bundles elsewhere", None, Smart(advertisement(*CAPABILITIES, "bundle-uri"), REFS, FETCHED)),
    Server(
        "packs elsewhere",
        NETWORK,
        sent(line("packfile-uris\n") + line(f"{'a' * 40} file:///etc/passwd\n") + DELIMITER + FETCHED),
    ),
    Server(
        "objects on demand",
        CORRUPT,
        Smart(
            advertisement(*CAPABILITIES[:2], "fetch=shallow filter", *CAPABILITIES[3:]),
            REFS,
            fetched(pack([HEAD, TREE]), shallow=HEAD.name),
        ),
    ),
    Server("another commit than was asked for", CORRUPT, sent(fetched(pack([OTHER, TREE, FILE]), shallow=OTHER.name))),
    Server("a commit without its files", CORRUPT, packed(pack([HEAD]))),
    Server("nothing in a pack", CORRUPT, packed(pack([]))),
    Server("a pack that says 4 billion objects", CORRUPT, packed(b"PACK\0\0\0\2\xff\xff\xff\xff" + PACK[12:])),
    Server("a pack of version 9", CORRUPT, packed(sealed(b"PACK\0\0\0\x09" + PACK[8:-20]))),
    Server("a pack with a wrong checksum", CORRUPT, packed(PACK[:-1] + bytes([PACK[-1] ^ 1]))),
    Server("a pack with bad zlib", CORRUPT, packed(sealed(PACK[:20] + noise(20) + PACK[40:-20]))),
    Server(
        "a pack whose base is not there",
        CORRUPT,
        packed(pack([HEAD, TREE], more=[entry(REF_DELTA, 5, bytes(20) + bomb(1)[1][-9:])])),
    ),
    Server("an object of 2^60 bytes", CORRUPT, packed(pack([HEAD, TREE], more=[entry(3, 2**60, bytes(40))]))),
    Server("a bomb of deltas", MEMORY, packed(pack([HEAD, TREE, bomb(3072)[0]], more=[bomb(3072)[1]]))),
    Server("more behind the pack", NETWORK, packed(PACK + noise(5000))),
    Server(
        "a ref that leads out",
        None,
        Smart(listing=REFS[:-4] + listing({"refs/heads/../../../../etc/passwd": HEAD.name}), fetched=FETCHED),
    ),
    Server(
        "a ref with escapes",
        None,
        Smart(listing=REFS[:-4] + listing({f"refs/heads/{ESCAPES[:20]}": HEAD.name}), fetched=FETCHED),
    ),
    Server(
        "a ref of 4,000 characters",
        None,
        Smart(listing=REFS[:-4] + listing({f"refs/heads/{'x' * 4000}": HEAD.name}), fetched=FETCHED),
    ),
    Server("a HEAD that leads out", NETWORK, listed(listing({"/etc/passwd": HEAD.name}, head="/etc/passwd"))),
    Server("a HEAD of dots", NETWORK, listed(listing({"refs/heads/../x": HEAD.name}, head="refs/heads/../x"))),
    Server("a HEAD to itself", NETWORK, listed(line(f"{HEAD.name} HEAD symref-target:HEAD\n") + FLUSH)),
    Server(
        "a HEAD to a ref that is not there", EMPTY, listed(line("unborn HEAD symref-target:refs/heads/none\n") + FLUSH)
    ),
    Server("no ref at all", EMPTY, listed(FLUSH)),
    Server(
        "ten thousand refs",
        None,
        Smart(listing=REFS[:-4] + b"".join(map(many_refs, range(20))) + FLUSH, fetched=FETCHED),
    ),
    Server("an error that drives a terminal", NETWORK, told(ESCAPES)),
    Server("a refusal that drives a terminal", NOT_FOUND, listed(line(f"ERR {ESCAPES}"))),
    Server(
        "progress that drives a terminal", None, sent(fetched(PACK, shallow=HEAD.name, before=progress(f"{ESCAPES}\n")))
    ),
    Server("an error that blames our disk", NETWORK, told(FORGED)),
    Server(
        "an error behind a whole pack that blames our disk", NETWORK, sent(FETCHED[:-4] + sideband(3, FORGED.encode()))
    ),
    Server(
        "an error behind noise that blames our disk",
        NETWORK,
        sent(BEGUN + sideband(1, noise(9)) + sideband(3, FORGED.encode())),
    ),
    Server("a refusal that blames our disk", NOT_FOUND, listed(line(f"ERR {FORGED}"))),
    Server("progress that blames our disk", NETWORK, sent(BEGUN + progress(f"{FORGED}\n"))),
    Server("an error of 60 kB", NETWORK, told("x" * 60_000)),
    Server(
        "a commit that is a folder",
        CORRUPT,
        Smart(listing=listing({"refs/heads/main": TREE.name}), fetched=fetched(pack([TREE, FILE]), shallow=TREE.name)),
    ),
    Server(
        "a folder that leads out",
        CORRUPT,
        Smart(
            listing=listing({"refs/heads/main": commit(tree(("100644", "../x", FILE))).name}),
            fetched=fetched(
                pack([commit(tree(("100644", "../x", FILE))), tree(("100644", "../x", FILE)), FILE]),
                shallow=commit(tree(("100644", "../x", FILE))).name,
            ),
        ),
    ),
)
"""What it says is well said, and not true."""

SERVERS: Final = (*SILENT, *ENDLESS, *BROKEN, *STATUSES, *REDIRECTS, *LIES)
