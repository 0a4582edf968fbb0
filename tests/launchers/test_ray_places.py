from __future__ import annotations

from pathlib import Path

import pytest

from pointsman.errors import DataError
from pointsman.launchers import LauncherSettings, launch
from tests.launchers.buckets import BUCKET, Bucket, bucket, server  # noqa: F401 - fixtures
from tests.launchers.words import COPY, UPPER, options_for

pytestmark = pytest.mark.usefixtures("server", "ray_runtime")  # in this order: workers have the server's address


def test_two_workers_through_urls(bucket: Bucket, tmp_path: Path) -> None:  # noqa: F811
    options = options_for(bucket, "one two three four five")
    result = launch(UPPER, options, LauncherSettings("ray", workers=2))
    assert str(result.path) == f"s3://{BUCKET}/out/made"
    assert result.text == "ONE TWO THREE FOUR FIVE"
    put = bucket.put()
    assert (put[0], put[-1]) == ("out/made/summary.json", "out/made/summary.json")
    assert sorted(put[1:-1]) == [f"out/made/{n}.txt" for n in range(5)]


def test_a_step_that_is_no_map_through_urls(bucket: Bucket) -> None:  # noqa: F811
    options = options_for(bucket)
    result = launch(COPY, options, LauncherSettings("ray"))
    assert result.text == f"s3://{BUCKET}/out/made: 3 words of s3://{BUCKET}/in/words.txt"
    assert bucket.put()[-1] == "out/made/manifest.json"


def test_a_worker_that_fails_names_the_url(bucket: Bucket) -> None:  # noqa: F811
    with pytest.raises(DataError, match=rf"^s3://{BUCKET}/in/words.txt:1: wrong$"):
        launch(UPPER, options_for(bucket, fail=1), LauncherSettings("ray"))
    assert "1.txt" not in bucket.keys("out/made")
