"""The server as a process: starting, stopping, reloading, keys, TLS, and what it says when it cannot."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import json
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest

from pointsman.errors import ConfigError
from pointsman.serving.server import open_socket
from pointsman.serving.settings import Settings, read_settings
from tests.conftest import Run
from tests.serving.servers import Running, running

TEXT = "please refund my order"


@pytest.fixture
def own_bundle(served_bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(served_bundle, tmp_path / "bundle"))


def _config(folder: Path, bundle: Path, **more: object) -> Path:
    digest = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("reader", "boss")}
    keys = [{"name": "reader", "sha256": digest["reader"]}, {"name": "boss", "sha256": digest["boss"], "admin": True}]
    file = folder / "serve.yaml"
    file.write_text(json.dumps({"paths": [str(bundle)], "port": 0, "keys": keys, **more}))
    return file


def _wait_for(server: Running, words: str, times: int = 1) -> None:
    """Follow the log until the words have come so often; a server that ends meanwhile is a failure."""
    with subprocess.Popen(
        ["tail", "-n", "+1", "-F", f"--pid={server.process.pid}", str(server.log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as tail:
        assert tail.stdout is not None
        try:
            for line in tail.stdout:
                times -= words in line.decode()
                if not times:
                    return
            raise AssertionError(server.written())
        finally:
            tail.kill()


def test_a_stop_finishes_what_was_taken_in(own_bundle: Path, tmp_path: Path) -> None:
    with running(own_bundle, "--cache", "0", log=tmp_path / "log") as server:
        answers: list[tuple[int, object]] = []
        texts = [f"{TEXT} {n}" for n in range(200)]
        body = {"texts": texts, "task_type": "all"}
        asking = [
            threading.Thread(target=lambda: answers.append(server.ask("/api/v1/classify/batch", body)))
            for _ in range(2)
        ]
        for thread in asking:
            thread.start()
        while "pointsman_batch_rows_count 0.0" in server.ask("/metrics")[1]:
            pass
        assert server.stop() == 0
        for thread in asking:
            thread.join()
    assert [status for status, _ in answers] == [200, 200]


def test_reloading_replaces_the_models_and_refuses_bad_ones(own_bundle: Path, tmp_path: Path) -> None:
    config = _config(tmp_path, own_bundle)
    boss = {"Authorization": "Bearer boss"}
    with running("--config", config, log=tmp_path / "log") as server:
        status, told = server.ask("/admin/reload", b"", headers=boss)
        assert status == 200
        assert told["tasks"] == ["support", "pii"]
        server.process.send_signal(signal.SIGHUP)
        _wait_for(server, "reloaded", times=2)
        graph = own_bundle / "onnx" / "model.onnx"
        graph.write_bytes(graph.read_bytes()[:-1] + b"x")
        status, told = server.ask("/admin/reload", b"", headers=boss)
        assert status == 422
        assert told["error"]["code"] == "RELOAD_REFUSED"
        assert "model.onnx" in told["error"]["message"]
        assert server.ask("/api/v1/classify/support", {"text": TEXT}, headers=boss)[0] == 200
        assert server.stop() == 0


def test_keys(own_bundle: Path, tmp_path: Path) -> None:
    with running("--config", _config(tmp_path, own_bundle), log=tmp_path / "log") as server:
        path, body = "/api/v1/classify/support", {"text": TEXT}
        assert server.ask(path, body)[0] == 401
        assert server.ask(path, body, headers={"X-API-Key": "wrong"})[0] == 401
        assert server.ask(path, body, headers={"X-API-Key": "reader"})[0] == 200
        assert server.ask("/metrics")[0] == 401
        assert server.ask("/health")[0] == 200
        assert server.ask("/admin/reload", b"", headers={"X-API-Key": "reader"})[0] == 403


def test_without_keys_nobody_administers(server: Running) -> None:
    assert server.ask("/admin/reload", b"")[0] == 403


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a key and a certificate for 127.0.0.1, valid for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    key, certificate = folder / "key.pem", folder / "cert.pem"
    key.write_bytes(secret.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    certificate.write_bytes(made.public_bytes(pem))
    return key, certificate


def test_tls(own_bundle: Path, tmp_path: Path) -> None:
    key, certificate = _certificate(tmp_path)
    flags = ("--tls-cert", certificate, "--tls-key", key)
    with running(own_bundle, *flags, log=tmp_path / "log") as server:
        assert server.url.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(certificate))
        with urllib.request.urlopen(server.url + "/ready", context=trusted, timeout=10) as answer:
            assert json.load(answer)["status"] == "ready"


def test_a_shadow_is_counted(own_bundle: Path, served_bundle: Path, tmp_path: Path) -> None:
    flags = ("--shadow", served_bundle, "--shadow-share", "1")
    with running(own_bundle, *flags, log=tmp_path / "log") as server:
        assert server.ask("/api/v1/classify/support", {"text": TEXT})[0] == 200
        while 'pointsman_shadow_texts_total{agree="yes",task="support"} 1.0' not in server.ask("/metrics")[1]:
            pass
        assert server.stop() == 0


def test_too_many_texts_are_sent_away_and_it_recovers(own_bundle: Path, tmp_path: Path) -> None:
    flags = ("--max-queue", "8", "--max-texts", "8", "--cache", "0")
    with running(own_bundle, *flags, log=tmp_path / "log") as server:
        body = {"texts": [f"{TEXT} {n}" for n in range(8)], "task_type": "all"}
        seen: list[tuple[int, object]] = []

        def ask() -> None:
            while not any(status != 200 for status, _ in seen) and len(seen) < 2000:
                seen.append(server.ask("/api/v1/classify/batch", body))

        crowd = [threading.Thread(target=ask) for _ in range(8)]
        for thread in crowd:
            thread.start()
        for thread in crowd:
            thread.join()
        assert {status for status, _ in seen} <= {200, 503}
        refused = [told for status, told in seen if status == 503]
        assert refused
        assert "may: come back" in str(refused[0])
        assert server.ask("/api/v1/classify/batch", body)[0] == 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a bundle"),
        (("{bundle}", "--port", "99999"), "port"),
        (("{bundle}", "--host", "203.0.113.1"), "cannot listen"),
        (("{bundle}", "--models", "{bundle}"), "not both"),
        (("{bundle}", "--tls-cert", "nothing.pem"), "--tls-key"),
        (("{bundle}", "--precision", "fp16"), "--precision fp16"),
        (("nowhere",), "nowhere"),
        (("{bundle}", "--config", "nowhere.yaml"), "nowhere.yaml"),
    ],
)
def test_what_cannot_be_served_is_said(run: Run, served_bundle: Path, arguments: tuple[str, ...], message: str) -> None:
    code, out, error = run("serve", *(argument.format(bundle=served_bundle) for argument in arguments))
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1


def test_a_port_that_is_taken(run: Run, served_bundle: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, error = run("serve", served_bundle, "--port", taken.getsockname()[1])
    assert code == 2
    assert "choose another --port" in error


def test_settings_of_a_file_are_checked(run: Run, served_bundle: Path, tmp_path: Path) -> None:
    code, _, error = run("serve", "--config", _config(tmp_path, served_bundle, threds=2))
    assert code == 2
    assert "no setting 'threds', did you mean 'threads'?" in error


def test_a_port_belongs_to_the_first_from_the_start() -> None:
    first = open_socket(Settings(port=0))
    with first, pytest.raises(ConfigError, match="cannot listen there"):
        open_socket(Settings(port=first.getsockname()[1]))


def test_a_stop_that_is_cut_short_says_so(own_bundle: Path, tmp_path: Path) -> None:
    with running(own_bundle, "--stop-seconds", "1", log=tmp_path / "log") as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            head = b"POST /api/v1/classify/support HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            client.sendall(head + b"Content-Length: 100\r\n\r\n{")
            assert server.ask("/health")[0] == 200
            assert server.stop() == 1
        assert "with requests unanswered: raise --stop-seconds" in server.written()


@pytest.mark.parametrize("damage", ["[" * 200_000, '{"format_version": 1, "kind": "bundle"}'])
def test_whatever_is_wrong_with_new_models_the_old_ones_go_on(own_bundle: Path, tmp_path: Path, damage: str) -> None:
    boss = {"Authorization": "Bearer boss"}
    with running("--config", _config(tmp_path, own_bundle, log="json"), log=tmp_path / "log") as server:
        (own_bundle / "manifest.json").write_text(damage)
        status, told = server.ask("/admin/reload", b"", headers=boss)
        assert (status, told["error"]["code"]) == (422, "RELOAD_REFUSED")
        assert server.ask("/api/v1/classify/support", {"text": TEXT}, headers=boss)[0] == 200
        assert 'result="refused"} 1.0' in server.ask("/metrics", headers=boss)[1]
        assert "Traceback" not in server.written()


def test_settings_with_nothing_behind_them_and_off(tmp_path: Path) -> None:
    file = tmp_path / "serve.yaml"
    file.write_text("paths: [bundle]\nlog: off\nlimits:\nkeys:\nstop_seconds: 3\n")
    found = read_settings(file, {"limits": {"texts": 10}})
    assert (found.log, found.keys, found.limits.texts, found.stop_seconds) == ("off", (), 10, 3)
    for wrong, told in (
        ("stop_seconds: .inf", "finite"),
        ("limits: {seconds: .nan}", "finite"),
        ("limits: [1]", "dict"),
    ):
        file.write_text(f"paths: [bundle]\n{wrong}\n")
        with pytest.raises(ConfigError, match=told):
            read_settings(file, {"limits": {"texts": 10}})
