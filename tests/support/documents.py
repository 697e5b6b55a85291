"""Documents that tests of several transports send."""

from typing import Final

SILENT: Final = 'subscription { repositoriesChanged(filter: {nameContains: "no such name"}) { kind } }'
"""Follows what does not exist, so it runs and says nothing."""

FLEET: Final = "subscription { repositoriesChanged(maxRateHz: 30) { kind repository { name } } }"
FOLLOW_JOB: Final = "subscription Job($id: ID!) { jobProgress(id: $id, maxRateHz: 30) { revision job { state } } }"
MAP: Final = "query Map($id: ID!) { repository(id: $id) { snapshot { repoMap { text } } } }"
COSTLY: Final = "{ repositories(first: 500) { nodes { jobs(first: 500) { nodes { id } } } } }"
