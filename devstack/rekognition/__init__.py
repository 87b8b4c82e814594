"""A stand-in for Amazon Rekognition's DetectLabels, for loopback only.

It speaks the service's own JSON and keeps its limits and error codes; its labels come from another
recogniser. It sees that a request is signed, and by whom, but does not check the signature.
"""
