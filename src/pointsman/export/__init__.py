"""A router in the forms that other runtimes load: merged checkpoint, ONNX graph, bundle of several in one graph."""
