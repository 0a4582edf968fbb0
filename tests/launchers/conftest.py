"""A Ray runtime for the tests of this folder: it is started once, and each module of tests joins and leaves it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

# It ends with the process that started it, however that ends.
_HEAD = """
import logging
import sys
import ray

options = {"include_dashboard": False, "object_store_memory": 150_000_000, "logging_level": logging.ERROR}
print(ray.init(address="local", num_cpus=6, num_gpus=2, **options).address_info["gcs_address"], flush=True)
sys.stdin.read()
ray.shutdown()
"""


@pytest.fixture(scope="package")
def ray_head(_quiet_machine: None) -> Iterator[str]:
    """Start a runtime of six cores and two GPUs, which are counts: workers share this machine's; gives its address."""
    settings = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",  # as the tests: else those of other files keep workers from starting
        "RAY_prestart_worker_first_driver": "0",  # no six processes for each module, most of which nothing uses
    }
    environment = {**os.environ, **settings}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", _HEAD], env=environment, text=True, **pipes) as head:
        assert head.stdin is not None
        assert head.stdout is not None
        address = head.stdout.readline().strip()
        assert address, "the runtime did not start"
        yield address
        head.stdin.close()


@pytest.fixture(scope="module")
def ray_runtime(ray_head: str) -> Iterator[str]:
    """Join the runtime, and leave it with whatever runs there still; gives the address at which others join."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "token")  # as the runtime has it, which made a token
        import ray
        from ray._raylet import Config

        Config.initialize("")  # Ray may have been imported before
        from pointsman.launchers.ray_cluster import quiet_start

        # The runtime is older than a module's own services: workers are told of them.
        given = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        with quiet_start():
            ray.init(
                address=ray_head,
                log_to_driver=False,
                logging_level=logging.ERROR,
                runtime_env={"env_vars": given} if given else None,
            )
        try:
            yield ray_head
        finally:
            ray.shutdown()
