from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.data.urls import UrlPath, is_remote, is_volume, scheme_of, url_of

_schemes = st.from_regex(r"[a-z][a-z0-9+]{1,8}", fullmatch=True).filter(lambda s: s not in ("file", "local", "volume"))
_parts = st.text(
    st.characters(blacklist_characters="/\x00", blacklist_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda part: part not in (".", ".."))


@given(_schemes, st.lists(_parts, min_size=1, max_size=4))
def test_a_path_gives_the_url_back(scheme: str, parts: list[str]) -> None:
    url = f"{scheme}://{'/'.join(parts)}"
    assert is_remote(url)
    assert is_remote(Path(url))
    assert url_of(Path(url)) == url_of(url) == url_of(Path(str(Path(url)))) == url
    assert scheme_of(url) == scheme
    assert str(UrlPath(url)) == url
    assert str(UrlPath(url) / "more") == f"{url}/more"
    assert str(pickle.loads(pickle.dumps(UrlPath(url)))) == url


@given(st.lists(_parts, min_size=1, max_size=4))
def test_a_local_path_is_none(parts: list[str]) -> None:
    path = Path("/", *parts)
    assert not is_remote(path)
    assert not is_volume(path)
    assert str(UrlPath(path)) == str(path)


@pytest.mark.parametrize(
    "path", ["C:/rows", "rows.csv", "file:rows.csv", "volume:x/y", "volume:/x", "a:b/c", "s3:", ""]
)
def test_what_is_no_url(path: str) -> None:
    assert not is_remote(path)
    with pytest.raises(ValueError, match="no URL"):
        url_of(path)


def test_a_file_has_no_host() -> None:
    assert url_of(Path("file:///tmp/x")) == url_of("file:/tmp/x") == "file:///tmp/x"
    assert url_of(Path("S3://b/X")) == "s3://b/X"
    assert str(UrlPath("s3://b/x").parent.parent) == "s3:"
