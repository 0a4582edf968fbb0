"""Signing a whole folder with a private key, and refusing one that is not as it was signed; works offline.

The signature (`model.sig`, in the `model-signing` format) names the sha256 of every other file, manifest.json among
them (not of the two that the Hub adds): whoever rewrites a file and the manifest with it is still found out. Keys are
elliptic curve keys in PEM files (`openssl ecparam -genkey -name prime256v1 -noout -out key.pem`, `openssl ec -in
key.pem -pubout -out key.pub`). Whose key it is and how it is kept is not known here.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.artifacts.integrity import Checked, Differences, check, compare, digests
from pointsman.errors import ArtifactError, ConfigError, MissingExtraError, OutputError

_CURVES = ("secp256r1", "secp384r1", "secp521r1")


def sign(folder: Path, private_key: Path) -> Checked:
    """Sign a whole artifact, export or bundle: write `model.sig`, in place of an earlier one.

    Args:
        folder: what to sign; it must be as its manifest says.
        private_key: elliptic curve key, PEM, without a password.

    Returns:
        What was signed.

    Raises:
        ArtifactError: the folder is not whole.
        ConfigError: the key cannot be used.
        OutputError: the signature cannot be written.
        MissingExtraError: `model-signing` is not installed.
    """
    _library()
    from model_signing import signing

    _check_private(private_key)
    checked = check(folder)
    signer = signing.Config()  # type: ignore[no-untyped-call]
    signer.set_hashing_config(_hashing()).use_elliptic_key_signer(private_key=private_key)
    # Under another name first: a signature is there whole or not at all.
    draft = folder / f".{layout.SIGNATURE}.{os.getpid()}.tmp"
    try:
        signer.sign(folder, draft)
        draft.replace(folder / layout.SIGNATURE)
    except OSError as error:
        raise OutputError(f"{folder / layout.SIGNATURE} cannot be written: {error.strerror or error}") from None
    finally:
        draft.unlink(missing_ok=True)
    return checked


def verify(folder: Path, public_key: Path) -> Checked:
    """Check a folder against its manifest, then against its signature.

    Args:
        folder: of an artifact, an export or a bundle.
        public_key: of the key that must have signed it, PEM.

    Returns:
        What was checked.

    Raises:
        ArtifactError: not signed, signed with another key, or a file is not as it was signed (each is named).
        ConfigError: the key cannot be used.
        MissingExtraError: `model-signing` is not installed.
    """
    _library()
    from cryptography.exceptions import InvalidSignature
    from model_signing import verifying

    _check_public(public_key)
    checked = check(folder)
    signature = folder / layout.SIGNATURE
    if not signature.is_file():
        raise ArtifactError(
            f"{folder} is not signed (no {layout.SIGNATURE}): sign it with 'pointsman sign {folder} --sign-key KEY'"
        )
    verifier = verifying.Config()  # type: ignore[no-untyped-call]
    verifier.set_hashing_config(_hashing()).use_elliptic_key_verifier(public_key=public_key)
    other = f"{signature}: signed with another key than {public_key}'s, or the signature was altered"
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # the library prints of signatures that name no key
            verifier.verify(folder, signature)
    except InvalidSignature:
        raise ArtifactError(other) from None
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as error:
        # The library's own words tell its cases apart; whatever it says, nothing passes.
        text = str(error)
        if text.startswith("Key mismatch"):
            raise ArtifactError(other) from None
        if text.startswith("Signature mismatch"):
            raise ArtifactError(
                f"{folder} is not as it was signed: {_unlike(folder, text)}; if you changed it, sign it again"
            ) from None
        raise ArtifactError(f"{signature} is no signature: {' '.join(text.split())[:160] or 'damaged'}") from None
    return checked


def require_signature(folder: Path, public_key: Path) -> str:
    """Refuse to go on with a folder that the key did not sign: what a server calls before it loads anything.

    Returns:
        The digest of what was verified: that of the opened artifact must be the same.

    Raises:
        ArtifactError: as `verify`.
        ConfigError: as `verify`.
        MissingExtraError: as `verify`.
    """
    return verify(folder, public_key).digest


def _unlike(folder: Path, told: str) -> str:
    """Name what differs from the digests that the signature holds: they are genuine by now, manifest.json's are not."""
    try:
        content = json.loads((folder / layout.SIGNATURE).read_text(encoding="utf-8"))
        statement = json.loads(base64.b64decode(content["dsseEnvelope"]["payload"]))
        recorded = {row["name"]: row["digest"] for row in statement["predicate"]["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        recorded = {}
    differences = compare(recorded, digests(folder)) if recorded else Differences()
    return differences.told() or " ".join(told.split())[:300]


def _hashing() -> Any:
    """Return how files are hashed: each whole, by sha256; links are what they name; not the signature and the Hub's."""
    from model_signing import hashing

    config = hashing.Config()  # type: ignore[no-untyped-call]
    config.use_file_serialization(hashing_algorithm="sha256", allow_symlinks=True)
    return config.set_allow_symlinks(True).set_ignored_paths(
        paths=[layout.SIGNATURE, *sorted(layout.HUB_FILES)], ignore_git_paths=False
    )


def _library() -> None:
    try:
        import model_signing  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("sign", error.name or "model_signing") from None


def _check_private(file: Path) -> None:
    """Refuse a key that cannot sign, before the library meets it.

    Raises:
        ConfigError: unreadable, no private key, behind a password, or of another kind.
    """
    from cryptography.hazmat.primitives import serialization

    pem = _read_key(file, "--sign-key")
    try:
        key: Any = serialization.load_pem_private_key(pem, None)
    except TypeError:
        raise ConfigError(
            f"--sign-key {file}: the key is behind a password: write one without (openssl ec -in {file} -out …)"
        ) from None
    except ValueError:
        raise ConfigError(f"--sign-key {file}: no private key in PEM format") from None
    except Exception as error:  # cryptography's UnsupportedAlgorithm is no ValueError
        raise ConfigError(f"--sign-key {file}: {' '.join(str(error).split())[:160]}") from None
    _check_curve(key.public_key() if hasattr(key, "public_key") else key, file, "--sign-key")


def _check_public(file: Path) -> None:
    """Refuse a key that cannot verify.

    Raises:
        ConfigError: unreadable, no public key, or of another kind.
    """
    from cryptography.hazmat.primitives import serialization

    pem = _read_key(file, "--verify-key")
    try:
        key = serialization.load_pem_public_key(pem)
    except ValueError:
        secret = b"PRIVATE KEY" in pem
        hint = f": it is a private key; use the public one (openssl ec -in {file} -pubout)" if secret else ""
        raise ConfigError(f"--verify-key {file}: no public key in PEM format{hint}") from None
    except Exception as error:  # cryptography's UnsupportedAlgorithm is no ValueError
        raise ConfigError(f"--verify-key {file}: {' '.join(str(error).split())[:160]}") from None
    _check_curve(key, file, "--verify-key")


def _read_key(file: Path, flag: str) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{flag} {file}: no such file") from None
    except OSError as error:
        raise ConfigError(f"{flag} {file}: cannot be read: {error.strerror}") from None


def _check_curve(key: Any, file: Path, flag: str) -> None:
    curve = getattr(getattr(key, "curve", None), "name", None)
    if curve not in _CURVES:
        found = f"curve {curve}" if curve else type(key).__name__.lstrip("_")
        raise ConfigError(f"{flag} {file}: {found} is not supported: use an elliptic curve key ({', '.join(_CURVES)})")
