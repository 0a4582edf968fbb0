from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.serving.logs import AccessLog


def until(told: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not told():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_json_lines(tmp_path: Path) -> None:
    log = AccessLog("json", tmp_path / "log")
    log.request(request_id="a", status=200, ms=1.5, key=None)
    log.event("reloaded", digest="d", tasks=["domain"])
    log.close()
    request, event = map(json.loads, (tmp_path / "log").read_text().splitlines())
    assert list(request) == ["time", "event", "request_id", "status", "ms"]
    assert request["time"].endswith("Z")
    assert (request["event"], request["ms"]) == ("request", 1.5)
    assert (event["event"], event["tasks"]) == ("reloaded", ["domain"])


def test_text_lines(tmp_path: Path) -> None:
    log = AccessLog("text", tmp_path / "log")
    log.request(request_id="a-1", endpoint="/api/v1/classify/{name}", status=200, ms=1.5)
    log.close()
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.split(" ", 1)[1] == "request request_id=a-1 endpoint=/api/v1/classify/{name} status=200 ms=1.5"


def test_off_tells_of_the_server_and_not_of_requests(capsys: pytest.CaptureFixture[str]) -> None:
    log = AccessLog("off")
    log.request(request_id="a")
    log.event("reloaded")
    log.close()
    told = capsys.readouterr().err
    assert "reloaded" in told
    assert "request" not in told


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=st.text(st.characters(), max_size=30))
def test_no_value_makes_a_line_of_its_own(tmp_path: Path, value: str) -> None:
    for form in ("text", "json"):
        file = tmp_path / form
        file.unlink(missing_ok=True)
        log = AccessLog(form, file)  # type: ignore[arg-type]
        log.request(key=value, status=200)
        log.close()
        (line,) = file.read_text().splitlines()
        if form == "json":
            assert json.loads(line)["key"] == value
        else:
            assert line.endswith(" status=200")


def test_lines_of_several_threads_are_all_there(tmp_path: Path) -> None:
    log = AccessLog("json", tmp_path / "log")
    threads = [threading.Thread(target=lambda: [log.request(n=n) for n in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    assert len((tmp_path / "log").read_text().splitlines()) == 2000


def test_a_failure_is_told_without_its_words(tmp_path: Path) -> None:
    def fail() -> None:
        try:
            raise KeyError("a secret text")
        except KeyError as error:
            raise ValueError("another" + " secret") from error

    for texts in (False, True):
        log = AccessLog("json", tmp_path / str(texts), texts=texts)
        try:
            fail()
        except ValueError as error:
            log.failure(error, request_id="a", endpoint="/x")
        log.close()
        line = json.loads((tmp_path / str(texts)).read_text())
        assert "KeyError" in line["traceback"]
        assert "ValueError" in line["traceback"]
        assert "test_logs.py" in line["traceback"]
        assert ("another secret" in line["traceback"]) is texts


def test_a_file_that_cannot_be_written_is_told_once_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = AccessLog("text", tmp_path / "missing" / "log")
    log.request(n=1)
    until(lambda: log._broken)
    log.request(n=2)
    log.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        f"pointsman: the log cannot be written to --log-file {tmp_path}/missing/log: "
        "No such file or directory; lines are lost until it can"
    )


def test_a_full_disk_is_told_and_the_lost_lines_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.serving.logs._AGAIN_SECONDS", 0.0)
    file = tmp_path / "log"
    file.symlink_to("/dev/full")
    log = AccessLog("json", file)
    log.request(n=1)
    until(lambda: log._broken)
    file.unlink()
    log.request(n=2)
    log.close()
    lost, line = map(json.loads, file.read_text().splitlines())
    assert (lost["event"], lost["lines"]) == ("lines lost", 1)
    assert line["n"] == 2
    assert "No space left" in capsys.readouterr().err


def test_standard_error_that_is_closed_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        log = AccessLog("text")
        log.request(n=1)
        until(lambda log=log: log._broken)
        log.close()
        assert not log._writer.is_alive()


def test_a_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "log"
    log = AccessLog("json", file)
    log.request(n=1)
    until(lambda: file.exists() and file.read_text() != "")
    file.rename(tmp_path / "log.1")
    log.request(n=2)
    log.close()
    assert json.loads((tmp_path / "log.1").read_text())["n"] == 1
    assert json.loads(file.read_text())["n"] == 2


def test_a_reader_that_does_not_read_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck(io.StringIO):
        go_on = threading.Event()

        def write(self, text: str) -> int:
            self.go_on.wait(5)
            return super().write(text)

        def close(self) -> None:
            pass

    stuck = Stuck()
    monkeypatch.setattr(sys, "stderr", stuck)
    log, began = AccessLog("json"), time.monotonic()
    log.request(n=0)
    for n in range(12_000):
        log.request(n=n)
    assert time.monotonic() - began < 2
    Stuck.go_on.set()
    log.close()
    lines = list(map(json.loads, stuck.getvalue().splitlines()))
    assert lines[-1]["n"] == 11_999
    assert sum(line.get("lines", 0) for line in lines) == 12_001 - sum(line["event"] == "request" for line in lines)
