"""What a user copies from `examples/` works: the container's steps, the unit, the manifest, the settings."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import pointsman
from pointsman.data.routing_sources import expert_sources
from pointsman.experts.registry import BackendSettings, read_experts
from pointsman.serving.settings import Limits, Settings, read_settings
from tests import containerfile
from tests.forms import exported
from tests.serving.servers import Running, address_told
from tests.test_docs import command

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
CONTAINERFILE = EXAMPLES / "Containerfile"
DIGEST = "0" * 63


def flags(words: list[str]) -> dict[str, Any]:
    """The parameters of a command line of `pointsman serve`, as it parses them."""
    given: dict[str, Any] = command("serve").make_context("serve", list(words)).params
    return {name: value for name, value in given.items() if value}


def settings(text: str, folder: Path) -> Settings:
    file = folder / "serve.yaml"
    file.write_text(text, encoding="utf-8")
    return read_settings(file, {})


def with_keys(text: str) -> str:
    """The settings with the keys that are commented out, their digests filled in."""
    told = text.replace("<64 hexadecimal digits>", DIGEST + "0")
    lines = []
    for line in told.splitlines():
        kept = re.sub(r"^(\s*)# (?=keys:|  - |    sha256|    admin)", r"\1", line)
        lines.append(kept.replace(DIGEST + "0", f"{DIGEST}{len(lines) % 10}"))
    return "\n".join(lines)


def test_the_example_settings_are_settings(tmp_path: Path) -> None:
    text = (EXAMPLES / "serve.yaml").read_text(encoding="utf-8")
    given = settings(text, tmp_path)
    assert given.paths == (tmp_path / "bundle",)
    assert given.limits == Limits()
    keys = settings(with_keys(text), tmp_path).keys
    assert [(key.name, key.admin) for key in keys] == [("gateway", False), ("operator", True)]


def test_what_is_commented_out_is_the_default() -> None:
    text = (EXAMPLES / "serve.yaml").read_text(encoding="utf-8")
    told = dict(re.findall(r"^# ([a-z_]+): ([^ \n]+)$", text, re.MULTILINE))
    assert set(told) <= set(Settings.model_fields)
    named = set(told) | set(yaml.safe_load(text)) | {"keys"}
    assert set(Settings.model_fields) - named == set(), "a setting is not in the example"
    examples = {"models", "backbone", "verify_key", "precision", "threads", "shadow", "tls_cert", "tls_key", "log_file"}
    examples |= {"stack", "stack_device"}
    for name, value in told.items():
        default = Settings.model_fields[name].default
        assert default is None if name in examples else yaml.safe_load(value) == default, name


EXPERTS = EXAMPLES / "experts.yaml"
EXPERTS_OPTIONAL = r"^( *)# (?=(default|max_new_tokens|memory_mb|template|backend): )"


def test_the_example_experts_are_experts() -> None:
    given = read_experts(EXPERTS, tools=False)
    assert [source.name for source in expert_sources([str(EXPERTS)])] == list(given.names)
    assert (given.default, given.backend, given.get("help").tools) == (None, BackendSettings(), ())
    assert {expert.tools_file is not None for expert in given.experts} == {True, False}


def test_what_is_commented_out_of_the_experts_is_read_too(tmp_path: Path) -> None:
    given, file = read_experts(EXPERTS, tools=False), tmp_path / "experts.yaml"
    text = EXPERTS.read_text(encoding="utf-8")
    local = re.sub(EXPERTS_OPTIONAL, r"\1", text.replace("# backend: {url", "# or: {url"), flags=re.MULTILINE)
    file.write_text(local, encoding="utf-8")
    told = read_experts(file, tools=False)
    assert told.default in told.names
    assert (told.backend, told.max_new_tokens, told.memory_bytes) == (
        given.backend,
        given.max_new_tokens,
        given.memory_bytes,
    )
    assert told.get("claim-window").template == given.get("claim-window").template
    server = re.sub(EXPERTS_OPTIONAL, r"\1", text.replace("# backend: local", ""), flags=re.MULTILINE)
    file.write_text(server, encoding="utf-8")
    backend = read_experts(file, tools=False).backend
    assert (backend.kind, backend.timeout_seconds, backend.load_adapters) == ("vllm", 60.0, False)


def test_the_steps_of_the_container_give_a_server_that_answers(
    router: Callable[[str, str], Path], tmp_path: Path
) -> None:
    image = containerfile.run(CONTAINERFILE, tmp_path / "image")
    assert [step.split()[0] for step in image.left_out] == ["useradd"]
    assert "does not provide the extra" not in image.said
    uid = re.search(r"--uid (\d+)", image.left_out[0])
    assert uid is not None
    assert image.user == uid[1]
    (installed,) = image.root.glob("opt/pointsman/lib/python*/site-packages/pointsman")
    assert (installed / "serving" / "page" / "index.html").is_file()
    assert not list(installed.rglob("node_modules"))

    bundle = exported([router("bert", "sequence")], "bundle", tmp_path / "bundle", precisions=("fp32",)).path
    (image.root / "models").mkdir()
    shutil.copytree(bundle, image.root / "models" / "bundle")
    assert image.command[:2] == ["pointsman", "serve"]
    assert flags(image.command[2:])["host"] == "0.0.0.0"
    program = shutil.which(image.command[0], path=image.environment["PATH"])
    assert program is not None
    assert Path(program).is_relative_to(image.root)
    log = tmp_path / "log"
    with log.open("wb") as stream:
        # Flags given last win: a free port, on loopback.
        process = subprocess.Popen(
            [program, *image.command[1:], "--host", "127.0.0.1", "--port", "0", "--threads", "1"],
            stderr=stream,
            env=image.environment,
            cwd=image.root,
        )
    try:
        server = Running(address_told(process, log), process, log)
        with pointsman.Client(server.url, timeout=60) as client:
            assert client.ready() is True
            assert client.task("support", "the dog chased a cat").task == "support"
        assert {server.ask(probe["path"])[0] for probe in probes().values()} == {200}
        assert server.stop() == 0
    finally:
        process.kill()
        process.wait()


def test_the_containerfile_runs_where_nothing_was_lent() -> None:
    given = containerfile.steps(CONTAINERFILE)
    names = [name for name, _ in given]
    assert names.count("FROM") == 2
    assert names[-2:] == ["ENTRYPOINT", "CMD"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    images = {rest.split()[0] for name, rest in given if name == "FROM"}
    assert len(images) == 1, "both stages need the same Python, for the environment's paths"
    assert any("constraints.txt" in rest and "'.[serve]'" in rest for name, rest in given if name == "RUN")


def test_a_step_that_fails_or_is_unknown_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "C.dockerignore").write_text("", encoding="utf-8")
    for text, kind in (("FROM x\nRUN exit 3\n", subprocess.CalledProcessError), ("FROM x\nONBUILD y\n", ValueError)):
        (tmp_path / "C").write_text(text, encoding="utf-8")
        with pytest.raises(kind):
            containerfile.run(tmp_path / "C", tmp_path)


def unit() -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(EXAMPLES / "pointsman.service", encoding="utf-8")
    return found


def test_the_unit_starts_a_command_that_exists() -> None:
    service = unit()["Service"]
    program, verb, *rest = shlex.split(service["ExecStart"])
    assert (Path(program).name, verb) == ("pointsman", "serve")
    assert flags(rest) == {"config": Path("/etc/pointsman/serve.yaml")}
    assert "-HUP" in service["ExecReload"]
    assert int(service["TimeoutStopSec"]) > Settings().stop_seconds


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = (EXAMPLES / "pointsman.service").read_text(encoding="utf-8")
    file = tmp_path / "pointsman.service"
    file.write_text(text.replace("/opt/pointsman/bin/pointsman", sys.executable), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True, check=False)
    mine = [line for line in done.stderr.splitlines() if file.name in line]
    assert (done.returncode, mine) == (0, [])


def objects() -> dict[str, Any]:
    found = yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text(encoding="utf-8"))
    return {one["kind"]: one for one in found}


def container() -> dict[str, Any]:
    (one,) = objects()["Deployment"]["spec"]["template"]["spec"]["containers"]
    return dict(one)


def probes() -> dict[str, Any]:
    return {name: container()[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}


def test_the_manifest_fits_the_server_and_itself(tmp_path: Path) -> None:
    found, one = objects(), container()
    pod = found["Deployment"]["spec"]["template"]
    given = settings(found["ConfigMap"]["data"]["serve.yaml"], tmp_path)
    mounts = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
    assert flags(one["args"]) == {"config": Path(mounts["settings"], "serve.yaml")}
    assert {str(path) for path in given.paths} == {f"{mounts['models']}/bundle"}
    assert {volume["name"] for volume in pod["spec"]["volumes"]} == set(mounts)
    (port,) = one["ports"]
    assert given.port == port["containerPort"] == int(pod["metadata"]["annotations"]["prometheus.io/port"])
    assert given.host == "0.0.0.0"
    assert {probe["port"] for probe in probes().values()} == {port["name"]}
    (target,) = found["Service"]["spec"]["ports"]
    assert target["targetPort"] == port["name"]
    labels = pod["metadata"]["labels"]
    assert found["Service"]["spec"]["selector"] == found["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    pause = int(one["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["spec"]["terminationGracePeriodSeconds"] > given.stop_seconds + pause
    user = dict(containerfile.steps(CONTAINERFILE))["USER"]
    assert str(pod["spec"]["securityContext"]["runAsUser"]) == user
    with_key = with_keys(found["ConfigMap"]["data"]["serve.yaml"])
    assert [key.name for key in settings(with_key, tmp_path).keys] == ["gateway"]
