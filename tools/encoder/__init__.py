"""Makes an encoder of an image tower that somebody has on disk: ONNX, declared, checked and measured."""
