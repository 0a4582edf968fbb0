"""Every file of a folder against what was recorded of it, all differences named; knows nothing of signatures.

Opening an artifact stops at the first kind of difference; `examine` names them all, for people and for `verify-files`.
Two files that the Hub adds (`layout.HUB_FILES`) are no difference.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pointsman.artifacts import layout
from pointsman.artifacts.manifest import BundleManifest, Manifest, read_bundle, read_kind, read_manifest
from pointsman.errors import ArtifactError


@dataclass(frozen=True)
class Differences:
    """Names of files that are not as recorded, each sorted; false when there are none.

    Attributes:
        missing: recorded, but not there.
        added: there, but not recorded.
        changed: with another sha256.
    """

    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.added or self.changed)

    def told(self) -> str:
        """Return them in words: `changed: a.json, b.json; missing: c.json`."""
        parts = (("changed", self.changed), ("missing", self.missing), ("added", self.added))
        return "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)


@dataclass(frozen=True)
class Checked:
    """What a folder holds, and whether it is as its manifest says.

    Attributes:
        manifest: of an artifact, an export or a bundle.
        digest: sha256 of manifest.json.
        files: how many of the files that it names are there.
        size: their bytes.
        differences: what is not as recorded.
    """

    manifest: Manifest | BundleManifest
    digest: str
    files: int
    size: int
    differences: Differences


def read_any(folder: Path) -> Manifest | BundleManifest:
    """Read the manifest of an artifact, an export or a bundle.

    Raises:
        ArtifactError: it has none, or one that is damaged or of a newer format.
    """
    return read_bundle(folder) if read_kind(folder) == "bundle" else read_manifest(folder)


def file_digest(file: Path) -> str:
    """Return a file's sha256.

    Raises:
        ArtifactError: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ArtifactError(f"{file} cannot be read: {error.strerror}") from None


def files_in(folder: Path) -> dict[str, Path]:
    """Return every file in a folder by its name there, in order, but for manifest.json and the signature."""
    names = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {name: path for name, path in names.items() if name not in (layout.MANIFEST, layout.SIGNATURE)}


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file in a folder by its name there, but for the signature's own.

    Raises:
        ArtifactError: a file cannot be read, or something is neither file nor folder (a link to nothing, a pipe).
    """
    if odd := sorted(path for path in folder.rglob("*") if not path.is_dir() and not path.is_file()):
        raise ArtifactError(f"{odd[0]} is neither a file nor a folder: remove it")
    files = {**files_in(folder), layout.MANIFEST: folder / layout.MANIFEST}
    return {name: file_digest(path) for name, path in files.items()}


def compare(recorded: Mapping[str, str], found: Mapping[str, str]) -> Differences:
    """Compare digests by file name; what the Hub adds counts only where it was recorded."""
    return Differences(
        missing=tuple(sorted(recorded.keys() - found.keys())),
        added=tuple(sorted(found.keys() - recorded.keys() - layout.HUB_FILES)),
        changed=tuple(sorted(name for name in recorded.keys() & found.keys() if recorded[name] != found[name])),
    )


def examine(folder: Path) -> Checked:
    """Compare every file of a folder with its manifest.

    Raises:
        ArtifactError: there is no manifest that can be read.
    """
    manifest = read_any(folder)
    found = digests(folder)
    digest = found.pop(layout.MANIFEST)
    there = found.keys() & manifest.files.keys()
    size = sum((folder / name).stat().st_size for name in there)
    return Checked(manifest, digest, len(there), size, compare(manifest.files, found))


def check(folder: Path) -> Checked:
    """Compare every file of a folder with its manifest, and refuse any difference.

    Raises:
        ArtifactError: there is no manifest that can be read, or a file is missing, added or changed (all are named).
    """
    checked = examine(folder)
    if checked.differences:
        raise ArtifactError(f"{folder} is not as its {layout.MANIFEST} says: {checked.differences.told()}")
    return checked
