"""A search and its answer, for the API's description."""

from __future__ import annotations

from typing import Any

SEARCH: dict[str, Any] = {"image": {"url": "https://images.shop.example/photo.jpg"}, "hitsPerPage": 1}

FOUND: dict[str, Any] = {
    "labels": [{"description": "Shoe", "score": 1.0, "points": 1000, "sure": True}],
    "params": {
        "query": "",
        "optionalFilters": [
            "visualWords_x:a00<score=17142>",
            "labels.description:Shoe<score=1000>",
            "visualWords_x:b01<score=12857>",
        ],
        "sumOrFiltersScores": True,
        "getRankingInfo": True,
        "enableABTest": False,
        "enablePersonalization": False,
        "enableReRanking": False,
        "mode": "keywordSearch",
        "clickAnalytics": True,
        "analyticsTags": ["image-search"],
        "ruleContexts": ["image-search"],
        "attributesToHighlight": [],
        "attributesToSnippet": [],
        "page": 0,
        "hitsPerPage": 100,
    },
    "steps": {
        "similar": {"points": 1, "closeness": -1.0},
        "verySimilar": {"points": 30999, "closeness": 0.85},
    },
    "attributes": {
        "imageURL": "imageURL",
        "labels": "labels",
        "labelNames": "labelNames",
        "visual": "visual",
        "visualWords": "visualWords",
    },
    "hits": [
        {
            "_visual": {
                "points": 18142,
                "verdict": "similar",
                "matched": [{"description": "Shoe", "points": 1000}],
                "closeness": 0.8,
            },
            "objectID": "pump",
            "name": "Court shoe",
            "imageURL": "https://cdn.shop.example/products/pump/front.jpg",
            "labels": [{"description": "Shoe", "score": 1.0}],
            "labelNames": ["Shoe"],
            "visual": {
                "recognizer": "r/1",
                "labeledAt": "2026-01-01T00:00:00+00:00",
                "pictures": 1,
                "refused": 0,
                "listing": "",
            },
            "imageVersion": 2,
        }
    ],
    "nbHits": 3,
    "nbPages": 3,
    "page": 0,
    "hitsPerPage": 1,
    "visualMatch": True,
}

BAD_REQUEST: dict[str, Any] = {
    "type": "about:blank",
    "title": "Bad request",
    "status": 400,
    "detail": "hitsPerPage: write at most 100",
}
