"""Uploading an artifact, an export or a bundle to the Hugging Face Hub in one commit, its card beside the files.

The folder itself is not touched. What the Hub has must be whole after a download, so a repository with other files in
it is refused unless they are to go.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout, read_golden
from pointsman.errors import ConfigError, MissingExtraError, OutputError
from pointsman.pipeline.card import card
from pointsman.pipeline.card_facts import Facts, read_facts

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Pushed:
    """What was uploaded.

    Attributes:
        repo: its full id.
        url: where it is.
        commit: the commit's id; "" for a dry run.
        files: names of the files, the card among them.
    """

    repo: str
    url: str
    commit: str
    files: tuple[str, ...]


def push(
    path: Path,
    repo: str,
    *,
    private: bool = False,
    token_env: str | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    tell: Tell = lambda line: None,
) -> Pushed:
    """Upload an artifact with its card.

    Args:
        path: its folder; it must be whole.
        repo: `NAME` or `OWNER/NAME`; it is made where it does not exist.
        private: make it a private one, and refuse one that is public.
        token_env: environment variable with the access token; None: the one that is logged in (or HF_TOKEN).
        overwrite: remove files of the repository that are no part of the artifact.
        dry_run: only say what would be uploaded.
        tell: is given what a person should know beforehand, line by line.

    Raises:
        ArtifactError: the folder is not whole.
        ConfigError: the id is none, there is no token, or the repository is not what was asked for.
        OutputError: the Hub cannot be reached, or refuses.
        MissingExtraError: `huggingface_hub` is not installed.
    """
    _library()
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

    _check_id(repo)
    facts = read_facts(path)
    files = _files(facts)
    for line in what_it_tells(facts):
        tell(line)
    if dry_run:
        return Pushed(repo, "", "", (*files, layout.CARD))
    api = HfApi(token=_token(token_env))
    with _reaching(repo, api.endpoint):
        full = api.create_repo(repo, private=private or None, exist_ok=True).repo_id
        info = api.model_info(full)
    if private and not info.private:
        raise ConfigError(f"--private: {full} exists already and is public: make it private first, or name another")
    there = {file.rfilename for file in info.siblings or ()}
    others = sorted(there - set(files) - layout.HUB_FILES)
    if others and not overwrite:
        raise ConfigError(
            f"{full} holds files that are no part of this artifact ({', '.join(others[:5])}"
            f"{', …' if len(others) > 5 else ''}): name another repository, or pass --overwrite to remove them"
        )
    readme = card(path, repo=full).encode()
    operations: list[Any] = [CommitOperationAdd(name, path / name) for name in files]
    operations.append(CommitOperationAdd(layout.CARD, readme))
    operations += [CommitOperationDelete(name, is_folder=False) for name in others]
    message = f"{facts.kind}: {', '.join(router.task.name for router in facts.routers)} ({facts.digest[:12]})"
    with _reaching(full, api.endpoint):
        commit = api.create_commit(full, operations, commit_message=message)
    return Pushed(full, f"{api.endpoint}/{full}", commit.oid, (*files, layout.CARD))


def what_it_tells(facts: Facts) -> Iterator[str]:
    """Say what others will be able to read out of the files, besides the model."""
    path = facts.path
    if (path / layout.GOLDEN).is_file():
        texts = len({row.text for row in read_golden(path)})
        yield f"{layout.GOLDEN} holds {texts:,} texts of the training data, as they are"
    if (path / layout.BASELINES).is_file():
        yield f"{layout.BASELINES} holds features of each training row (numbers, no text)"
    if Path(facts.backbone.name).is_absolute():
        yield f"{layout.MANIFEST} names the folder of the base model on this machine: {facts.backbone.name}"


def _files(facts: Facts) -> list[str]:
    """Return the names of all files to upload, but the card."""
    signature = [layout.SIGNATURE] if (facts.path / layout.SIGNATURE).is_file() else []
    return [*sorted(facts.manifest.files), layout.MANIFEST, *signature]


def _library() -> None:
    try:
        import huggingface_hub  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("train", error.name or "huggingface_hub") from None


def _check_id(repo: str) -> None:
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise ConfigError(f"'{repo}' is no repository id (NAME or OWNER/NAME): {error}") from None


def _token(variable: str | None) -> str:
    from huggingface_hub import get_token

    if variable is not None:
        if not (found := os.environ.get(variable, "").strip()):
            raise ConfigError(f"--token-env {variable}: the environment has no such variable, or it is empty")
        return found
    if (stored := get_token()) is None:
        raise ConfigError("not logged in to the Hugging Face Hub: run 'hf auth login', or set HF_TOKEN (--token-env)")
    return stored


@contextmanager
def _reaching(repo: str, endpoint: str) -> Iterator[None]:
    """Turn what the Hub's library raises into one line that says what to do.

    Raises:
        OutputError: the Hub cannot be reached, or refuses.
    """
    from huggingface_hub.errors import HfHubHTTPError, HTTPError, OfflineModeIsEnabled  # type: ignore[attr-defined]

    try:
        yield
    except OfflineModeIsEnabled:
        raise OutputError(f"{repo} cannot be uploaded: HF_HUB_OFFLINE is set in the environment; unset it") from None
    except HfHubHTTPError as error:
        raise OutputError(f"{repo} cannot be uploaded: {_refused(error, endpoint)}") from None
    except (HTTPError, ConnectionError, TimeoutError) as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise OutputError(
            f"{repo} cannot be uploaded: {endpoint} cannot be reached ({why}); nothing was changed"
        ) from None
    except ValueError as error:  # an answer that is no Hub's: a proxy's page, other JSON
        why = " ".join(str(error).split())[:120]
        raise OutputError(f"{repo} cannot be uploaded: {endpoint} does not answer as a Hub does ({why})") from None


def _refused(error: Any, endpoint: str) -> str:
    status = error.response.status_code
    said = " ".join((error.server_message or "").split())[:160]
    reason = f" ({said})" if said else ""
    if status == 401:
        return f"{endpoint} does not accept the token{reason}: log in again with 'hf auth login'"
    if status == 403:
        return f"the token may not write there{reason}: use one with write access, or a repository of yours"
    return f"{endpoint} answered {status}{reason}"
