"""Every file of a folder against what was recorded of it, all differences named; knows nothing of signatures.

Opening an artifact stops at the first difference; this names them all, for people and for `verify-files`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pointsman.artifacts import layout
from pointsman.artifacts.directory import file_digest
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
        files: how many files were compared, manifest.json not counted.
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


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file in a folder by its name there, but for the signature's own.

    Raises:
        ArtifactError: a file cannot be read, or something is neither file nor folder (a link to nothing, a pipe).
    """
    paths = [path for path in sorted(folder.rglob("*")) if not path.is_dir()]
    if odd := [path for path in paths if not path.is_file()]:
        raise ArtifactError(f"{odd[0]} is neither a file nor a folder: remove it")
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: file_digest(path) for name, path in names.items() if name != layout.SIGNATURE}


def compare(recorded: Mapping[str, str], found: Mapping[str, str]) -> Differences:
    """Compare digests by file name."""
    return Differences(
        missing=tuple(sorted(recorded.keys() - found.keys())),
        added=tuple(sorted(found.keys() - recorded.keys())),
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
    size = sum((folder / name).stat().st_size for name in found)
    return Checked(manifest, digest, len(found), size, compare(manifest.files, found))


def check(folder: Path) -> Checked:
    """Compare every file of a folder with its manifest, and refuse any difference.

    Raises:
        ArtifactError: there is no manifest that can be read, or a file is missing, added or changed (all are named).
    """
    checked = examine(folder)
    if checked.differences:
        raise ArtifactError(f"{folder} is not as its {layout.MANIFEST} says: {checked.differences.told()}")
    return checked
