"""A node in a process of its own, for tests that stop, kill and start it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from support import Node

HOPYARD = Path(__file__).parents[2] / "hopyard"
ADDRESS = os.environ.get("HOPYARD_OWN_ADDRESS", "127.0.19.7")
READY_SECONDS = 120
STOP_SECONDS = 60


class OwnNode:
    """May be stopped or killed, and started again on the same directory."""

    def __init__(self, folder: Path):
        self.data = folder / "data"
        self.log = folder / "node.log"
        self.process: subprocess.Popen | None = None

    def launch(self) -> Node:
        """Starts the process and returns at once; before the first start is over there is no key."""
        with self.log.open("w") as log:
            command = [str(HOPYARD), "up", "--data", str(self.data), "--set", f"node.address={ADDRESS}"]
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        key = self.data / "admin.key"
        return Node(ADDRESS, 8443, key.read_text() if key.exists() else "")

    def await_ready(self) -> None:
        end = time.monotonic() + READY_SECONDS
        while "\nReady after" not in self.log.read_text():
            assert self.process.poll() is None, f"the node ended: {self.log.read_text()[-3000:]}"
            assert time.monotonic() < end, f"the node is not ready: {self.log.read_text()[-3000:]}"
            time.sleep(0.1)

    def start(self) -> Node:
        self.launch()
        self.await_ready()
        return Node(ADDRESS, 8443, (self.data / "admin.key").read_text())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=STOP_SECONDS)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_SECONDS)
