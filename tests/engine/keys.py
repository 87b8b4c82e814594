"""The application and keys of the test servers."""

from __future__ import annotations

from devstack.algolia.documents import JsonObject

APP_ID = "TESTAPP"
KEYS: dict[str, JsonObject] = {
    "admin-key": {"acl": ["admin"]},
    "search-key": {"acl": ["search"]},
    "shop-search-key": {"acl": ["search"], "indexes": ["shop_*"]},
    "indexing-key": {"acl": ["addObject"], "indexes": ["shop_products"]},
    "reader-key": {"acl": ["search", "browse"], "indexes": ["secrets"]},
    "insight-key": {"acl": ["search", "browse", "seeUnretrievableAttributes"], "indexes": ["secrets"]},
    "browse-key": {"acl": ["browse", "listIndexes"], "indexes": ["shop_*"]},
}
