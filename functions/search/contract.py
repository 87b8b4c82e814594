"""The shapes of requests and answers, which validate and which the API document shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict
from pydantic.json_schema import SkipJsonSchema

from shared.model import LABEL, Crop, Mode, Refinement
from shared.verdict import Verdict

MAX_QUERY_BYTES = 512
"""Algolia's limit for a query, in bytes of UTF-8."""

MAX_OBJECT_ID = 1_000
"""Characters; no catalog has longer ones."""

USER_TOKEN = r"^[a-zA-Z0-9_=/+-]{1,129}$"  # noqa: S105 - a pattern: Algolia's, from its Insights API
"""Letters, digits and `_=/+-`, as Algolia's Insights API wants a user token."""


def _bounded(text: str) -> str:
    if len(text.encode(errors="surrogatepass")) > MAX_QUERY_BYTES:
        raise ValueError(f"at most {MAX_QUERY_BYTES} bytes")
    return text


def _listed(value: object) -> object:
    """Text forms have no lists: names are separated by commas there."""
    return [part for part in value.split(",") if part] if isinstance(value, str) else value


def _boxed(value: object) -> object:
    """Text forms have no objects: a box is `x,y,width,height` there."""
    if not isinstance(value, str):
        return value
    parts = value.split(",")
    if len(parts) != len(Box.model_fields):
        raise ValueError("write x,y,width,height as fractions of the picture, such as 0.1,0.2,0.5,0.5")
    return dict(zip(Box.model_fields, parts, strict=True))


Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
FacetName = Annotated[str, Field(min_length=1, max_length=200)]
OptionalFilter = Annotated[
    str, Field(min_length=1, max_length=300, json_schema_extra={"pattern": "^[^:]+:[^:]"})
]
UserToken = Annotated[str, Field(pattern=USER_TOKEN)]
Base64 = Annotated[str, Field(json_schema_extra={"format": "byte"})]
Url = Annotated[str, Field(max_length=2_048)]


class _Shape(BaseModel):
    # A process that starts builds only the shapes that its first request needs.
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


class Box(_Shape):
    """The part of the photo to look for, in fractions of its upright width and height."""

    x: Fraction
    y: Fraction
    width: Fraction
    height: Fraction

    @model_validator(mode="after")
    def _inside(self) -> Self:
        self.crop()
        return self

    def crop(self) -> Crop:
        """The same in the project's own words."""
        return Crop(self.x, self.y, self.width, self.height)


class Fields(_Shape):
    """The fields beside a picture or a product, the same in every form."""

    query: Annotated[str, AfterValidator(_bounded)] = Field(
        "", max_length=MAX_QUERY_BYTES, description="words that products must match, at most 512 bytes"
    )
    filters: str = Field("", max_length=4_096, description="Algolia's parameter `filters`, passed on")
    facets: Annotated[tuple[FacetName, ...], BeforeValidator(_listed)] = Field(
        (), max_length=50, description="facets to count; in text forms separated by commas"
    )
    optional_filters: tuple[OptionalFilter, ...] = Field(
        (),
        alias="optionalFilters",
        max_length=50,
        description="the shop's own preferences, `attribute:value<score=N>`; in text one field each",
    )
    page: int = Field(0, ge=0, le=1_000, description="the page, from 0")
    hits_per_page: int = Field(20, alias="hitsPerPage", ge=1, le=100, description="products on a page")
    mode: Mode | SkipJsonSchema[None] = Field(
        None, description="`boost` prefers products that share labels, `strict` leaves out the others"
    )
    wanted: Literal["hits", "filters"] = Field(
        "hits",
        alias="return",
        description="`hits` searches; `filters` only gives the parameters for a search of one's own",
    )
    user_token: UserToken | SkipJsonSchema[None] = Field(
        None, alias="userToken", description="the shopper's token, passed to Algolia"
    )

    def refinement(self, default_mode: Mode, client: str | None) -> Refinement:
        """The fields in the project's own words."""
        return Refinement(
            query=self.query,
            filters=self.filters,
            facets=self.facets,
            page=self.page,
            hits_per_page=self.hits_per_page,
            mode=self.mode or default_mode,
            optional_filters=self.optional_filters,
            user_token=self.user_token,
            client=client,
        )


class PhotoFields(Fields):
    """The fields beside a photo."""

    crop: Annotated[Box | SkipJsonSchema[None], BeforeValidator(_boxed)] = Field(
        None, description="the part of the photo to look for; in text forms `x,y,width,height`"
    )


def _holding(name: str) -> JsonDict:
    """A schema: there is such a field, and it is not null."""
    return {"required": [name], "properties": {name: {"type": "string"}}}


class Image(_Shape):
    """A photo inside the body, or on the web where the shop allows its host: exactly one of them."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_holding("content"), _holding("url")]})

    content: Base64 | SkipJsonSchema[None] = Field(
        None, description="the file in base64, or as a `data:` URL"
    )
    url: Url | SkipJsonSchema[None] = Field(None, description="an https address of an allowed host")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.content is None) == (self.url is None):
            raise ValueError("write either content or url, exactly one of them")
        return self


class JsonBody(PhotoFields):
    """A photo and the fields beside it as JSON."""

    image: Image


class SeenLabel(_Shape):
    """A label seen in the picture, its confidence in 0..1, and the points it gives a product.

    No product has a label without points. `kind` says what else than a label it is, such as an object, a logo
    or a text; `box` where it was seen; the recognizer is `sure` of it, or it is left out.
    """

    description: str
    score: Annotated[float, Field(ge=0, le=1)]
    points: Annotated[int, Field(ge=0)]
    kind: str = LABEL
    box: Box | SkipJsonSchema[None] = None
    sure: Literal[True] | SkipJsonSchema[None] = None


class LeastOfStep(_Shape):
    """The least closeness of a product on a step and, where it has none, its least points."""

    points: int = Field(ge=1)
    closeness: float | SkipJsonSchema[None] = Field(None, ge=-1, le=1)


class AnswerSteps(_Shape):
    """The steps from which a product is similar, or very similar; below them it is less similar."""

    similar: LeastOfStep
    very_similar: LeastOfStep = Field(alias="verySimilar")


class FiltersAnswer(_Shape):
    """The labels of a picture, and the parameters that make a search of one's own one by picture.

    The first hits come in a better order by their closeness, the cosine of their code and the picture's.
    """

    labels: tuple[SeenLabel, ...]
    params: dict[str, Any]
    steps: AnswerSteps
    code: dict[str, str] = Field(
        {},
        description="the picture's code, signed bytes in base64, by the attribute of hits to compare it with",
    )
    attributes: dict[str, str] = Field(
        description="what our attributes of a record are called, by the names they have by default"
    )
    degraded: tuple[Literal["labels", "filters"], ...] = Field(
        (),
        description="what is missing while a service behind is in trouble; left out where nothing is missing."
        " Without `labels` the picture's own look decides, and `strict` is answered as `boost`. Without all"
        " `filters` Algolia took a part of them; where it took none, `strict` shows any product",
    )


class MatchedLabel(_Shape):
    """A label that a product shares with the picture, and the points it gave."""

    description: str
    points: int


class Visual(_Shape):
    """The reasons for a product's place.

    `closeness`, -1..1, says how alike both are. A product that has labels, but none that are sure and have
    points, is `lessSimilar` whatever its closeness.
    """

    points: int
    verdict: Verdict
    matched: tuple[MatchedLabel, ...]
    closeness: float = Field(0.0, ge=-1, le=1)


class FoundProduct(BaseModel):
    """The record as Algolia returned it, and why it is here."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    visual: Visual = Field(alias="_visual")


class HitsAnswer(FiltersAnswer):
    """Algolia's answer under its own names, and what the picture had to do with it."""

    hits: tuple[FoundProduct, ...]
    nb_hits: int = Field(0, alias="nbHits")
    nb_pages: int = Field(0, alias="nbPages")
    page: int = 0
    hits_per_page: int = Field(0, alias="hitsPerPage")
    facets: dict[str, dict[str, int]] = Field({}, description="counts by facet and value, where asked for")
    query_id: str = Field("", alias="queryID", description="names this search in click events")
    visual_match: bool = Field(alias="visualMatch", description="whether a product here is at least similar")


class ProblemDetails(_Shape):
    """An error, as RFC 9457 shapes it."""

    type: str
    title: str
    status: int
    detail: str


def dumped(shape: BaseModel) -> str:
    """JSON under the names a storefront sees, without what was not given."""
    return shape.model_dump_json(by_alias=True, exclude_unset=True)
