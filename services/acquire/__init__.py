"""From a URL that a stranger sent to objects that can be read.

`Remote.parse` is the only door; nothing behind it sees a raw URL. Only `git` runs git, with a
fixed argv and an environment built from nothing. A repository is data: it is never checked out.
"""
