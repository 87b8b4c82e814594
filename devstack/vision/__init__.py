"""A stand-in for Google Cloud Vision, over gRPC and REST, for loopback only.

It speaks the service's own messages and keeps its limits and error codes; its labels come from the embedded
recogniser. Objects, logos, words, colours and safe search it answers as `findings` says.
"""
