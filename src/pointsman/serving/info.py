"""What a server tells of its models and of itself: no folder's place, no key, no text."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

from pointsman import __version__
from pointsman.serving.masking import types_of
from pointsman.serving.models import Models, Router
from pointsman.serving.names import name_of, shape_of
from pointsman.serving.settings import Settings

Body = dict[str, Any]


def info_models(models: Models, stack: Body | None = None) -> Body:
    """Return the body of `GET /info/models`.

    Args:
        models: that answer.
        stack: what is told of the stack; None: there is none.
    """
    told = {} if stack is None else {"stack": stack}
    return {
        "models": [_card(router) for router in models.routers.values()],
        "digest": models.digest,
        "loaded_at": models.loaded,
        "seconds": models.seconds,
        "system": {
            "version": __version__,
            "python": platform.python_version(),
            "os": platform.system(),
            "architecture": platform.machine(),
            "cores": os.cpu_count() or 1,
        },
        **told,
    }


def _card(router: Router) -> Body:
    return {
        "name": router.task,
        "endpoint": name_of(router.task),
        "type": shape_of(router),
        "kind": router.kind,
        "loaded": True,
        "task": router.task,
        "labels": list(router.labels),
        "tools": {label: list(tools) for label, tools in router.tools.items()},
        "positive": router.positive,
        "digest": router.digest,
        "form": router.form,
        "path": router.path.name,
        "backbone": Path(router.backbone).name if Path(router.backbone).is_absolute() else router.backbone,
        "precision": router.precision,
        "max_length": router.max_length,
        "rank": router.rank,
        "threshold": router.threshold,
        "temperature": router.temperature,
        "primary_metric": router.primary_metric,
        "metrics": dict(router.metrics),
    }


def info_classifier(models: Models, settings: Settings) -> Body:
    """Return the body of `GET /info/classifier`."""
    routers = models.routers
    limits = settings.limits
    return {
        "status": "active",
        "version": __version__,
        "digest": models.digest,
        "tasks": list(routers),
        "capabilities": [*(name_of(task) for task in routers), "combined", "batch"],
        "categories": list(routers["domain"].labels) if "domain" in routers else [],
        "entity_types": {task: list(types_of(router)) for task, router in routers.items() if router.kind == "token"},
        "limits": {
            "body_bytes": limits.body_bytes,
            "texts": limits.texts,
            "text_characters": limits.text_characters,
            "concurrent": limits.concurrent,
            "queue": limits.queue,
            "seconds": limits.seconds,
        },
        "engine": {
            "runtime": settings.runtime,
            "workers": settings.workers,
            "max_batch": settings.max_batch,
            "batch_delay_ms": settings.batch_delay_ms,
            "cache": settings.cache,
        },
    }
