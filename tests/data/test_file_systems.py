"""Whoever opens a URL says the same of what is wrong with it: rows of a corpus, and the paths of steps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.data import storage
from pointsman.data.file_systems import explain, open_file_system
from pointsman.errors import ConfigError, DataError, MissingExtraError, OutputError, PointsmanError
from pointsman.launchers.remote import Remote

SOURCE = Path(storage.__file__).parents[1]


@pytest.mark.parametrize("opens", [open_file_system, Remote, storage.open_file, storage.find, storage.folder])
@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("s4://rows/x", ConfigError, "s4://rows/x: no file system 's4:', did you mean 's3'?; use a local path, s3://"),
        ("abfs://c@a/x", ConfigError, "abfs://c@a/x: a package for abfs:// is missing"),
        ("gs://rows/x", MissingExtraError, "pip install 'pointsman[gcs]'"),
    ],
)
def test_what_cannot_be_opened_is_one_line(
    opens: Callable[[str], object], url: str, kind: type[PointsmanError], told: str
) -> None:
    with pytest.raises(kind) as error:
        opens(url)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_one_place_opens_file_systems() -> None:
    found = [
        file for file in SOURCE.rglob("*.py") if "import fsspec" in (text := file.read_text()) or "from fsspec" in text
    ]
    assert [file.relative_to(SOURCE).as_posix() for file in found] == ["data/file_systems.py"]


def test_without_fsspec_the_extra_is_named() -> None:
    code = (
        "import sys\nsys.modules['fsspec'] = None\n"
        "from pointsman.data.file_systems import open_file_system\n"
        "try:\n    open_file_system('gs://rows/x')\nexcept Exception as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "this needs the Python package 'fsspec': pip install 'pointsman[gcs]'\n", done.stderr


class NoCredentialsError(Exception):
    """As botocore calls it."""


@pytest.mark.parametrize(
    ("error", "writes", "kind", "told"),
    [
        (NoCredentialsError("none"), True, ConfigError, "s3://b/x: no credentials for s3:// (none): set AWS_ACCESS"),
        (PermissionError("denied"), True, ConfigError, "may not be written with these credentials (denied)"),
        (PermissionError("denied"), False, ConfigError, "may not be read with these credentials (denied)"),
        (FileNotFoundError("The specified bucket does not exist"), True, DataError, "no bucket 'b'"),
        (FileNotFoundError("b/x"), False, DataError, "s3://b/x: nothing is there (b/x)"),
        (ConnectionError("away"), False, ConfigError, "cannot be reached (away): see the network"),
        (ValueError("odd"), True, OutputError, "cannot be written (ValueError: odd)"),
        (ValueError("odd"), False, DataError, "cannot be read (ValueError: odd)"),
    ],
)
def test_what_a_package_raises_is_explained(
    error: Exception, writes: bool, kind: type[PointsmanError], told: str
) -> None:
    found = explain("s3://b/x", error, writes=writes)
    assert type(found) is kind
    assert told in str(found)
