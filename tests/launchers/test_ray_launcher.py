from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pointsman
from pointsman.errors import ConfigError, DataError, MissingExtraError, WorkerError
from pointsman.launchers import LauncherSettings, launch
from pointsman.launchers.ray_remote import Surroundings, run_in_task
from pointsman.pipeline import encode, preprocess, score
from pointsman.pipeline.encode import EncodeOptions
from pointsman.pipeline.options import Progress
from pointsman.pipeline.preprocess import PreprocessOptions
from pointsman.pipeline.score import ScoreOptions
from tests import seeing
from tests.launchers.squares import SQUARES, SUM, SquareOptions, SumOptions
from tests.serving.conftest import served_bundle

__all__ = ["served_bundle"]

RAY = LauncherSettings("ray")
TWO = LauncherSettings("ray", workers=2)


class Told:
    """Keeps what it is told; calls `then` when a stage advances."""

    def __init__(self, then: Any = None) -> None:
        self.lines: list[str] = []
        self.steps: list[tuple[Any, ...]] = []
        self.then = then

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, *step: Any) -> None:
        self.steps.append(step)
        if self.then is not None:
            self.then()


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    file = tmp_path / "numbers"
    file.write_text("\n".join(str(number) for number in range(43)))
    return file


def squares_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*.txt")}


def begun(folder: Path, block: str) -> int:
    return len(list((folder / "notes").glob(f"{block}.*")))


@pytest.fixture
def local(numbers: Path, tmp_path: Path) -> dict[str, bytes]:
    launch(SQUARES, SquareOptions(numbers, tmp_path / "local"))
    return squares_in(tmp_path / "local")


def test_two_workers_write_the_bytes_that_one_process_writes(
    ray_runtime: str, numbers: Path, tmp_path: Path, local: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    told, out = Told(), tmp_path / "out"
    found = launch(SQUARES, SquareOptions(numbers, out, meets=2), TWO, told)
    assert squares_in(out) == local
    assert found["rows"] == 43
    assert [found["launcher"]] * 9 == [one["launcher"] for one in found["reports"]]
    assert found["launcher"] == {"launcher": "ray", "workers": 2}
    assert len({one["pid"] for one in found["reports"]} - {os.getpid()}) == 2
    assert found["reports"][0]["threads"] == [1, "1"]
    assert told.lines == ["43 numbers, 0 done before", "ray: starting 2 workers", "finished"]
    assert told.steps[-1][:3] == ("squares", 43, 43)
    assert len(told.steps) == 9
    assert "".join(capfd.readouterr()) == ""
    assert not list(tmp_path.glob(".pointsman-*"))


def test_workers_that_are_killed_in_the_middle_cost_nothing(
    ray_runtime: str, numbers: Path, tmp_path: Path, local: dict[str, bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    os.mkfifo(out / "held")
    killer = threading.Thread(target=lambda: os.kill(int((out / "held").read_text()), signal.SIGKILL), daemon=True)
    killer.start()
    found = launch(SQUARES, SquareOptions(numbers, out, holds="block-002", kills="block-007"), TWO)
    assert not killer.is_alive()
    assert begun(out, "block-002") == begun(out, "block-007") == 2
    assert squares_in(out) == local
    assert found["rows"] == 43
    assert found["names"] == [f"block-{number:03}" for number in range(9)]
    assert "".join(capfd.readouterr()) == ""


def test_a_block_that_ends_its_worker_each_time_is_named(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(WorkerError, match=r"block block-001 ended its worker 3 times .*--workers") as wrong:
        launch(SQUARES, SquareOptions(numbers, out, kills="block-001", always=True), RAY)
    assert "\n" not in str(wrong.value)
    assert begun(out, "block-001") == 3
    assert "block-000.txt" in squares_in(out)


def test_a_worker_that_ends_while_it_loads_is_given_up(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="a worker ended 3 times while it loaded"):
        launch(SQUARES, SquareOptions(numbers, tmp_path / "out", dies_loading=True), RAY)


def test_errors_of_a_block_come_back_as_themselves_and_what_is_done_stays(
    ray_runtime: str, numbers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with pytest.raises(DataError, match=r"^block-003: row 3 is no number: mend it$"):
        launch(SQUARES, SquareOptions(numbers, out, wrong="block-003"), RAY)
    there = squares_in(out)
    assert {"block-000.txt", "block-001.txt"} <= set(there)
    assert "block-003.txt" not in there


def test_an_error_that_is_none_of_ours_brings_its_traceback(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*squares.py.*a bug in loading"):
        launch(SQUARES, SquareOptions(numbers, tmp_path / "out", wrong="loading", kind="bug"), RAY)


def test_a_plan_that_fails_and_a_plan_with_nothing_left(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="absent: no such file"):
        launch(SQUARES, SquareOptions(tmp_path / "absent", tmp_path / "out"), RAY)
    launch(SQUARES, SquareOptions(numbers, tmp_path / "out"))
    assert launch(SQUARES, SquareOptions(numbers, tmp_path / "out"), RAY)["rows"] == 43


def test_an_interrupt_stops_the_work_and_what_is_done_stays(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        launch(SQUARES, SquareOptions(numbers, out, holds="block-002"), TWO, Told(interrupt))
    assert 1 <= len(squares_in(out)) < 9
    (out / "released").touch()


def files(folder: Path, pattern: str) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob(pattern))}


def test_scores_are_the_bytes_of_the_local_launcher(
    served_bundle: Path, draw_texts: Callable[..., list[str]], ray_runtime: str, tmp_path: Path
) -> None:
    rows = [{"id": str(number), "text": text} for number, text in enumerate(draw_texts("fruit", 60))]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = {}
    for name, settings in (("here", LauncherSettings()), ("ray", TWO)):
        data = (str(tmp_path / "rows.jsonl"),)
        options = ScoreOptions((served_bundle,), data, str(tmp_path / name), block_rows=8, threads=1)
        result = launch(score.STEP, options, settings)
        made[name] = files(tmp_path / name, "*.parquet")
        assert result.summary["launcher"]["launcher"] == settings.launcher
    assert made["ray"] == made["here"]
    assert len(made["ray"]) == 8


def test_tensors_and_features_are_those_of_the_local_launcher(ray_runtime: str, tmp_path: Path) -> None:
    model = str(seeing.tiny(tmp_path / "vl").path)
    routing = seeing.write_routing(tmp_path / "routing", {"train": 9, "validation": 3, "eval": 4})
    tensors, features = {}, {}
    for name, settings in (("here", LauncherSettings()), ("ray", TWO)):
        out = tmp_path / name
        launch(preprocess.STEP, PreprocessOptions(routing, out / "tensors", model, shard_mb=1), settings)
        found = launch(encode.STEP, EncodeOptions(out / "tensors", out / "features", precision="fp32"), settings)
        tensors[name] = files(out / "tensors", "*.safetensors")
        features[name] = files(found.path / found.shelf, "*.safetensors")
    assert tensors["ray"] == tensors["here"]
    assert tensors["ray"]
    assert features["ray"] == features["here"]
    assert features["ray"]


DRIVER = """
import sys
from pathlib import Path
from pointsman.launchers import LauncherSettings, launch
from tests.launchers.squares import SQUARES, SquareOptions

class Told:
    def say(self, line):
        pass
    def advance(self, *step):
        print(step, flush=True)

numbers, out, address = sys.argv[1:]
launch(SQUARES, SquareOptions(Path(numbers), Path(out), holds="block-005"), LauncherSettings("ray", address), Told())
"""


def test_a_run_whose_driver_was_killed_is_taken_up(
    ray_runtime: str, numbers: Path, tmp_path: Path, local: dict[str, bytes]
) -> None:
    out = tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", DRIVER, numbers, out, ray_runtime], stdout=subprocess.PIPE, env=environment, text=True
    ) as driver:
        assert driver.stdout is not None
        assert driver.stdout.readline().startswith("('squares', 5, 43")
        driver.kill()
    there = squares_in(out)
    assert 1 <= len(there) < 9
    (out / "released").touch()
    told = Told()
    assert launch(SQUARES, SquareOptions(numbers, out), RAY, told)["rows"] == 43
    assert told.steps[-1][2] < 43  # the blocks that were there are not among those it did
    assert squares_in(out) == local
    assert begun(out, "block-000") == 1


def test_a_single_step_tells_in_order_and_gives_its_result(ray_runtime: str, numbers: Path) -> None:
    told = Told()
    found = launch(SUM, SumOptions(numbers), RAY, told)
    assert found["sum"] == sum(range(43))
    assert found["pid"] != os.getpid()
    assert found["folder"] == str(Path.cwd())
    assert found["launcher"] == {"launcher": "ray", "workers": 1}
    assert told.lines == [f"number {number}" for number in range(43)]
    assert told.steps[-1] == ("sum", 43, 43, "42")


def test_nothing_that_is_told_at_the_end_is_lost(ray_runtime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    wait = ray.wait
    monkeypatch.setattr(ray, "wait", lambda refs, **_: wait(refs[:1]))  # the end is seen before anything told is

    def speak(progress: Progress) -> None:
        progress.say("first")
        time.sleep(0.2)  # until that was answered
        progress.say("last")

    told = Told()
    run_in_task(speak, told, Surroundings.here(1), {"num_cpus": 1}, "speak")
    assert told.lines == ["first", "last"]


@pytest.mark.parametrize(
    ("goes", "kind", "words"),
    [
        ("wrong", DataError, r"^sum: row 3 is no number: mend it$"),
        ("bug", RuntimeError, r"(?s)Traceback.*a bug in sum"),
        ("extra", MissingExtraError, r"PIL.*pointsman\[vision\]"),
        ("killed", WorkerError, r"^sum: a worker was killed, or ran out of memory: .*run it again$"),
    ],
)
def test_how_a_single_step_fails(
    ray_runtime: str, numbers: Path, goes: str, kind: type[Exception], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(kind, match=words):
        launch(SUM, SumOptions(numbers, goes), RAY)
    assert "".join(capfd.readouterr()) == ""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Take interrupts: what was started in the background of a shell does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_the_task_of_a_single_step(ray_runtime: str, numbers: Path, tmp_path: Path) -> None:
    class Waiting(Told):
        def advance(self, *step: Any) -> None:
            if step[1] == 43:
                timer = threading.Timer(0.5, lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGINT))
                timer.start()

    with pytest.raises(KeyboardInterrupt):
        launch(SUM, SumOptions(numbers, "slow", tmp_path), RAY, Waiting())
    assert launch(SUM, SumOptions(numbers), LauncherSettings("ray", cpus=6))["sum"] == sum(range(43))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cpus": 64}, r"no node of the Ray cluster has 64 cores for a worker: the largest is .* with 6 cores: "),
        ({"gpus": 2.5}, r"no node .* has 1 core, 2.5 GPUs for a worker: the largest is .* with 6 cores, 2 GPUs: "),
        ({"memory_gb": 90_000.0}, r"no node .* has 1 core, 90,000.0 GB of memory for a worker: .* GB of memory: "),
        ({"workers": 7}, r"--workers 7: the Ray cluster has room for 6 with 1 core each: "),
    ],
)
def test_workers_that_the_cluster_cannot_hold(
    ray_runtime: str, numbers: Path, tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        launch(SQUARES, SquareOptions(numbers, tmp_path / "out"), LauncherSettings("ray", **settings))
    assert not (tmp_path / "out").exists()


def test_an_input_that_a_worker_does_not_see(ray_runtime: str, tmp_path: Path) -> None:
    own = Path(f"/proc/self/task/{os.getpid()}/comm")  # of this process only
    with pytest.raises(ConfigError, match=r"^/proc/self/task/\d+/comm is not on node .* use a folder that all nodes"):
        launch(SUM, SumOptions(own), RAY)


def test_an_output_that_a_worker_does_not_see(
    ray_runtime: str, numbers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("/proc/self/cwd/out")  # another folder in each process
    with pytest.raises(ConfigError, match=r"^/proc/self/cwd/out: node .* does not see that folder as it is here"):
        launch(SQUARES, SquareOptions(numbers, out), RAY)
    assert list(tmp_path.iterdir()) == [numbers]


def test_another_version_of_the_package(ray_runtime: str, numbers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = pointsman.__version__
    monkeypatch.setattr(pointsman, "__version__", "9.9.9")
    with pytest.raises(ConfigError, match=rf"has Pointsman {there}, this process 9.9.9: pip install .*==9.9.9' there"):
        launch(SUM, SumOptions(numbers), RAY)


def test_several_workers_for_a_step_that_has_one(ray_runtime: str, numbers: Path) -> None:
    with pytest.raises(ConfigError, match="--workers 2: 'sum' runs in one worker"):
        launch(SUM, SumOptions(numbers), TWO)


OTHERS = """
import sys
import ray
from pathlib import Path
from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings, launch
from tests.launchers.squares import SUM, SumOptions

ray.__version__ = "2.49.0"
try:
    launch(SUM, SumOptions(Path(sys.argv[1])), LauncherSettings("ray", sys.argv[2]))
except ConfigError as error:
    print(error)
"""


def test_another_version_of_ray(ray_runtime: str, numbers: Path) -> None:
    import ray

    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    found = subprocess.run(
        [sys.executable, "-c", OTHERS, numbers, ray_runtime],
        capture_output=True,
        env=environment,
        text=True,
        check=True,
    )
    assert found.stdout == (
        f"--address {ray_runtime}: it has Ray {ray.__version__}, this process 2.49.0: "
        f"pip install 'ray=={ray.__version__}' here, or start the cluster with this one's\n"
    )
    assert found.stderr == ""


WAIT = """
import sys
import grpc
with grpc.insecure_channel(sys.argv[3].removeprefix("ray://")) as channel:
    grpc.channel_ready_future(channel).result(timeout=60)
"""

THROUGH_THE_CLIENT = """
import sys
from pathlib import Path
from pointsman.errors import DataError
from pointsman.launchers import LauncherSettings, launch
from ray import cloudpickle
from tests.launchers import squares
from tests.launchers.squares import SQUARES, SUM, SquareOptions, SumOptions

cloudpickle.register_pickle_by_value(squares)  # not installed where the workers are

class Told:
    def say(self, line):
        print(line)
    def advance(self, *step):
        pass

numbers, out, address = sys.argv[1:]
settings = LauncherSettings("ray", address)
print(launch(SQUARES, SquareOptions(Path(numbers), Path(out)), settings, Told())["rows"])
try:
    launch(SUM, SumOptions(Path(numbers), "wrong"), settings)
except DataError as error:
    print(error)
"""


def test_through_the_port_of_the_client(
    ray_runtime: str, numbers: Path, tmp_path: Path, local: dict[str, bytes]
) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    serve = ["-m", "ray.util.client.server", "--host=127.0.0.1", f"--port={port}", "--mode=specific-server"]
    with subprocess.Popen(
        [sys.executable, *serve, f"--address={ray_runtime}"], env=environment, stderr=subprocess.DEVNULL
    ) as server:
        try:
            address = f"ray://127.0.0.1:{port}"
            found = subprocess.run(
                [sys.executable, "-c", WAIT + THROUGH_THE_CLIENT, numbers, tmp_path / "out", address],
                capture_output=True,
                env=environment,
                text=True,
                check=False,
            )
        finally:
            server.kill()
    assert found.stderr == ""
    assert found.stdout.splitlines() == [
        f"ray: the cluster at {address}",
        "43 numbers, 0 done before",
        "ray: starting 1 worker",
        "finished",
        "43",
        "sum: row 3 is no number: mend it",
    ]
    assert squares_in(tmp_path / "out") == local
