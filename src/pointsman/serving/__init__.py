"""All routers behind one HTTP service: micro-batching, the classification API, limits, metrics, a page."""
