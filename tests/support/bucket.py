"""A real object store that speaks S3, on free ports of loopback, with a bucket and rights as an operator gives them."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Self

import httpx
import obstore
from obstore.store import S3Store

from tests.support.ports import kept_port, number_of

WEED = Path(sys.executable).with_name("weed")
START_SECONDS = 40
KEY = "graticule"
SECRET = "canary-of-the-bucket"
READER = "reader"
RIGHTS = {
    "identities": [
        {"name": "all", "credentials": [{"accessKey": KEY, "secretKey": SECRET}], "actions": ["Admin"]},
        {"name": "nothing", "credentials": [{"accessKey": READER, "secretKey": SECRET}], "actions": ["Read:elsewhere"]},
    ]
}
PORTS = ("master.port", "volume.port", "filer.port", "s3.port")


class Bucket:
    """SeaweedFS in a folder, with the bucket `maps`. It may be stopped, and started again with what it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = ExitStack()
        self._ports: dict[str, int] = {}
        for name in (*PORTS, *(f"{name}.grpc" for name in PORTS)):
            self._ports[name] = number_of(self._kept.enter_context(kept_port()))
        self.endpoint = f"http://127.0.0.1:{self._ports['s3.port']}"
        self.url = "s3://maps/graticule"
        folder.mkdir(parents=True)
        (folder / "rights.json").write_text(json.dumps(RIGHTS))
        self.start()
        self._make("maps")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._kept.close()

    @property
    def environment(self) -> Mapping[str, str]:
        """Give what a process needs that keeps its maps here."""
        return {
            "GRATICULE_ARTIFACTS_URL": self.url,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Start it on the ports that it had, and wait until it answers."""
        options = {
            "dir": str(self._folder),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "s3.config": str(self._folder / "rights.json"),
            "s3.autoCreateBucket": "false",
            "s3.iam": "false",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": "64",
            "volume.max": "8",
            **{name: str(port) for name, port in self._ports.items()},
        }
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [WEED, "server", "-s3", *(f"-{name}={value}" for name, value in options.items())],
            stdout=log,
            stderr=log,
            env={"PATH": os.defpath, "HOME": str(self._folder)},
        )
        log.close()
        self._wait(lambda: httpx.get(f"{self.endpoint}/", timeout=5).status_code < 500)

    def stop(self) -> None:
        """End it at once; what it answered is on the disk."""
        self._process.kill()
        self._process.wait()

    def keys(self) -> list[str]:
        """Give what lies in the bucket, without the prefix."""

        async def listed() -> list[str]:
            client: Any = {"allow_http": True}
            store = S3Store(
                "maps",
                prefix="graticule",
                endpoint=self.endpoint,
                region="us-east-1",
                access_key_id=KEY,
                secret_access_key=SECRET,
                client_options=client,
            )
            return [str(item["path"]) async for batch in obstore.list(store) for item in batch]

        return asyncio.run(listed())

    def _make(self, name: str) -> None:
        """Make a bucket, which is a folder of the file system below."""
        self._wait(lambda: httpx.post(f"http://127.0.0.1:{self._ports['filer.port']}/buckets/{name}/").is_success)

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(httpx.HTTPError):
                if ready():
                    return
            time.sleep(0.1)
        raise AssertionError((self._folder / "log").read_text()[-2000:])
