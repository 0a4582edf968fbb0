"""The client's `route` against a real server of a stack that decides by a rule."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from pointsman import AsyncClient, Client, ServerError
from pointsman.data.pictures import Picture
from pointsman.errors import DataError
from pointsman.serving.client_route import ExpertCall
from tests.serving.stacks import EXPERTS, Served, png, served

IMAGE = png()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def client(server: Served) -> Iterator[Client]:
    server.stack.asked.clear()
    with Client(f"http://127.0.0.1:{server.port}") as found:
        yield found


def test_an_answer(client: Client) -> None:
    found = client.route("open calendar", return_probabilities=True)
    assert (found.outcome, found.expert, found.text, found.tokens) == ("answered", "calendar", "<done>", 4)
    assert found.tool_call == ExpertCall(status="valid", name="open", arguments={"day": 3})
    assert (found.decision.label, found.decision.probability) == ("calendar", 0.9)
    assert found.decision.probabilities is not None
    assert set(found.decision.probabilities) == set(EXPERTS)
    assert found.timing_ms["answer"] == 500


def test_a_decision_and_a_refusal(client: Client, server: Served) -> None:
    found = client.route("claims", decide_only=True, max_new_tokens=5, expert="rooms")
    assert (found.outcome, found.expert, found.text, found.tool_call) == ("decided", "rooms", None, None)
    (asked,) = server.stack.asked
    assert (asked.max_new_tokens, asked.expert) == (5, "rooms")
    assert client.route("hello").outcome == "refused"


def test_images(client: Client, server: Served, tmp_path: Path) -> None:
    file = tmp_path / "screen.png"
    file.write_bytes(IMAGE)
    url = "data:image/png;base64," + base64.b64encode(IMAGE).decode()
    for image in (file, str(file), IMAGE, Picture(path=file), url):
        client.route("claims", image)
    assert [asked.image.read() for asked in server.stack.asked] == [IMAGE] * 5


@pytest.mark.parametrize("image", ["http://example.org/a.png", "HTTPS://example.org/a.png", "nowhere.png"])
def test_images_that_cannot_be_sent(client: Client, server: Served, image: str) -> None:
    with pytest.raises(DataError):
        client.route("claims", image)
    assert server.stack.asked == []


def test_errors(client: Client) -> None:
    with pytest.raises(ServerError) as caught:
        client.route(" ")
    assert (caught.value.status, caught.value.code) == (400, "INVALID_INPUT")


def test_awaited(server: Served) -> None:
    async def ask() -> list[str | None]:
        async with AsyncClient(f"http://127.0.0.1:{server.port}", retries=0) as client:
            found = await asyncio.gather(*(client.route(name, IMAGE) for name in EXPERTS))
            with pytest.raises(ServerError, match="502 EXPERT_UNAVAILABLE"):
                await client.route("away")
        return [one.expert for one in found]

    assert asyncio.run(ask()) == list(EXPERTS)
