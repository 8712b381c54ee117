# SPDX-License-Identifier: Apache-2.0
"""A rate card as it is written: the form, its JSON Schema, and every mistake in it at once.

`RateFile.model_json_schema()` is the schema; `read` turns octets into a `RateFile` or a `ConfigError`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, ValidationError, model_validator

from meetcost.costing.loading import LEAVE_TWICE, LOADINGS, HoursBasis
from meetcost.errors import MOST_MISTAKES, ConfigError, MoneyError, Problem, said_by
from meetcost.model.text_file import decode_text
from meetcost.model.wrong_value import WrongValueError, one_of, wrong_value
from meetcost.values.currency import minor_digits
from meetcost.values.toml_text import read_toml
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema, ErrorDetails

_MOST_CHARACTERS: Final = 5_000_000
_MOST_VALUES: Final = 100_000

Text = Annotated[str, Field(max_length=2000)]
Positive = Annotated[Decimal, Field(gt=0, lt=10**12, decimal_places=10)]
Hours = Annotated[Decimal, Field(gt=0, le=8784, decimal_places=4)]


def _written_day(value: object) -> object:
    text = str(value)
    if len(text) != 10 or text[4] != "-":
        raise WrongValueError("is no day; write it as 2026-01-01")
    return value


def _currency(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        minor_digits(value)
    except MoneyError as error:
        raise ValueError(said_by(error)) from None
    return value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)  # of many tables one is validated


class SourceFile(_Form):
    """Where figures come from."""

    title: Text
    locator: Text = ""
    published: Text = ""
    url: Text = ""
    quote: Text = ""


class LoadingFile(_Form):
    """A loading factor: the name of one that ships with meetcost, or a factor with the basis of its hours."""

    name: Text = ""
    factor: Annotated[Decimal, Field(ge=1, le=10, decimal_places=6)] | None = None
    basis: HoursBasis | None = None
    source: SourceFile | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_or_the_other(self) -> LoadingFile:
        if self.factor is None and self.name not in LOADINGS:
            raise WrongValueError(
                "`{name}` is no known loading factor; {known}",
                name=self.name,
                known=one_of(self.name, list(LOADINGS)),
            )
        if self.factor is None and (self.basis is not None or self.source is not None):
            raise WrongValueError("`{name}` has its own basis and source; leave them out", name=self.name)
        if self.factor is not None and self.basis is None:
            raise WrongValueError('a factor needs the `basis` of its hours: "paid" or "worked"')
        if self.factor is not None and self.name in LOADINGS:
            raise WrongValueError(
                "`{name}` ships with meetcost; give a factor of your own another name", name=self.name
            )
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A name, or a table."""
        return {"anyOf": [{"enum": list(LOADINGS)}, handler(schema)]}


class ValueFile(_Form):
    """What an hour costs from a day on: money per hour, or pay per year with the hours it is paid for."""

    hourly: Positive | None = None
    yearly: Positive | None = None
    hours: Hours | None = None
    basis: HoursBasis | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, value: object) -> object:
        return {"hourly": value} if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def _complete(self) -> ValueFile:
        if (self.hourly is None) == (self.yearly is None):
            raise WrongValueError("give `hourly` or `yearly`, one of them")
        if self.yearly is not None and (self.hours is None or self.basis is None):
            raise WrongValueError('pay per year needs `hours` a year and their `basis`: "paid" or "worked"')
        if self.hourly is not None and self.hours is not None:
            raise WrongValueError("`hours` a year go with `yearly` pay only")
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A number (per hour), or a table."""
        return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}, handler(schema)]}


class BandFile(_Form):
    """A pay band or grade, with what its hour costs from day to day."""

    label: Text = ""
    values: Annotated[
        dict[Annotated[date, BeforeValidator(_written_day)], ValueFile], Field(min_length=1, max_length=10_000)
    ]


class RateFile(_Form):
    """A rate card: what an hour of people's time costs, by pay band or grade and by day."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    version: Annotated[str, Field(min_length=1, max_length=100)]
    currency: Annotated[str, BeforeValidator(_currency), Field(pattern=r"^[A-Z]{3}$")]
    published: StrictBool = False
    personal: StrictBool = False
    method: Literal["hourly-rates", "loaded-rates", "people-daily-1999"] | None = None
    default_band: Text
    loading: LoadingFile | None = None
    source: SourceFile | None = None
    bands: Annotated[dict[str, BandFile], Field(min_length=1, max_length=10_000)]


def read(data: bytes, source: str) -> RateFile:
    """The rate card in the octets of a TOML file; `ConfigError` with all its mistakes."""
    text = decode_text(data, source)
    if len(text) > _MOST_CHARACTERS:
        message = Sentence.of("has {count} characters, more than {most}", count=len(text), most=_MOST_CHARACTERS)
        raise ConfigError(source, [Problem("rates-size", message)])
    table = read_toml(text, source, parse_float=Decimal, most=_MOST_VALUES)
    problems = list(islice(_contradictions(table), MOST_MISTAKES))
    try:
        form = RateFile.model_validate(table)
    except ValidationError as error:
        problems = [*map(_problem, error.errors(include_url=False)[:MOST_MISTAKES]), *problems]
    if problems:
        raise ConfigError(source, problems)
    return form


def _contradictions(table: dict[str, Any]) -> Iterator[Problem]:
    """What is wrong between parts that may each be right; the table may hold anything."""
    bands = table.get("bands")
    default = table.get("default_band")
    if isinstance(bands, dict) and isinstance(default, str) and default not in bands:
        message = Sentence.of("`{band}` is no band", band=default)
        yield Problem("rates-band", message, None, "default_band", "", one_of(default, list(bands)))
    method, loading = table.get("method"), table.get("loading")
    if method == "people-daily-1999":
        if loading is not None:
            advice = "the formula of 1999 multiplies pay by six already: take out `loading` or `method`"
            yield Problem("rates-mixed", "goes with no loading factor", None, "method", "", advice)
        if table.get("personal") is True:
            advice = "a personal rate is taken as it is: take out `personal` or `method`"
            yield Problem("rates-mixed", "goes with no personal rates", None, "method", "", advice)
    if method == "loaded-rates" and loading is None:
        yield Problem("rates-loading", "needs a `loading` factor", None, "method")
    if method == "hourly-rates" and loading is not None:
        yield Problem("rates-mixed", "goes with no `loading`", None, "method", "", 'write "loaded-rates"')
    if loading is not None and isinstance(bands, dict):
        yield from _bases(loading, bands)


def _bases(loading: object, bands: dict[str, Any]) -> Iterator[Problem]:
    shipped = LOADINGS.get(loading) if isinstance(loading, str) else None
    if isinstance(loading, dict) and loading.get("factor") is None:
        shipped = LOADINGS.get(str(loading.get("name")))
    wanted = shipped.basis if shipped is not None else loading.get("basis") if isinstance(loading, dict) else None
    if wanted not in tuple(HoursBasis):
        return
    for name, band in bands.items():
        values = band.get("values") if isinstance(band, dict) else None
        for day, value in values.items() if isinstance(values, dict) else ():
            basis = value.get("basis") if isinstance(value, dict) else None
            key = f"bands.{name}.values.{day}"
            if basis is None and not (isinstance(value, dict) and "yearly" in value):
                advice = Sentence.of('write {{ hourly = ..., basis = "{wanted}" }}', wanted=wanted)
                yield Problem("rates-basis", "with a loading factor a rate needs its basis", None, key, "", advice)
            elif basis in tuple(HoursBasis) and basis != wanted:
                yield _mixed(f"{key}.basis", HoursBasis(wanted))


_MIXED: Final = {
    HoursBasis.PAID: (
        (
            "pay on worked hours with a loading factor on paid hours: paid leave would be counted twice: it is in the "
            "factor, and the hours are fewer by it ({source})"
        ),
        "divide pay by the paid hours of a year",
    ),
    HoursBasis.WORKED: (
        "pay on paid hours with a loading factor on worked hours: paid leave would not be counted at all",
        "divide pay by the worked hours of a year",
    ),
}
"""By the basis that the loading factor wants: what is wrong, and what to do."""


def _mixed(key: str, wanted: HoursBasis) -> Problem:
    template, advice = _MIXED[wanted]
    return Problem("rates-basis", Sentence.of(template, source=LEAVE_TWICE), None, key, "", advice)


def _problem(error: ErrorDetails) -> Problem:
    place = [str(part) for part in error["loc"] if part != "[key]"]
    key = ".".join(place)
    kind = error["type"]
    code = {"missing": "rates-missing", "extra_forbidden": "rates-key"}.get(kind, "rates-value")
    advice = one_of(place[-1], _known(place[:-1])) if kind == "extra_forbidden" else ""
    return Problem(code, wrong_value(error), None, key, "", advice)


def _known(place: list[str]) -> list[str]:
    """The keys that the form allows at `place`."""
    form: Any = RateFile
    for part in place:
        if isinstance(form, type) and issubclass(form, BaseModel) and part in form.model_fields:
            form = form.model_fields[part].annotation
        form = next((each for each in _forms(form)), form)
    return list(form.model_fields) if isinstance(form, type) and issubclass(form, BaseModel) else []


def _forms(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif getattr(annotation, "__origin__", None) is not dict:
        for inner in get_args(annotation):
            yield from _forms(inner)
    else:
        yield from _forms(get_args(annotation)[1])
