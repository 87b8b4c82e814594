"""Pub/Sub on this machine: a stand-in with the same gRPC, or Google's emulator."""
