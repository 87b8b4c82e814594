"""A stand-in for ViSenze's Recognition API, for loopback only.

It has the shapes of answers that public callers of the service show. Its error messages are its own, since
ViSenze publishes none; its tags come from another recogniser.
"""
