"""The one error of the engine, in the shape of Algolia's error answers."""

from __future__ import annotations

from http import HTTPStatus

from devstack.algolia.documents import JsonObject


class AlgoliaError(Exception):
    """A request Algolia would refuse; `status` is the HTTP status of the answer."""

    def __init__(self, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.message = message
        self.status = int(status)

    def to_json(self) -> JsonObject:
        """Return the error body: `message` and `status`."""
        return {"message": self.message, "status": self.status}


def index_missing(name: str) -> AlgoliaError:
    """Return the 404 for an index that was never written to."""
    return AlgoliaError(f"Index {name} does not exist", HTTPStatus.NOT_FOUND)


def object_missing() -> AlgoliaError:
    """Return the 404 for a record that is not in the index."""
    return AlgoliaError("ObjectID does not exist", HTTPStatus.NOT_FOUND)
