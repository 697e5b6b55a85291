"""Refs as strangers write them: the short name of each that is accepted, and those that git never sees."""

from typing import Final

COMMIT: Final = "0123456789abcdef0123456789abcdef01234567"

ACCEPTED: Final = {
    **{
        name: name
        for name in ("main", "feature/x-1", "v1.0", "release_2", "a/b/c/d", "HEAD", "x@y", "main.x", "x" * 255)
    },
    **{
        name: name
        for name in ("@x", "a@", "a-", "a{b}", "a{b}@", "#1", "a;b", "a|b", "$(x)", "`x`", "'x'", "a%2e", "a,b")
    },
    **{
        name: name
        for name in (
            "\xfcn\xefcode",
            "\u4e3b",
            "\U0001f680",
            "lock",
            "a.locked",
            "a.LOCK",
            "refs",
            "heads/x",
            "xrefs/heads/x",
        )
    },
    **{name: name for name in (COMMIT, COMMIT[:39], "g" * 40, "a" * 64, "0" * 41)},
    "refs/heads/main": "main",
    "refs/heads/feature/x": "feature/x",
    "refs/tags/v1": "v1",
    COMMIT.upper(): COMMIT,
    "A" * 64: "a" * 64,
}

REFUSED: Final = (
    # an option, a second line, an end
    *("", "-", "-x", "--upload-pack=touch", "--output=/etc/x", "refs/heads/-x", "refs/tags/--x", "-/x"),
    *("a\nb", "a\rb", "a\x00b", "a\tb", "a b", " a", "a ", "a\x7f", "a\x1b[31m", "a\x85b", "main\n"),
    # a revision, a range, a refspec, a pattern
    *(
        "a..b",
        "a...b",
        "..",
        "a@{1}",
        "@{u}",
        "@",
        "a~1",
        "a^",
        "a^{}",
        "a:b",
        ":a",
        "+a:b",
        "^a",
        "a?",
        "a*",
        "a[b]",
        "a\\b",
    ),
    # parts that no ref has
    *(
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        ".a",
        "a/.b",
        "a/./b",
        "a/../b",
        "a.",
        "a./b",
        "a.lock",
        "a.lock/b",
        "a/b.lock",
        ".lock",
    ),
    # what would be taken for another ref, or for a commit, when its short name is read again
    *("refs/", "refs/heads", "refs/heads/", "refs/tags/", "refs/x", "refs/pull/1/head", "refs/remotes/origin/x"),
    *(
        "refs/tags/refs/heads/x",
        "refs/heads/refs/tags/x",
        "refs/heads/refs/heads/x",
        "refs/heads/HEAD",
        "refs/tags/HEAD",
    ),
    *(f"refs/heads/{COMMIT}", f"refs/tags/{COMMIT.upper()}", f"refs/heads/{'a' * 64}"),
    # what cannot be seen, or turns what stands beside it
    *(
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\u200db",
        "a\ufeffb",
        "a\u061cb",
        "a\xadb",
        "a\xa0b",
        "a\u2003b",
        "a\u3000b",
    ),
    *(
        "a\u2028b",
        "a\u180eb",
        "a\u115fb",
        "a\u3164b",
        "a\u2800b",
        "a\ufff9b",
        "a\U000e0041b",
        "a\U000e0101b",
        "\ud800",
        "\udcff",
    ),
    "x" * 256,
)
