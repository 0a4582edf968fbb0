from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pointsman.artifacts import open_artifact, read_golden

_TOKEN = "hf_writes"


class _Hub:
    """A small real HTTP server that keeps repositories as the Hub's API does; `refuse` makes it answer otherwise."""

    def __init__(self) -> None:
        self.repos: dict[str, dict[str, Any]] = {}
        self.refuse: tuple[int, bytes] | None = None
        self.asked: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                pass

            def do_POST(self) -> None:
                owner.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def do_GET(self) -> None:
                owner.answer(self, b"")

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        self.asked.append(request.path)
        status, content = self.refuse or self.decide(request, body)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def decide(self, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        if request.headers.get("Authorization") != f"Bearer {_TOKEN}":
            return 401, {"error": "Invalid username or password."}
        path = request.path.partition("?")[0]
        if path == "/api/validate-yaml":
            return 200, {"warnings": [], "errors": []}
        if path == "/api/repos/create":
            asked = json.loads(body)
            full = f"{asked.get('organization') or 'someone'}/{asked['name']}"
            if full.startswith("stranger/"):
                return 403, {"error": "You don't have the rights to create a model under this namespace"}
            known = full in self.repos
            private = asked.get("visibility") == "private" or bool(asked.get("private"))  # as its versions write it
            self.repos.setdefault(full, {"private": private, "files": {".gitattributes": b""}})
            return (409 if known else 200), {"url": f"{self.url}/{full}", "name": full}
        if not (found := re.fullmatch(r"/api/models/([^/]+/[^/]+?)(?:/(preupload|commit)/main)?", path)):
            return 404, {"error": f"no such path {path}"}
        if (repo_ := self.repos.get(found[1])) is None:
            return 404, {"error": "Repository not found"}
        if found[2] is None:
            siblings = [{"rfilename": name} for name in repo_["files"]]
            return 200, {"id": found[1], "private": repo_["private"], "siblings": siblings}
        if found[2] == "preupload":
            files = json.loads(body)["files"]
            return 200, {"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in files]}
        for line in map(json.loads, body.splitlines()):
            if line["key"] == "file":
                repo_["files"][line["value"]["path"]] = base64.b64decode(line["value"]["content"])
            elif line["key"] == "deletedFile":
                del repo_["files"][line["value"]["path"]]
        return 200, {"commitUrl": f"{self.url}/{found[1]}/commit/abc", "commitOid": "abc"}


@pytest.fixture
def hub() -> Iterator[_Hub]:
    hub = _Hub()
    thread = threading.Thread(target=hub.server.serve_forever)
    thread.start()
    yield hub
    hub.server.shutdown()
    thread.join()
    hub.server.server_close()


def _push(
    *arguments: object, endpoint: str, home: Path, token: str | None = _TOKEN, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the verb in a process of its own: the Hub's library reads its environment when it is imported."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "HUGGING")) and "proxy" not in k.lower()}
    own = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1", **environment}
    if token is not None:
        own["HF_TOKEN"] = token
    return subprocess.run(
        [sys.executable, "-c", "from pointsman.cli import main; main()", "push", *map(str, arguments)],
        env={**kept, **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _refused(done: subprocess.CompletedProcess[str], *told: str) -> None:
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 2, done.stderr
    assert last.startswith("pointsman: ")
    assert all(part in last for part in told), last
    assert "Traceback" not in done.stderr


def test_every_file_arrives_with_the_card_and_the_folder_is_not_touched(
    artifact_copy: Path, hub: _Hub, tmp_path: Path
) -> None:
    before = {p: p.read_bytes() for p in artifact_copy.rglob("*") if p.is_file()}
    done = _push(artifact_copy, "someone/router", "--private", "--json", endpoint=hub.url, home=tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["repo"], said["commit"]) == ("someone/router", "abc")
    repo = hub.repos["someone/router"]
    assert repo["private"] is True
    assert {p: p.read_bytes() for p in artifact_copy.rglob("*") if p.is_file()} == before
    assert "someone/router" in repo["files"]["README.md"].decode()
    own = {str(p.relative_to(artifact_copy)): content for p, content in before.items()}
    assert {name: content for name, content in repo["files"].items() if name in own} == own
    assert repo["files"].keys() - own.keys() == {"README.md", ".gitattributes"}

    # Downloaded as the card says, it is whole.
    back = tmp_path / "back"
    for name, content in repo["files"].items():
        (back / name).parent.mkdir(parents=True, exist_ok=True)
        (back / name).write_bytes(content)
    assert open_artifact(back).digest == open_artifact(artifact_copy).digest


def test_what_the_files_tell_is_said_beforehand(artifact_copy: Path, hub: _Hub, tmp_path: Path) -> None:
    done = _push(artifact_copy, "router", "--dry-run", endpoint=hub.url, home=tmp_path, token=None)
    assert done.returncode == 0, done.stderr
    assert "README.md" in done.stdout
    assert "note: baselines.safetensors holds features of each training row" in done.stderr
    assert "note: manifest.json names the folder of the base model on this machine" in done.stderr
    texts = {row.text for row in read_golden(artifact_copy)}
    assert f"note: parity.jsonl holds {len(texts):,} texts of the training data" in done.stderr
    assert hub.asked == []


def test_a_repository_with_other_files_is_left_alone_unless_told(
    artifact_copy: Path, hub: _Hub, tmp_path: Path
) -> None:
    hub.repos["someone/router"] = {"private": False, "files": {".gitattributes": b"", "thesis.pdf": b"mine"}}
    done = _push(artifact_copy, "router", endpoint=hub.url, home=tmp_path)
    _refused(done, "someone/router holds files that are no part of this artifact (thesis.pdf)", "--overwrite")
    assert set(hub.repos["someone/router"]["files"]) == {".gitattributes", "thesis.pdf"}
    done = _push(artifact_copy, "router", "--private", endpoint=hub.url, home=tmp_path)
    _refused(done, "--private: someone/router exists already and is public")
    done = _push(artifact_copy, "router", "--overwrite", endpoint=hub.url, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "thesis.pdf" not in hub.repos["someone/router"]["files"]
    assert "manifest.json" in hub.repos["someone/router"]["files"]


def test_a_hub_that_cannot_be_reached(artifact_copy: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    _refused(_push(artifact_copy, "a/b", endpoint=closed, home=tmp_path), f"a/b cannot be uploaded: {closed} cannot be")
    done = _push(artifact_copy, "a/b", endpoint=closed, home=tmp_path, HF_HUB_OFFLINE="1")
    _refused(done, "HF_HUB_OFFLINE is set")


def test_a_hub_that_refuses(artifact_copy: Path, hub: _Hub, tmp_path: Path) -> None:
    done = _push(artifact_copy, "a/b", endpoint=hub.url, home=tmp_path, token="hf_other")
    _refused(done, "does not accept the token", "hf auth login")
    done = _push(artifact_copy, "stranger/b", endpoint=hub.url, home=tmp_path)
    _refused(done, "the token may not write there", "You don't have the rights")
    hub.refuse = (503, b"busy")
    _refused(_push(artifact_copy, "a/b", endpoint=hub.url, home=tmp_path), f"{hub.url} answered 503")
    hub.refuse = (200, b"<html>a proxy's page</html>")
    _refused(_push(artifact_copy, "a/b", endpoint=hub.url, home=tmp_path), "does not answer as a Hub does")
    assert hub.repos == {}


def test_nothing_is_asked_of_the_hub_where_the_mistake_is_here(artifact_copy: Path, hub: _Hub, tmp_path: Path) -> None:
    _refused(_push(artifact_copy, "a b", endpoint=hub.url, home=tmp_path), "'a b' is no repository id", "OWNER/NAME")
    done = _push(artifact_copy, "a/b", endpoint=hub.url, home=tmp_path, token=None)
    _refused(done, "not logged in to the Hugging Face Hub", "hf auth login")
    done = _push(artifact_copy, "a/b", "--token-env", "MINE", endpoint=hub.url, home=tmp_path)
    _refused(done, "--token-env MINE: the environment has no such variable")
    (artifact_copy / "history.json").write_text("[]", encoding="utf-8")
    _refused(_push(artifact_copy, "a/b", endpoint=hub.url, home=tmp_path), "history.json has changed")
    assert hub.asked == []


def test_the_token_of_a_named_variable(artifact_copy: Path, hub: _Hub, tmp_path: Path) -> None:
    done = _push(
        artifact_copy, "a/b", "--token-env", "MINE", endpoint=hub.url, home=tmp_path, token="hf_other", MINE=_TOKEN
    )
    assert done.returncode == 0, done.stderr
    assert _TOKEN not in done.stdout + done.stderr
    assert f"{hub.url}/a/b: " in done.stdout
