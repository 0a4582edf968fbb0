from __future__ import annotations

import http.server
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pointsman.errors import ConfigError, MissingExtraError
from pointsman.launchers import LauncherSettings, launch
from pointsman.launchers.ray_cluster import told
from tests.launchers.squares import SUM, SumOptions


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    file = tmp_path / "numbers"
    file.write_text("1 2 3")
    return file


@pytest.fixture(scope="module")
def web_server() -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_ray_that_is_not_installed(numbers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"'ray': pip install 'pointsman\[ray\]'"):
        launch(SUM, SumOptions(numbers), LauncherSettings("ray"))


@pytest.mark.parametrize("address", ["127.0.0.1:{port}", "ray://127.0.0.1:{port}"])
def test_no_cluster_at_the_address(numbers: Path, closed_port: int, address: str) -> None:
    address = address.format(port=closed_port)
    with pytest.raises(ConfigError) as wrong:
        launch(SUM, SumOptions(numbers), LauncherSettings("ray", address))
    assert str(wrong.value) == (
        f"--address {address}: no Ray cluster there (connection refused): start one with 'ray start --head', "
        "or use --address local"
    )


def test_no_cluster_where_the_environment_says(
    numbers: Path, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAY_ADDRESS", f"127.0.0.1:{closed_port}")
    with pytest.raises(ConfigError, match=rf"^RAY_ADDRESS 127.0.0.1:{closed_port}: no Ray cluster there"):
        launch(SUM, SumOptions(numbers), LauncherSettings("ray"))


def test_something_else_at_the_address(numbers: Path, web_server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.launchers.ray_cluster._PATIENCE", 0.5)
    with pytest.raises(ConfigError, match="what answers there is no Ray cluster: start one with 'ray start --head'"):
        launch(SUM, SumOptions(numbers), LauncherSettings("ray", f"127.0.0.1:{web_server}"))


@pytest.mark.parametrize("address", ["", "ray://", "host:port", "http://host:1", "host:99999", ":6379"])
def test_no_address(numbers: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not address:
        monkeypatch.setenv("RAY_ADDRESS", "nowhere:nothing")
    with pytest.raises(ConfigError, match=r"use auto, local, HOST:PORT or ray://HOST:10001"):
        launch(SUM, SumOptions(numbers), LauncherSettings("ray", address or None))


def test_the_port_of_the_client_without_its_scheme(numbers: Path) -> None:
    with pytest.raises(ConfigError, match=r"write ray://head:10001$"):
        launch(SUM, SumOptions(numbers), LauncherSettings("ray", "head:10001"))


def test_what_ray_says_of_versions() -> None:
    text = (
        "Version mismatch: The cluster was started with:\n    Ray: 2.60.0\n    Python: 3.12.1\n"
        "This process on node 10.0.0.1 was started with:\n    Ray: 2.60.0\n    Python: 3.11.7\n"
    )
    assert told("h:6379", RuntimeError(text)) == (
        "--address h:6379: it has Python 3.12.1, this process 3.11.7: use the cluster's versions here, "
        "or start the cluster with this one's"
    )
    assert "cannot be joined (Something else): see" in told("h:6379", RuntimeError("Something\nelse"))


class Told:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        pass


_JOIN = """
import sys
from pointsman.launchers.ray_cluster import cluster
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Silent
import ray
with cluster(LauncherSettings("ray", sys.argv[1]), Silent()):
    print(ray.cluster_resources()["CPU"])
"""


@pytest.mark.parametrize("address", ["{}", "auto"])
def test_a_cluster_of_this_machine_that_asks_for_a_token(ray_head: str, address: str, tmp_path: Path) -> None:
    """Nobody has said that it does: it began to when a runtime had made this machine's token."""
    environment = {name: value for name, value in os.environ.items() if name not in ("RAY_AUTH_MODE", "RAY_ADDRESS")}
    # Where `ray start` writes which cluster was started last: others that run on this machine are not meant.
    environment["RAY_TMPDIR"] = str(tmp_path)
    (tmp_path / "ray").mkdir()
    (tmp_path / "ray" / "ray_current_cluster").write_text(ray_head)
    command = [sys.executable, "-c", _JOIN, address.format(ray_head)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("6.0\n", "", 0)


def test_a_runtime_of_this_process_is_stopped_afterwards(numbers: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import ray

    progress = Told()
    found = launch(SUM, SumOptions(numbers), LauncherSettings("ray", "local"), progress)
    assert found["sum"] == 6
    assert progress.lines[0].startswith("ray: a runtime of this process (--address local), ")
    assert progress.lines[1:] == ["number 1", "number 2", "number 3"]
    assert not ray.is_initialized()
    assert "".join(capfd.readouterr()) == ""
