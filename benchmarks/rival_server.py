"""What people put up first: five Transformers pipelines behind FastAPI. Started by benchmarks/serve.py.

python benchmarks/rival_server.py PORT THREADS NAME=FOLDER…
"""

from __future__ import annotations

import sys
from typing import Any

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline


class Request(BaseModel):
    text: str


def create(folders: dict[str, str]) -> FastAPI:
    """Return the application: every pipeline is asked for each text, one after another."""
    app = FastAPI()
    pipelines = {
        name: pipeline("token-classification", folder, aggregation_strategy="simple", device="cpu")
        if name == "pii"
        else pipeline("text-classification", folder, top_k=None, device="cpu")
        for name, folder in folders.items()
    }

    @app.get("/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/api/v1/classify/combined")
    def combined(request: Request) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, ask in pipelines.items():
            found = ask(request.text) if name == "pii" else ask(request.text, truncation=True)
            out[name] = [
                {k: v if isinstance(v, str | int) else float(v) for k, v in row.items()} for row in _flat(found)
            ]
        return out

    return app


def _flat(found: Any) -> list[dict[str, Any]]:
    return found[0] if found and isinstance(found[0], list) else found


if __name__ == "__main__":
    port, threads, *named = sys.argv[1:]
    torch.set_num_threads(int(threads))
    uvicorn.run(create(dict(item.split("=", 1) for item in named)), port=int(port), log_level="warning")
