"""`pointsman serve`: all routers of a bundle, or several artifacts, behind one HTTP service."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli.launcher_arguments import Address, Launcher, LauncherConfig, settings_of
from pointsman.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    from pointsman.inference.stacked import Stacked
    from pointsman.launchers.settings import LauncherSettings
    from pointsman.serving.settings import Settings


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="A bundle, or ONNX exports; with --runtime torch artifacts as well.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="YAML file of settings, named as the flags; flags win.")] = None,
    models: Annotated[
        Path | None, typer.Option(help="Folder in which the preferred artifact of each task is found.")
    ] = None,
    prefer: Annotated[
        str | None, typer.Option(help="How --models chooses: architecture or metric. [default: architecture]")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="0: any free one. [default: 8080]")] = None,
    runtime: Annotated[str | None, typer.Option(help="onnx or torch. [default: onnx]")] = None,
    device: Annotated[str | None, typer.Option(help="cpu or cuda, with --runtime torch. [default: cpu]")] = None,
    backbone: Annotated[str | None, typer.Option(help="Where artifacts' backbone is now.")] = None,
    precision: Annotated[
        str | None, typer.Option(help="fp32, fp16 or int8 of ONNX graphs. [default: the export's first]")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="Of one pass. [default: cores shared among --workers]")] = None,
    workers: Annotated[int | None, typer.Option(help="Batches computed side by side. [default: 1]")] = None,
    max_batch: Annotated[int | None, typer.Option(help="Texts in a batch. [default: 32]")] = None,
    batch_delay_ms: Annotated[
        float | None, typer.Option(help="Wait for more texts, while others are asked for. [default: 2]")
    ] = None,
    cache: Annotated[int | None, typer.Option(help="Texts whose decisions are kept; 0: none. [default: 1024]")] = None,
    stack: Annotated[
        Path | None, typer.Option(help="experts.yaml: experts that answer at /api/v1/route; no bundle is needed then.")
    ] = None,
    stack_workers: Annotated[
        int | None, typer.Option(help="Requests that the stack answers side by side. [default: 1]")
    ] = None,
    stack_device: Annotated[str | None, typer.Option(help="cpu or cuda, for the stack's models.")] = None,
    shadow: Annotated[Path | None, typer.Option(help="Candidate that runs beside the live models.")] = None,
    shadow_share: Annotated[float | None, typer.Option(help="Of the texts, 0 to 1. [default: 0.1]")] = None,
    verify_key: Annotated[Path | None, typer.Option(help="Public key that must have signed all models.")] = None,
    golden: Annotated[
        int | None, typer.Option(help="Golden rows of each task replayed at every load; 0: none. [default: 16]")
    ] = None,
    max_body_bytes: Annotated[int | None, typer.Option(help="Of a request (413). [default: 4194304]")] = None,
    max_texts: Annotated[int | None, typer.Option(help="In a batch request (400). [default: 256]")] = None,
    max_characters: Annotated[int | None, typer.Option(help="Of one text (400). [default: 32768]")] = None,
    max_concurrent: Annotated[int | None, typer.Option(help="Requests at once (429). [default: 256]")] = None,
    max_queue: Annotated[int | None, typer.Option(help="Texts that wait (503). [default: 512]")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for a request (503). [default: 10]")] = None,
    read_timeout: Annotated[
        float | None, typer.Option(help="Seconds for a client to send its request (408). [default: 10]")
    ] = None,
    max_image_bytes: Annotated[
        int | None, typer.Option(help="Of an image for the stack (413). [default: 20000000]")
    ] = None,
    max_new_tokens: Annotated[
        int | None, typer.Option(help="That a client may ask an expert for (400). [default: 2048]")
    ] = None,
    max_route_queue: Annotated[
        int | None, typer.Option(help="Requests that wait for the stack (503). [default: 16]")
    ] = None,
    route_timeout: Annotated[
        float | None, typer.Option(help="Seconds for a request to the stack (503). [default: 120]")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="PEM file.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM file.")] = None,
    log: Annotated[str | None, typer.Option(help="text, json or off. [default: text]")] = None,
    log_file: Annotated[Path | None, typer.Option(help="Instead of standard error.")] = None,
    log_texts: Annotated[bool, typer.Option("--log-texts", help="Put texts of requests into the log.")] = False,
    stop_seconds: Annotated[float | None, typer.Option(help="For a graceful stop. [default: 30]")] = None,
    no_page: Annotated[bool, typer.Option("--no-page", help="Leave out the page for people.")] = False,
    launcher: Launcher = None,
    address: Address = None,
    replicas: Annotated[
        int | None,
        typer.Option(min=1, help="Of the service, with --launcher ray. [default: 1]", rich_help_panel="Elsewhere"),
    ] = None,
    launcher_config: LauncherConfig = None,
) -> None:
    """Serve routers over HTTP until SIGTERM; SIGHUP loads the models anew. See docs/serving.md."""
    given: dict[str, Any] = {
        "models": models, "prefer": prefer, "host": host, "port": port, "runtime": runtime, "device": device,
        "backbone": backbone, "precision": precision, "threads": threads, "workers": workers, "max_batch": max_batch,
        "batch_delay_ms": batch_delay_ms, "cache": cache, "stack": stack, "stack_workers": stack_workers,
        "stack_device": stack_device, "shadow": shadow, "shadow_share": shadow_share,
        "verify_key": verify_key, "golden": golden, "tls_cert": tls_cert, "tls_key": tls_key, "log": log,
        "log_file": log_file, "stop_seconds": stop_seconds,
    }  # fmt: skip
    limits: dict[str, Any] = {
        "body_bytes": max_body_bytes, "texts": max_texts, "text_characters": max_characters,
        "concurrent": max_concurrent, "queue": max_queue, "seconds": timeout, "header_seconds": read_timeout,
        "image_bytes": max_image_bytes, "new_tokens": max_new_tokens, "route_queue": max_route_queue,
        "route_seconds": route_timeout,
    }  # fmt: skip
    flags = {name: value for name, value in given.items() if value is not None}
    if limits := {name: value for name, value in limits.items() if value is not None}:
        flags["limits"] = limits
    if paths:
        flags["paths"] = paths
    if log_texts:
        flags["log_texts"] = True
    if no_page:
        flags["page"] = False
    where = settings_of(launcher, address, replicas, None, launcher_config)
    if where.launcher == "ray":
        sys.exit(_serve_on_ray(config, flags, where))
    if where.launcher != "local":
        raise ConfigError(f"--launcher {where.launcher}: a server runs here (local) or on ray")
    if replicas is not None:
        raise ConfigError("--replicas goes with --launcher ray; --workers computes side by side in one server")
    sys.exit(_serve(config, flags))


def _serve_on_ray(config: Path | None, flags: dict[str, Any], where: LauncherSettings) -> int:
    from pointsman.launchers.ray_serve import serve_on_ray
    from pointsman.serving.settings import read_settings

    settings = read_settings(config, flags)
    if not settings.loopback and not settings.keys:
        _say(f"anybody who reaches {settings.host}:{settings.port} may ask: set keys in --config, or use 127.0.0.1")
    return serve_on_ray(settings, where, where.workers or 1, _Told())


class _Told:
    """Says on standard error what a launcher tells."""

    def say(self, line: str) -> None:
        """Print one line."""
        _say(line)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Nothing is shown of it: a server is no step."""


def _serve(config: Path | None, flags: dict[str, Any]) -> int:
    from pointsman.serving.settings import read_settings

    settings = read_settings(config, flags)
    try:
        from pointsman.serving import server
        from pointsman.serving.logs import AccessLog
        from pointsman.serving.opening import open_models, open_shadow
        from pointsman.serving.service import Service
        from pointsman.serving.telemetry import open_tracer
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pointsman"):
            raise
        raise MissingExtraError("serve", error.name or "starlette") from None
    tracer = open_tracer()
    listening = server.open_socket(settings)
    started = time.perf_counter()
    with listening:
        models = open_models(settings, tell=_say)
        candidate = open_shadow(settings, tell=_say)
        log = AccessLog(settings.log, settings.log_file, texts=settings.log_texts)
        stack = _open_stack(settings)
        service = Service(settings, models, candidate=candidate, stack=stack, log=log, tracer=tracer)
        where = server.address_of(listening, settings)
        if not settings.loopback and not settings.keys:
            _say(f"anybody who reaches {where} may ask: set keys in --config, or listen on 127.0.0.1")

        def ready() -> None:
            names = [*models.routers, *([f"a stack ({', '.join(stack.task.labels)})"] if stack is not None else [])]
            _say(f"serving {', '.join(names)} on {where} (loaded in {time.perf_counter() - started:.1f} s)")

        done = server.run(service, listening, ready=ready)
    if not done:
        _say(f"stopped after {settings.stop_seconds:g} s with requests unanswered: raise --stop-seconds")
    return 0 if done else 1


def _open_stack(settings: Settings) -> Stacked | None:
    if settings.stack is None:
        return None
    from pointsman.experts.stack import open_stack

    options: dict[str, Any] = {} if settings.stack_device is None else {"device": settings.stack_device}
    found: Stacked = open_stack(settings.stack, **options)
    return found


def _say(line: str) -> None:
    print(f"pointsman: {line}", file=sys.stderr, flush=True)
