from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from pointsman.serving import pages
from tests.serving.servers import Running


def _get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/page/app.js", "text/javascript; charset=utf-8"),
        ("/page/style.css", "text/css; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_type_and_may_ask_this_server_alone(server: Running, path: str, kind: str) -> None:
    status, headers, content = _get(server.url + path)
    assert (status, headers["content-type"]) == (200, kind)
    assert len(content) == int(headers["content-length"]) > 0
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert {policy["script-src"], policy["connect-src"], policy["style-src"]} == {"'self'"}


def test_a_known_version_is_not_sent_again(server: Running) -> None:
    _, headers, _ = _get(f"{server.url}/page/app.js")
    assert headers["cache-control"] == "no-cache"
    status, again, content = _get(f"{server.url}/page/app.js", If_None_Match=f'"other", W/{headers["etag"]}')
    assert (status, again["etag"], content) == (304, headers["etag"], b"")
    assert _get(f"{server.url}/page/app.js", If_None_Match='"other"')[0] == 200


@pytest.mark.parametrize("path", ["/page/none.js", "/page/index.html", "/page/..%2fpages.py", "/page/", "/page/a/b"])
def test_nothing_else_is_served(server: Running, path: str) -> None:
    status, headers, content = _get(server.url + path)
    assert status == 404
    assert headers["content-type"] == "application/json"
    assert b"NOT_FOUND" in content


def test_what_the_files_name_is_there() -> None:
    """No address of another host, and no part that is missing."""
    for path in pages.FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text), path.name
        for name in re.findall(r'(?:from "\./|"page/)([\w.]+)"', text):
            assert (pages.FOLDER / name).is_file(), f"{path.name} names {name}"
