"""A strict local Algolia: exact filter scores, tasks, limits and access rights, on loopback only.

What is exact, approximate and absent is listed in this folder's README.
"""
