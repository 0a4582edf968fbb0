"""Steps on URLs, against a real S3 server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pointsman.cli import main
from pointsman.errors import ConfigError, DataError, MissingExtraError, OutputError, PointsmanError
from pointsman.launchers import launch
from pointsman.launchers.copies import key_of
from pointsman.launchers.places import StagedWorker, staged_step
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step, options_from_json, options_to_json
from tests.launchers.buckets import BUCKET, Bucket, bucket, server  # noqa: F401 - fixtures
from tests.launchers.words import COPY, UPPER, Inner, Options, Result, copy, options_for


class Told:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        pass


def test_a_step_reads_and_writes_urls(bucket: Bucket, tmp_path: Path) -> None:  # noqa: F811
    told = Told()
    result = launch(COPY, options_for(bucket), progress=told)

    assert str(result.path) == f"s3://{BUCKET}/out/made"
    assert result.text == f"s3://{BUCKET}/out/made: 3 words of s3://{BUCKET}/in/words.txt"
    assert bucket.keys("out/made") == [*(f"deep/{n}.txt" for n in range(3)), "deep/metadata.json", "manifest.json"]
    assert json.loads(bucket.read("out/made/manifest.json"))["data"] == f"s3://{BUCKET}/in/words.txt"
    assert any(line.startswith(f"s3://{BUCKET}/in/words.txt: fetching 1 file") for line in told.lines)
    assert not list((tmp_path / "places" / "out" / key_of(f"s3://{BUCKET}/out/made")).glob("[!.]*"))


def test_what_says_that_all_is_there_comes_last(bucket: Bucket) -> None:  # noqa: F811
    options = options_for(bucket)
    launch(COPY, options)
    first = bucket.put()
    assert sorted(first[:3]) == [f"out/made/deep/{n}.txt" for n in range(3)]
    assert first[3:] == ["out/made/deep/metadata.json", "out/made/manifest.json"]

    bucket.log.clear()
    launch(COPY, replace(options, overwrite=True))
    changes = [(verb, path) for verb, path in bucket.log if verb in ("PUT", "DELETE", "POST")]
    gone = max(n for n, (verb, _) in enumerate(changes) if verb != "PUT")
    assert gone < min(n for n, (verb, _) in enumerate(changes) if verb == "PUT")  # it is not whole while it changes
    assert changes[-1] == ("PUT", f"{BUCKET}/out/made/manifest.json")


def test_what_has_not_changed_is_not_fetched_twice(bucket: Bucket) -> None:  # noqa: F811
    for name in ("a", "b"):
        bucket.write(f"folder/{name}.txt", name)
    step = Step("list", Options, lambda options, progress=None: sorted(options.data.path.iterdir()), ("data.path",))
    options = Options(Inner(Path(f"s3://{BUCKET}/folder")))

    def fetched() -> list[str]:
        bucket.log.clear()
        names = [path.name for path in launch(step, options)]
        assert names == ["a.txt", "b.txt"]
        return sorted(bucket.got())

    assert fetched() == ["folder/a.txt", "folder/b.txt"]
    assert fetched() == []
    bucket.write("folder/b.txt", "other")
    assert fetched() == ["folder/b.txt"]


def test_an_output_that_is_there_is_seen(bucket: Bucket) -> None:  # noqa: F811
    options = options_for(bucket)
    bucket.write("out/made/manifest.json", "{}")
    with pytest.raises(OutputError, match=rf"^s3://{BUCKET}/out/made exists already: choose another --out$"):
        launch(COPY, options)
    assert bucket.read("out/made/manifest.json") == b"{}"


def test_what_a_step_removed_is_removed_there(bucket: Bucket) -> None:  # noqa: F811
    bucket.write("out/made/old.txt", "old")
    launch(COPY, options_for(bucket, overwrite=True))
    assert "old.txt" not in bucket.keys("out/made")


def test_a_step_that_fails_leaves_nothing(bucket: Bucket) -> None:  # noqa: F811
    with pytest.raises(DataError, match=rf"^s3://{BUCKET}/in/words.txt:1: wrong$"):
        launch(COPY, options_for(bucket, fail=1))
    assert bucket.keys("out/made") == []


def test_a_map_step_goes_on_where_it_failed(bucket: Bucket) -> None:  # noqa: F811
    options, told = options_for(bucket, fail=2), Told()
    with pytest.raises(DataError, match=rf"^s3://{BUCKET}/in/words.txt:2: wrong$"):
        launch(UPPER, options, progress=told)
    assert bucket.keys("out/made") == ["0.txt", "1.txt", "summary.json"]
    assert b"false" in bucket.read("out/made/summary.json")
    # Its description first, and each block as soon as it is done: a process that is killed loses no more than one.
    assert bucket.put() == ["out/made/summary.json", "out/made/0.txt", "out/made/1.txt"]

    result = launch(UPPER, replace(options, fail=-1), progress=told)
    assert result.text == "ONE TWO THREE"
    assert b"true" in bucket.read("out/made/summary.json")
    assert told.lines[-2:] == [f"s3://{BUCKET}/out/made: 1 left", f"s3://{BUCKET}/out/made: 1 file pushed"]
    assert bucket.put()[-2:] == ["out/made/2.txt", "out/made/summary.json"]


def test_workers_with_folders_of_their_own(bucket: Bucket, tmp_path: Path) -> None:  # noqa: F811
    options = options_for(bucket)
    bucket.write("out/made/0.txt", "ONE")
    with staged_step(UPPER, options) as place:
        work = place.plan()
        away = options_from_json(Options, options_to_json(place.away(work)))
        assert away.out is not None
        workers = [StagedWorker(UPPER, away) for _ in range(2)]
        bucket.log.clear()
        reports = [worker(block) for worker, block in zip(workers, work.blocks, strict=True)]
        assert bucket.put() == ["out/made/1.txt", "out/made/2.txt"]
        assert bucket.got() == []
        result = place.finish(work, reports)
    assert reports[0]["data"] == f"s3://{BUCKET}/in/words.txt"
    assert result.text == "ONE TWO THREE"
    assert bucket.put()[-1] == "out/made/summary.json"
    for worker in workers:
        worker.close()
    assert not list((tmp_path / "places" / "work").glob("*/"))


def test_a_worker_without_urls_is_the_steps_own(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one")
    worker = StagedWorker(UPPER, Options(Inner(tmp_path / "words.txt"), out=tmp_path))
    assert worker({"name": "0", "rows": 1})["data"] == str(tmp_path / "words.txt")
    assert (tmp_path / "0.txt").read_text() == "ONE"


def test_paths_within_values_as_typed(bucket: Bucket) -> None:  # noqa: F811
    url = bucket.write("in/rows.csv", "text,label\n")
    step = Step("typed", Options, lambda options, progress=None: options.typed, ("typed",))
    with staged_step(step, Options(typed=(f"file:{url}", f"clicks={url}", "embedded", "file:/tmp/x"))) as place:
        file, named_, *rest = place.options.typed
    assert file.startswith("file:/")
    assert named_.startswith("clicks=/")
    assert Path(file.removeprefix("file:")).read_text() == "text,label\n"
    assert Path(file).name == "rows.csv"
    assert rest == ["embedded", "file:/tmp/x"]


def test_copies_leave_beyond_the_limit(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("POINTSMAN_PLACES_GB", "0.000001")
    step = Step("size", Options, lambda options, progress=None: options.data.path.stat().st_size, ("data.path",))
    for name in ("a", "b"):
        bucket.write(name, name * 900)
    first = Options(Inner(Path(f"s3://{BUCKET}/a")))
    assert launch(step, first) == launch(step, Options(Inner(Path(f"s3://{BUCKET}/b"))))
    bucket.log.clear()
    launch(step, first)
    assert bucket.got() == ["a"]
    monkeypatch.setenv("POINTSMAN_PLACES_GB", "many")
    with pytest.raises(ConfigError, match="POINTSMAN_PLACES_GB=many"):
        launch(step, first)


def test_no_two_runs_write_the_same_url(bucket: Bucket) -> None:  # noqa: F811
    options = options_for(bucket)
    with staged_step(COPY, options), pytest.raises(OutputError, match="another run on this machine"):
        launch(COPY, options)


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        ({"data": Inner(Path("s3://rows/nothing"))}, DataError, "s3://rows/nothing: nothing is there"),
        ({"data": Inner(Path("s3://nowhere/x"))}, DataError, "s3://nowhere/x: no bucket 'nowhere'"),
        ({"out": Path("s3://nowhere/x")}, DataError, "s3://nowhere/x: no bucket 'nowhere'"),
        ({"out": Path("s3://rows/in/words.txt")}, OutputError, "s3://rows/in/words.txt is a file"),
        ({"out": Path("http://127.0.0.1:9/x")}, ConfigError, "http://127.0.0.1:9/x cannot be written"),
        ({"out": Path("s4://rows/x")}, ConfigError, "s4://rows/x: no file system 's4:', did you mean 's3'"),
        ({"out": Path("abfs://c@a/x")}, ConfigError, "abfs://c@a/x: a package for abfs:// is missing"),
        ({"out": Path("gs://rows/x")}, MissingExtraError, "pip install 'pointsman[gcs]'"),
        ({"out": Path("volume:routing-output/x")}, ConfigError, "volume:routing-output/x: a path on a Modal volume"),
        ({"other": Path("s3://rows/x")}, ConfigError, "s3://rows/x: copy takes a local path as its other"),
    ],
)
def test_what_is_wrong_is_one_line(
    bucket: Bucket,  # noqa: F811
    change: dict[str, Any],
    kind: type[PointsmanError],
    told: str,
) -> None:
    with pytest.raises(kind) as found:
        launch(COPY, replace(options_for(bucket), **change))
    assert told in str(found.value)
    assert "\n" not in str(found.value)
    assert bucket.put() == []


def test_no_package_for_s3() -> None:
    code = (
        "import sys\nsys.modules['s3fs'] = None\n"
        "from pathlib import Path\nfrom pointsman.launchers import launch\nfrom pointsman.errors import MissingExtraError\n"
        "from tests.launchers.words import COPY, Inner, Options\n"
        "try: launch(COPY, Options(Inner(Path('s3://rows/x')), out=Path('out')))\n"
        "except MissingExtraError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "this needs the Python package 's3fs': pip install 'pointsman[s3]'\n", done.stderr


def test_no_credentials(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # noqa: F811
    import fsspec

    options = options_for(bucket)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(ConfigError, match=r"no credentials for s3://.*set AWS_ACCESS_KEY_ID"):
        launch(COPY, options)
    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def guarded() -> Iterator[str]:
    """Start a server that refuses everyone, as S3 does."""

    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
            self.send_response(403)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Refuses)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_credentials_that_are_refused(bucket: Bucket, guarded: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    import fsspec

    options = options_for(bucket)
    monkeypatch.setenv("AWS_ENDPOINT_URL", guarded)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(ConfigError, match=rf"^s3://{BUCKET}/out/made may not be read with these credentials"):
        launch(COPY, options)
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def test_what_cannot_be_pushed_is_kept(bucket: Bucket) -> None:  # noqa: F811
    def then_no_bucket(options: Options, progress: Progress) -> Result:
        made = copy(options, progress)
        bucket.fs.rm(BUCKET, recursive=True)
        return made

    with pytest.raises(PointsmanError) as found:
        launch(replace(COPY, run=then_no_bucket), options_for(bucket))
    assert "no bucket 'rows'" in str(found.value)
    folder = Path(str(found.value).rpartition(" is in ")[2])
    assert (folder / "manifest.json").is_file()


def test_no_room_for_a_copy(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    options = options_for(bucket)
    real = os.statvfs

    def full(path: Any) -> Any:
        found = real(path)
        return os.statvfs_result((*found[:4], 10, *found[5:10]))

    monkeypatch.setattr(os, "statvfs", full)
    with pytest.raises(OutputError, match=r"no space left on the disk of .*set POINTSMAN_PLACES"):
        launch(COPY, options)


def test_names_that_no_folder_can_hold(bucket: Bucket) -> None:  # noqa: F811
    bucket.write("folder/../../x.txt", "x")
    with pytest.raises(DataError, match="a name that no folder can hold"):
        launch(COPY, Options(Inner(Path(f"s3://{BUCKET}/folder")), out=Path(f"s3://{BUCKET}/out")))


def test_a_local_run_imports_no_fsspec(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("one two")
    code = (
        "import sys\nfrom pathlib import Path\nfrom pointsman.launchers import launch\n"
        "from tests.launchers.words import COPY, Inner, Options\n"
        "for name in [n for n in sys.modules if n.split('.')[0] in ('fsspec', 's3fs')]: del sys.modules[name]\n"
        f"where = Path({str(tmp_path)!r})\n"
        "print(launch(COPY, Options(Inner(where / 'words.txt'), out=where / 'out')).path)\n"
        "assert not {'fsspec', 's3fs'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(tmp_path / "out"), done.stderr


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str, str]:
    """Call the command line; returns its exit code and what it said on both streams."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--quiet"])
    return ended.value.code, *capsys.readouterr()


def nothing_names_a_copy(bucket: Bucket, below: str, tmp_path: Path) -> None:  # noqa: F811
    for key in bucket.keys(below):
        if not key.startswith("tensorboard/"):  # it has the folder of checkpoints, which is none of the output
            assert str(tmp_path / "places").encode() not in bucket.read(f"{below}/{key}"), key


def test_data_build_on_the_command_line(
    bucket: Bucket,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("dog", "cat", "apple", "plum")
    rows = [{"text": f"about the {word} number {n}", "label": word} for n in range(12) for word in words]
    url = bucket.write("in/rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "task.yaml").write_text(f"name: things\nlabels: [{', '.join(words)}]\n")
    out = f"s3://{BUCKET}/built"
    _, told, said = called(
        capsys, "data", "build", str(tmp_path / "task.yaml"), "--source", f"file:{url}", "--out", out
    )
    assert told.startswith(f"{out}\n"), said
    assert bucket.put()[-1] == "built/metadata.json"
    metadata = json.loads(bucket.read("built/metadata.json"))
    assert (metadata["sources"][0]["asked"], metadata["sources"][0]["place"]) == (f"file:{url}", url)
    nothing_names_a_copy(bucket, "built", tmp_path)


def test_preprocess_and_encode_on_the_command_line(
    bucket: Bucket,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from pointsman.pipeline import steps
    from pointsman.pipeline.preprocess import PreprocessOptions
    from tests.seeing import tiny, write_routing

    model = str(tiny(tmp_path / "model").path)
    local = write_routing(tmp_path / "rows", {"train": 4, "validation": 2, "test": 2})
    bucket.fs.put(str(local), f"{BUCKET}/routing", recursive=True)
    rows, tensors, features = (f"s3://{BUCKET}/{name}" for name in ("routing", "tensors", "features"))
    more = ("--out", tensors, "--model", model, "--threads", "1")
    _, told, said = called(capsys, "preprocess", rows, *more)
    assert told.startswith(f"{tensors}: 8 rows"), said
    assert told.endswith("8 rows made now\n")
    assert bucket.put()[-1] == "tensors/preprocess.json"
    nothing_names_a_copy(bucket, "tensors", tmp_path)
    assert called(capsys, "preprocess", rows, *more)[1].endswith("0 rows made now\n")

    here = launch(steps.get("preprocess"), PreprocessOptions(local, tmp_path / "tensors", model, threads=1))
    for name in here.description["shards"]:
        assert bucket.read(f"tensors/{name}") == (here.path / name).read_bytes()

    code, _, said = called(capsys, "preprocess", rows, *more, "--max-tokens", "9")
    assert code == 2
    assert said.startswith(f"pointsman: {tensors} holds tensors made with --max-tokens")
    code, _, said = called(capsys, "preprocess", "s3://nowhere/routing", *more)
    assert (code, said) == (2, "pointsman: s3://nowhere/routing: no bucket 'nowhere': make it, or correct it\n")

    bucket.log.clear()
    how = ("--device", "cpu", "--precision", "fp32", "--threads", "1")
    _, told, said = called(capsys, "encode", tensors, "--out", features, "--model", model, *how)
    assert told.startswith(f"{features}/"), said
    assert bucket.put()[-1] == "features/encode.json"
    nothing_names_a_copy(bucket, "features", tmp_path)


def test_train_and_evaluate(
    bucket: Bucket,  # noqa: F811
    tmp_path: Path,
    train_options: Any,
    support_file: Path,
) -> None:
    from pointsman.pipeline import steps
    from pointsman.pipeline.evaluate import EvaluateOptions
    from pointsman.pipeline.options import DataOptions

    url = bucket.write("in/support.jsonl", support_file.read_bytes())
    options = train_options("bert", Path(f"s3://{BUCKET}/router"), epochs=1)
    options = replace(options, data=replace(options.data, path=Path(url)))
    made = launch(steps.get("train"), options)
    assert str(made.artifact.path) == f"s3://{BUCKET}/router"
    assert bucket.put()[-1] == "router/manifest.json"
    nothing_names_a_copy(bucket, "router", tmp_path)

    judged = EvaluateOptions((made.artifact.path,), DataOptions(Path(url)), part="all")
    with pytest.raises(ConfigError, match=rf"^--out is missing: beside s3://{BUCKET}/router nothing is written"):
        launch(steps.get("evaluate"), judged)
    found = launch(steps.get("evaluate"), replace(judged, out=Path(f"s3://{BUCKET}/judged")))
    assert str(found.folder) == f"s3://{BUCKET}/judged"
    assert found.results["data"] == "support.jsonl"
    nothing_names_a_copy(bucket, "judged", tmp_path)
