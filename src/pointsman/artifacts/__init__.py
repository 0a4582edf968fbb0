"""The directory on disk: layout, manifest with digests, label mappings, integrity check on load."""

from pointsman.artifacts.directory import (
    Artifact,
    BundleFolder,
    check_output,
    open_artifact,
    open_bundle,
    room_for,
    staged,
    write_manifest,
)
from pointsman.artifacts.golden import GoldenRow, read_golden, write_golden
from pointsman.artifacts.layout import directory_name
from pointsman.artifacts.manifest import (
    BackboneRecord,
    BundleManifest,
    DataRecord,
    ExportRecord,
    Manifest,
    RequestRecord,
    RouterRecord,
    TaskRecord,
    read_kind,
)
from pointsman.artifacts.mappings import write_mappings

__all__ = [
    "Artifact",
    "BackboneRecord",
    "BundleFolder",
    "BundleManifest",
    "DataRecord",
    "ExportRecord",
    "GoldenRow",
    "Manifest",
    "RequestRecord",
    "RouterRecord",
    "TaskRecord",
    "check_output",
    "directory_name",
    "open_artifact",
    "open_bundle",
    "read_golden",
    "read_kind",
    "room_for",
    "staged",
    "write_golden",
    "write_manifest",
    "write_mappings",
]
