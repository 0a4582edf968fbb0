"""The small OpenAI-compatible server with a tiny model behind it: every adapter under its name, over real HTTP.

with StackServer(world.backbone, world.experts) as server:
    … server.url …
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.data.pictures import from_data_url
from pointsman.encoding.conversation import Template
from pointsman.errors import PointsmanError
from pointsman.experts.adapters import find_adapter
from pointsman.inference.shared_base import SharedBase
from tests.experts.openai_server import Ended, OpenAIServer, RefusedError


class StackServer(OpenAIServer):
    """A server that runs a model.

    Args:
        backbone: the model.
        adapters: that it has from the start, by name.
        options: of `OpenAIServer`.

    Attributes:
        base: the model in memory.
    """

    def __init__(self, backbone: Backbone, adapters: Mapping[str, Path], **options: Any) -> None:
        self.base = SharedBase.open(backbone, keep_prompts=0)
        for name, path in adapters.items():
            self.base.add(name, find_adapter(path))
        super().__init__(self._written, [backbone.name, *adapters], load=self._added, unload=self._removed, **options)

    def _written(self, model: str, messages: list[dict[str, Any]], most: int, stream: bool) -> Iterator[str | Ended]:
        asked = next(body for body in reversed(self.requests) if body["messages"] is messages)
        size = asked.get("mm_processor_kwargs", {}).get("size", {})
        text, image, system = "", None, ""
        for turn in messages:
            if turn["role"] == "system":
                system = turn["content"]
            elif isinstance(turn["content"], str):
                text = turn["content"]
            else:
                for part in turn["content"]:
                    text = part.get("text", text)
                    image = from_data_url(part["image_url"]["url"]) if "image_url" in part else image
        template = Template("{text}", system, size.get("shortest_edge", 0), size.get("longest_edge", 0))
        name = model if model in self.base.names else None
        pieces: list[str] = []
        try:
            [made] = self.base.generate(
                [self.base.preparer.prepare(Example(text, image=image), template)],
                [name],
                max_new_tokens=most,
                on_text=pieces.append,
            )
        except PointsmanError as error:
            raise RefusedError(400, str(error)) from None
        assert "".join(pieces) == made.text
        yield from pieces if stream else [made.text]
        yield Ended(made.tokens, made.truncated)

    def _added(self, name: str, path: str) -> None:
        if not Path(path).is_dir():
            raise RefusedError(404, f"No adapter found for {path}", "NotFoundError")
        self.base.add(name, find_adapter(Path(path)))

    def _removed(self, name: str) -> None:
        self.base.remove(name)
