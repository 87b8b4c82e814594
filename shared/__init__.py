"""The code that both functions share and ship: the project's words, its ports and its two use cases."""

VERSION = "0.1.0"
