"""A stand-in for Google Cloud Vision's label detection, over gRPC and REST, for loopback only.

It speaks the service's own messages and keeps its limits and error codes; its labels come from the embedded
recogniser.
"""
