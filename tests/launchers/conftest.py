"""A Ray runtime of two cores, for the tests of a module; those of another module have one of their own."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def ray_runtime(_quiet_machine: None) -> Iterator[str]:
    """Start it in this process; gives the address at which others join."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        import ray

        from pointsman.launchers.ray_cluster import quiet_start

        with quiet_start():
            ray.init(
                address="local",
                num_cpus=2,
                include_dashboard=False,
                object_store_memory=150_000_000,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        try:
            yield str(ray.get_runtime_context().gcs_address)
        finally:
            ray.shutdown()
