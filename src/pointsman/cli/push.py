"""`pointsman push`: upload an artifact with its card to the Hugging Face Hub."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args


def command(
    artifact: Annotated[Path, typer.Argument(help="Artifact, export or bundle; it must be whole.")],
    repo: Annotated[str, typer.Argument(help="NAME or OWNER/NAME on the Hub; made where it does not exist.")],
    private: Annotated[
        bool, typer.Option("--private", help="Make it private; one that exists must be so already.")
    ] = False,
    token_env: Annotated[
        str | None, typer.Option(help="Environment variable with the token. [default: who is logged in, or HF_TOKEN]")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Remove files of the repository that are no part of the artifact.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be uploaded; upload nothing.")] = False,
    json_: args.Json = False,
) -> None:
    """Upload an artifact and its card in one commit, after saying what its files tell of the training data."""
    from pointsman.pipeline.push import push

    pushed = push(
        artifact,
        repo,
        private=private,
        token_env=token_env,
        overwrite=overwrite,
        dry_run=dry_run,
        tell=lambda line: typer.echo(f"note: {line}", err=True),
    )
    if json_:
        typer.echo(json.dumps(dataclasses.asdict(pushed)))
        return
    if dry_run:
        typer.echo(f"{len(pushed.files)} files would be uploaded to {pushed.repo}: {', '.join(pushed.files)}")
        return
    typer.echo(f"{pushed.url}: {len(pushed.files)} files, commit {pushed.commit}")
