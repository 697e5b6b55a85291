"""From files to a ranked map, as pure verbs: tags, graph, rank, focus, outline.

Nothing here touches a disk, a socket, git or a database: bytes come in, values go out. That is
what makes a map the same bytes for the same commit, whoever builds it and wherever.
"""
