"""The directory on disk: layout, manifest with digests, label mappings, integrity check on load."""

from pointsman.artifacts.directory import Artifact, check_output, open_artifact, room_for, staged, write_manifest
from pointsman.artifacts.layout import directory_name
from pointsman.artifacts.manifest import BackboneRecord, DataRecord, Manifest, TaskRecord
from pointsman.artifacts.mappings import write_mappings

__all__ = [
    "Artifact",
    "BackboneRecord",
    "DataRecord",
    "Manifest",
    "TaskRecord",
    "check_output",
    "directory_name",
    "open_artifact",
    "room_for",
    "staged",
    "write_manifest",
    "write_mappings",
]
