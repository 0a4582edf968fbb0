"""`pointsman sign`: sign an artifact with a private key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.artifacts import layout
from pointsman.cli import arguments as args


def command(
    folder: Annotated[Path, typer.Argument(help="Artifact, export or bundle; it must be whole.")],
    sign_key: Annotated[
        Path, typer.Option(help="Private key: elliptic curve, PEM, no password (openssl ecparam -name prime256v1).")
    ],
    json_: args.Json = False,
) -> None:
    """Sign an artifact: write model.sig beside its files. Whoever has the public key can check it offline."""
    from pointsman.artifacts.signing import sign

    checked = sign(folder, sign_key)
    file = folder / layout.SIGNATURE
    if json_:
        typer.echo(json.dumps({"path": str(folder), "signature": str(file), "digest": checked.digest}))
        return
    typer.echo(f"{file}: {checked.files + 1} files signed, sha256 of {layout.MANIFEST} {checked.digest}")
    typer.echo(f"  to check: pointsman verify-files {folder} --verify-key PUBLIC.pem")
