"""Pub/Sub on this machine: Google's emulator where it is installed, else a stand-in with the same gRPC."""
