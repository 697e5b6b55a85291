"""The work behind Graticule: acquire a repository, map it, keep it, say what changes.

Nothing below this package knows GraphQL, HTTP, websockets, MCP or a terminal.
"""
