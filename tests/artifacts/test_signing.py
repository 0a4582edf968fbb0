from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from pointsman.artifacts import layout, open_artifact
from pointsman.artifacts.integrity import compare, digests, examine
from pointsman.artifacts.signing import require_signature, sign, verify
from pointsman.errors import ArtifactError, ConfigError, MissingExtraError

_PEM, _PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
_PLAIN = serialization.NoEncryption()


def _pair(folder: Path, name: str = "key", curve: ec.EllipticCurve | None = None) -> tuple[Path, Path]:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(_PEM, _PKCS8, _PLAIN))
    public.write_bytes(key.public_key().public_bytes(_PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


def _record_again(folder: Path, name: str) -> None:
    """Do what an attacker does: make the manifest agree with the file that was changed."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
def test_what_is_signed_verifies_and_still_opens(artifact_copy: Path, tmp_path: Path, curve: ec.EllipticCurve) -> None:
    private, public = _pair(tmp_path, curve=curve)
    checked = sign(artifact_copy, private)
    assert checked.digest == open_artifact(artifact_copy).digest == require_signature(artifact_copy, public)
    assert verify(artifact_copy, public) == checked
    moved = artifact_copy.rename(tmp_path / "another name")
    assert verify(moved, public) == checked
    sign(moved, private)
    assert sorted(p.name for p in moved.iterdir() if p.name.startswith((".", "model.sig"))) == [layout.SIGNATURE]


def test_links_to_the_bytes_are_the_bytes(artifact_copy: Path, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    """As the Hub's cache lays out what was downloaded."""
    sign(artifact_copy, keys[0])
    linked = tmp_path / "snapshot"
    for file in artifact_copy.rglob("*"):
        if file.is_file():
            place = linked / file.relative_to(artifact_copy)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(file)
    assert verify(linked, keys[1]).digest == open_artifact(linked).digest


@pytest.mark.parametrize(
    ("name", "told"),
    [("history.json", "changed: history.json"), ("gone.json", "added: gone.json"), (None, "missing: history.json")],
)
def test_a_file_that_the_manifest_belies_is_named(
    artifact_copy: Path, keys: tuple[Path, Path], name: str | None, told: str
) -> None:
    sign(artifact_copy, keys[0])
    if name is None:
        (artifact_copy / "history.json").unlink()
    else:
        (artifact_copy / name).write_text("[1]", encoding="utf-8")
    with pytest.raises(ArtifactError, match=told):
        verify(artifact_copy, keys[1])


def test_a_rewritten_manifest_does_not_help(artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    sign(artifact_copy, keys[0])
    (artifact_copy / "calibration.json").write_text(
        (artifact_copy / "calibration.json").read_text(encoding="utf-8") + " ", encoding="utf-8"
    )
    _record_again(artifact_copy, "calibration.json")
    open_artifact(artifact_copy)
    with pytest.raises(ArtifactError, match=r"not as it was signed: changed: calibration.json, manifest.json") as error:
        verify(artifact_copy, keys[1])
    assert "\n" not in str(error.value)

    (artifact_copy / "extra.json").write_text("{}", encoding="utf-8")
    _record_again(artifact_copy, "extra.json")
    with pytest.raises(ArtifactError, match=r"added: extra.json"):
        verify(artifact_copy, keys[1])
    manifest = json.loads((artifact_copy / "manifest.json").read_text(encoding="utf-8"))
    (artifact_copy / "history.json").unlink()
    del manifest["files"]["history.json"]
    (artifact_copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"missing: history.json"):
        verify(artifact_copy, keys[1])


@pytest.mark.parametrize("hidden", [".gitignore", ".github/x.json", ".git/config"])
def test_no_name_is_overlooked(artifact_copy: Path, keys: tuple[Path, Path], hidden: str) -> None:
    """The library leaves these out unless told otherwise."""
    sign(artifact_copy, keys[0])
    (artifact_copy / hidden).parent.mkdir(exist_ok=True)
    (artifact_copy / hidden).write_text("x", encoding="utf-8")
    _record_again(artifact_copy, hidden)
    with pytest.raises(ArtifactError, match=f"added: {hidden}"):
        verify(artifact_copy, keys[1])


def test_what_the_hub_adds_leaves_the_signature_good(artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    checked = sign(artifact_copy, keys[0])
    for name in ("README.md", ".gitattributes"):
        (artifact_copy / name).write_text("x", encoding="utf-8")
    assert verify(artifact_copy, keys[1]) == checked
    assert sign(artifact_copy, keys[0]) == checked
    (artifact_copy / "README.md").unlink()
    assert verify(artifact_copy, keys[1]) == checked
    _record_again(artifact_copy, ".gitattributes")
    with pytest.raises(ArtifactError, match=r"not as it was signed: changed: manifest\.json"):
        verify(artifact_copy, keys[1])


def test_another_key_and_an_altered_signature(artifact_copy: Path, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    _, stranger = _pair(tmp_path, "stranger")
    with pytest.raises(ArtifactError, match=r"is not signed \(no model.sig\).*pointsman sign"):
        require_signature(artifact_copy, keys[1])
    sign(artifact_copy, keys[0])
    with pytest.raises(ArtifactError, match=r"signed with another key than .*stranger.pub"):
        verify(artifact_copy, stranger)

    file = artifact_copy / layout.SIGNATURE
    good = json.loads(file.read_text(encoding="utf-8"))
    nameless = json.loads(json.dumps(good))
    del nameless["verificationMaterial"]["publicKey"]["hint"]
    file.write_text(json.dumps(nameless), encoding="utf-8")
    with pytest.raises(ArtifactError, match="signed with another key"):
        verify(artifact_copy, stranger)
    verify(artifact_copy, keys[1])

    forged = json.loads(json.dumps(good))
    payload = base64.b64decode(good["dsseEnvelope"]["payload"]).replace(b"history.json", b"History.json")
    forged["dsseEnvelope"]["payload"] = base64.b64encode(payload).decode()
    file.write_text(json.dumps(forged), encoding="utf-8")
    with pytest.raises(ArtifactError, match="or the signature was altered"):
        verify(artifact_copy, keys[1])


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", "null", '{"verificationMaterial": {}}', '{"mediaType": "x", "dsseEnvelope": {}}', "\x00"],
)
def test_a_damaged_signature_is_one_line(artifact_copy: Path, keys: tuple[Path, Path], content: str) -> None:
    (artifact_copy / layout.SIGNATURE).write_text(content, encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"model.sig is no signature") as error:
        verify(artifact_copy, keys[1])
    assert "\n" not in str(error.value)


def test_a_signature_of_another_artifact(artifact_copy: Path, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    other = shutil.copytree(artifact_copy, tmp_path / "other")
    (other / "history.json").write_text("[]", encoding="utf-8")
    _record_again(other, "history.json")
    sign(other, keys[0])
    shutil.copy(other / layout.SIGNATURE, artifact_copy / layout.SIGNATURE)
    with pytest.raises(ArtifactError, match=r"changed: history.json, manifest.json"):
        verify(artifact_copy, keys[1])


def test_keys_that_cannot_be_used(artifact_copy: Path, tmp_path: Path, keys: tuple[Path, Path]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    made = {
        "locked.pem": key.private_bytes(_PEM, _PKCS8, serialization.BestAvailableEncryption(b"secret")),
        "rsa.pem": rsa.generate_private_key(65537, 2048).private_bytes(_PEM, _PKCS8, _PLAIN),
        "ed.pem": ed25519.Ed25519PrivateKey.generate().private_bytes(_PEM, _PKCS8, _PLAIN),
        "k1.pem": ec.generate_private_key(ec.SECP256K1()).private_bytes(_PEM, _PKCS8, _PLAIN),
        "text.pem": b"no key at all",
    }
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    for name, told in {
        "locked.pem": "behind a password",
        "rsa.pem": "RSAPublicKey is not supported: use an elliptic curve key",
        "ed.pem": "Ed25519PublicKey is not supported",
        "k1.pem": "curve secp256k1 is not supported",
        "text.pem": "no private key in PEM format",
        "key.pub": "no private key in PEM format",
        "none.pem": "no such file",
        ".": "cannot be read",
    }.items():
        with pytest.raises(ConfigError, match=f"--sign-key .*{told}"):
            sign(artifact_copy, tmp_path / name)
    assert not (artifact_copy / layout.SIGNATURE).exists()
    sign(artifact_copy, keys[0])
    for name, told in {
        "key.pem": "it is a private key; use the public one",
        "text.pem": "no public key in PEM format",
        "none.pem": "no such file",
    }.items():
        with pytest.raises(ConfigError, match=f"--verify-key .*{told}"):
            verify(artifact_copy, tmp_path / name)


def test_what_is_not_whole_is_not_signed(artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    (artifact_copy / "history.json").write_text("[]", encoding="utf-8")
    (artifact_copy / "calibration.json").unlink()
    (artifact_copy / "new.txt").write_text("", encoding="utf-8")
    told = "changed: history.json; missing: calibration.json; added: new.txt"
    with pytest.raises(ArtifactError, match=told):
        sign(artifact_copy, keys[0])
    assert examine(artifact_copy).differences.told() == told
    assert not (artifact_copy / layout.SIGNATURE).exists()


def test_a_link_to_nothing_is_named(artifact_copy: Path, keys: tuple[Path, Path]) -> None:
    (artifact_copy / "dangling").symlink_to("nowhere")
    with pytest.raises(ArtifactError, match="dangling is neither a file nor a folder"):
        sign(artifact_copy, keys[0])


def test_the_library_is_asked_for_by_name(
    artifact_copy: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "model_signing"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(MissingExtraError, match=r"pip install 'pointsman\[sign\]'"):
        verify(artifact_copy, keys[1])


def test_compare_names_each_difference() -> None:
    found = compare({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"})
    assert (found.missing, found.added, found.changed) == (("a",), ("d",), ("c",))
    assert found
    assert not compare({"a": "1"}, {"a": "1"})


def test_digests_leave_out_the_signature_alone(artifact_copy: Path) -> None:
    before = digests(artifact_copy)
    (artifact_copy / layout.SIGNATURE).write_text("x", encoding="utf-8")
    assert digests(artifact_copy) == before
    assert layout.MANIFEST in before
