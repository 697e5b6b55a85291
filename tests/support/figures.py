"""What a server counts, as Prometheus asks it."""

import asyncio

import httpx
from prometheus_client.parser import text_string_to_metric_families


def figures(url: str, *, token: str | None = None) -> dict[str, float]:
    """Give what the server counts, by name, those with labels summed."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(httpx.get(f"{url}/metrics", headers=headers, timeout=30).text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


async def until(url: str, *, token: str | None = None, **expected: float) -> None:
    """Wait, at most 20 s, until the server's figures are these; names without `graticule_`."""
    async with asyncio.timeout(20):
        while True:
            seen = await asyncio.to_thread(figures, url, token=token)
            if all(seen.get(f"graticule_{name}", 0.0) == value for name, value in expected.items()):
                return
            await asyncio.sleep(0.02)
