"""A crew on a Ray cluster: Ray Train's TorchTrainer starts the workers, joins them, and ends them together.

Takes a job of `training.crew`, gives what its first member made. The job travels through Ray's object store; progress
comes back through a mailbox, the result as the trainer's return value. A worker that is lost ends the fit: nothing is
restarted, since the run's own checkpoints are what it is gone on with. Knows nothing of models.
"""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.backbones import hardware as hw
from pointsman.errors import ConfigError, PointsmanError, WorkerError
from pointsman.launchers.ray_nodes import GB
from pointsman.launchers.ray_remote import LESS_MEMORY, Failure, Mailbox, Posted, Surroundings, lost_workers
from pointsman.launchers.settings import LauncherSettings
from pointsman.training.crew import Job, Member, Progress, lost_another

_NO_GPU = ("no GPUs found", "NCCL built in", "backend type NCCL", "CUDA is not available", "not compiled with CUDA")
"""What torch says where it finds no GPU, or is built for none."""
_AGAIN = "what it had written stays, run the same command with --resume"


class _CarriedError(Exception):
    """What went wrong in a worker, in a form that pickles."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True)
class RayCrew:
    """Workers of the cluster that this process has joined; see `Crew`.

    Attributes:
        settings: how many workers, and what each has.
    """

    settings: LauncherSettings

    @property
    def size(self) -> int:
        """Workers."""
        return self.settings.workers or 1

    def hardware(self, device: hw.Device, precision: hw.Precision) -> hw.Hardware:
        """See `Crew`: by what the settings give a worker, since the process that asks has no GPU of its own.

        Raises:
            ConfigError: a GPU is asked for, and they give none or a part of one.
        """
        gpus = self.settings.gpus
        if device == "cpu" or (device == "auto" and not gpus):
            found = hw.choose("cpu", precision)
            why = "asked for" if device == "cpu" else "the workers have no GPU: gpus in --launcher-config"
            return hw.Hardware(found.device, found.precision, (f"device: cpu ({why})", *found.reasons[1:]))
        self._require_whole_gpus()
        reasons = [f"device: cuda ({'asked for' if device == 'cuda' else f'each worker has gpus {gpus:g}'})"]
        if precision == "auto":
            reasons.append("precision: bf16 (usual of GPUs; for those that lack it --precision fp32)")
            return hw.Hardware("cuda", "bf16", tuple(reasons))
        return hw.Hardware("cuda", precision, (*reasons, f"precision: {precision} (asked for)"))

    def fit(self, job: Job, progress: Progress | None = None) -> Any:
        """Run a job; paths that it names have to be seen by all workers, or it cannot be gone on with.

        Raises:
            ConfigError: workers without the GPUs that the job wants.
            WorkerError: one ended before its work.
            PointsmanError: what the job raises, in any of them.
        """
        import ray
        from ray.train import FailureConfig, RunConfig, ScalingConfig
        from ray.train.torch import TorchConfig, TorchTrainer
        from ray.train.v2.api.exceptions import TrainingFailedError

        scaling = ScalingConfig(
            num_workers=self.size,
            use_gpu=job.device == "cuda",
            resources_per_worker=self._resources(job),
        )
        with _storage(job) as storage, _told(progress) as mailbox, _own_interrupt(), lost_workers("train"):
            work = {"job": ray.put(job), "mailbox": mailbox, "around": Surroundings.here(self.settings.cpus)}
            trainer = TorchTrainer(
                _member,
                # In a list: a reference by itself would be replaced by what it stands for.
                train_loop_config={"given": [work]},
                torch_config=TorchConfig(backend="cpu:gloo,cuda:nccl" if job.device == "cuda" else "gloo"),
                scaling_config=scaling,
                run_config=RunConfig(
                    name="crew", storage_path=str(storage), failure_config=FailureConfig(max_failures=0)
                ),
            )
            try:
                return trainer.fit().return_value
            except TrainingFailedError as error:
                raise _raised(error) from None

    def _resources(self, job: Job) -> dict[str, float]:
        settings = self.settings
        found: dict[str, float] = {"CPU": settings.cpus}
        if settings.memory_gb is not None:
            found["memory"] = settings.memory_gb * GB
        if job.device == "cuda":
            self._require_whole_gpus()
            found["GPU"] = settings.gpus
        return found

    def _require_whole_gpus(self) -> None:
        if self.settings.gpus < 1:
            raise ConfigError(
                f"gpus {self.settings.gpus:g} of each worker: training on {self.size} workers needs whole ones: set "
                "gpus: 1 in --launcher-config, or use --device cpu"
            )


def _member(config: Mapping[str, Any]) -> Any:
    """Be a member, in a worker of Ray Train: it has joined the process group already."""
    import ray
    from ray import train

    (given,) = config["given"]
    context = train.get_context()
    member = Member(context.get_world_rank(), context.get_world_size())
    posted = Posted(given["mailbox"])
    try:
        given["around"].enter()
        job: Job = ray.get(given["job"])
        tell = (lambda *told: posted.advance("", *told)) if member.first and given["mailbox"] is not None else None
        found = job.run(member, tell)
        if tell is not None:
            posted.close()
    except Exception as error:
        raise _CarriedError(Failure.of(_ended() if lost_another(error) else error)) from None
    return found if member.first else None


@contextmanager
def _storage(job: Job) -> Iterator[Path]:
    """Give Ray Train a folder for what it keeps of a run, which nobody needs afterwards."""
    if job.work is not None:
        job.work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="ray-", dir=job.work)).absolute()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _told(progress: Progress | None) -> Iterator[Any]:
    """Give a mailbox; what is put there is told here until the block ends. None: nothing is to be told."""
    if progress is None:
        yield None
        return
    import ray

    mailbox = ray.remote(num_cpus=0)(Mailbox).remote()
    raised: list[BaseException] = []

    def deliver() -> None:
        with suppress(ray.exceptions.RayError):
            while items := ray.get(mailbox.take.remote()):
                for _, _, *told in items:
                    try:
                        if not raised:
                            progress(*told)
                    except Exception as error:
                        raised.append(error)

    thread = threading.Thread(target=deliver, name="pointsman-crew-progress", daemon=True)
    thread.start()
    try:
        yield mailbox
        ray.get(mailbox.close.remote())
        thread.join()
    finally:
        ray.kill(mailbox)
        thread.join()
    if raised:
        raise raised[0]


@contextmanager
def _own_interrupt() -> Iterator[None]:
    """Give the handler of interrupts back: Ray Train puts its own in its place."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT) if main else None
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def _raised(error: Exception) -> Exception:
    """Return what ended a training: an error of ours before a lost worker, and that before what others saw of it."""
    import ray

    failures = dict(getattr(error, "worker_failures", {}))
    carried = [one for one in map(_failure, failures.values()) if one is not None]
    ours = [one for one in carried if one.kind is not None]
    for failure in sorted(ours, key=lambda one: one.kind is WorkerError):
        return failure.error()
    for one in failures.values():
        one = getattr(one, "health_check_failure", one)  # the controller saw it before the other workers did
        if isinstance(one, ray.exceptions.RayError):
            return _ended(
                f"ran out of memory: {LESS_MEMORY}" if isinstance(one, ray.exceptions.OutOfMemoryError) else ""
            )
    if carried:
        return carried[0].error()
    ended = getattr(error, "controller_failure", error)  # outside the workers' own work
    text = " ".join(str(getattr(ended, "cause", None) or ended).split())
    if any(said in text for said in _NO_GPU):
        return ConfigError(
            "torch sees no CUDA device in a worker of the Ray crew that was given a GPU: install a torch with CUDA on "
            "every node, or use --device cpu"
        )
    return WorkerError(f"Ray Train gave up ({text[:200]}): {_AGAIN}")


def _ended(why: str = "") -> WorkerError:
    return WorkerError(
        f"a worker of the Ray crew ended before the training did ({why or 'killed, or out of memory'}): {_AGAIN}"
    )


def _failure(error: BaseException | None) -> Failure | None:
    """Return what a worker carried, from whatever Ray wrapped around it."""
    while error is not None:
        if isinstance(error, _CarriedError):
            return error.failure
        if isinstance(error, PointsmanError):
            return Failure.of(error)
        error = getattr(error, "_base_exc", None) or getattr(error, "cause", None) or error.__cause__
    return None
