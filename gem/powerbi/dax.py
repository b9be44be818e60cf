"""The DAX of a measure: from the parts of which its SQL is made, or, in the remainder, as it is declared."""

from dataclasses import dataclass

from gem.contracts.mart_spec import IST_MINUTES
from gem.contracts.measures.relations import dimension_of_key
from gem.contracts.measures.spec import Aggregate, Figure, Measure
from gem.contracts.measures.terms import Column, Operation, columns_of, parse
from gem.powerbi.layout import call, joined, with_variables
from gem.powerbi.names import quoted, reference, words
from gem.powerbi.tables import DATES, ModelTable, table_name, table_of_relation
from gem.powerbi.terms import AS_OF, DATE, Known, Writer
from gem.warehouse.templates.views import VIEW_OF

AS_OF_DAY = "As of day"
AS_OF_VARIABLES = {
    "AsOf": f"[{AS_OF_DAY}]",
    "AsOfYear": "YEAR ( EDATE ( AsOf, -3 ) )",
    "AsOfDayOfYear": "DATEDIFF ( DATE ( AsOfYear, 4, 1 ), AsOf, DAY ) + 1",
}
AS_OF_DAX = f"""\
VAR InIndia = UTCNOW () + {IST_MINUTES} / 1440
RETURN
    COALESCE (
        SELECTEDVALUE ( 'As of'[Calendar date] ),
        DATE ( YEAR ( InIndia ), MONTH ( InIndia ), DAY ( InIndia ) )
    )"""
PERCENTILES = {Aggregate.P90: "0.9"}


def dax_of(measure: Measure) -> str:
    """The measure in DAX, exact: only its format rounds.

    A sum or count of no rows is blank, so that visuals list only what there is; all else is blank where SQL says NULL.
    """
    if measure.dax:
        return measure.dax
    return _Measured(measure).text()


@dataclass(frozen=True)
class _Measured:
    """One measure with the tables of the model that it reads."""

    measure: Measure

    @property
    def table(self) -> ModelTable:
        return table_of_relation(self.measure.relation)

    def column(self, column: Column) -> Known:
        """How DAX reads a column of `f`, of a dimension by the active relationship, or of the day D."""
        if column.alias == "as_of":
            return AS_OF[column.name]
        if column.alias == "f":
            found = self.table.column(column.name)
            return Known(reference(self.table.name, found.name), found.type, found.may_be_blank)
        key = self.measure.source.key_of(column.alias)
        if column.name == "calendar_date":
            return Known(reference(self.table.name, words(column.alias)), DATE, may_be_blank=True)
        if key.endswith("_date_key") and key != self.measure.source.day:
            raise TypeError(f"{self.measure.key}: only the active day of {self.table.name} leads to {DATES}")
        dimension = table_name(VIEW_OF[dimension_of_key(key).name])
        known = table_of_relation(f"mart.{dimension_of_key(key).name}").column(column.name)
        return Known(f"RELATED ( {reference(dimension, known.name)} )", known.type, may_be_blank=True)

    @property
    def writer(self) -> Writer:
        return Writer(self)

    def text(self) -> str:
        """The whole measure."""
        variables = self._as_of()
        rows = quoted(self.table.name)
        if self.measure.where:
            variables["Counted"] = call("FILTER", rows, self.writer.holds(parse(self.measure.where)))
            rows = "Counted"
        figures, result = self._result(rows)
        variables |= figures
        through = self._through()
        if through is None:
            return with_variables(variables, result)
        return call("CALCULATE", with_variables(variables, result), through)

    def _as_of(self) -> dict[str, str]:
        """The variables of the day D that the measure reads, each after what it is made of."""
        read = {AS_OF[column.name].dax for column in self._columns() if column.alias == "as_of"}
        last = max((place for place, name in enumerate(AS_OF_VARIABLES) if name in read), default=-1)
        return dict(list(AS_OF_VARIABLES.items())[: last + 1])

    def _columns(self) -> list[Column]:
        figures = [figure for figure in (self.measure.numerator, self.measure.denominator) if figure]
        texts = [text for figure in figures for text in (figure.of, figure.where, figure.less) if text]
        if any(figure.aggregate is Aggregate.DISTINCT for figure in figures):
            texts = [figure.where for figure in figures if figure.where]
        return [column for text in (*texts, self.measure.where) if text for column in columns_of(parse(text))]

    def _through(self) -> str | None:
        """The relationship by which it falls into periods, where that is not the active one."""
        if self.measure.by_day in (None, self.measure.source.day):
            return None
        return through_day(self.table.name, words(str(self.measure.by_day)))

    def _result(self, rows: str) -> tuple[dict[str, str], str]:
        above = self.measure.numerator
        if above.less is not None:
            figures = {"Reached": self._figure(above, rows), "Asked": self._sum(above.less, None, rows)}
            left = "MAX ( Reached - Asked, 0 )" if above.is_shortfall else "Reached - Asked"
            difference = f"IF ( NOT ISBLANK ( Reached ) && NOT ISBLANK ( Asked ), {left} )"
            if self.measure.denominator is None:
                return figures, difference
            return figures, call("DIVIDE", difference, self._figure(self.measure.denominator, rows))
        if self.measure.denominator is None:
            return {}, self._figure(above, rows)
        below = self._figure(self.measure.denominator, rows)
        return {}, call("DIVIDE", self._figure(above, rows, is_part=True), below)

    def _figure(self, figure: Figure, rows: str, *, is_part: bool = False) -> str:
        """The aggregate; `is_part` is the numerator of a ratio, which is unknown where its condition always is."""
        match figure.aggregate:
            case Aggregate.SUM:
                return self._sum(figure.of, figure.where, rows)
            case Aggregate.COUNT if figure.where and (is_part or self.measure.denominator is None):
                return self._sum("1", figure.where, rows)
            case Aggregate.COUNT:
                return call("COUNTROWS", rows)
            case Aggregate.DISTINCT:
                return self._distinct(figure, rows, is_part=is_part)
            case Aggregate.MAX:
                return self.writer.value(parse(figure.of))
            case Aggregate.MEDIAN | Aggregate.P90:
                return self._quantile(figure, rows)
        raise TypeError(f"{self.measure.key}: {figure.aggregate} has no DAX but one of its own")

    def _quantile(self, figure: Figure, rows: str) -> str:
        """Interpolated between two rows, what is blank not counted."""
        value = parse(figure.of)
        if figure.aggregate is Aggregate.MEDIAN:
            return call("MEDIANX", rows, self.writer.value(value))
        known = call("FILTER", rows, joined("&&", self.writer.guards(value)))
        return call("PERCENTILEX.INC", known, self.writer.known(value), PERCENTILES[figure.aggregate])

    def _sum(self, of: str, where: str | None, rows: str) -> str:
        value = self.writer.value(parse(of))
        if where is None:
            is_plain = rows == quoted(self.table.name) and isinstance(parse(of), Column)
            return call("SUM", value) if is_plain else call("SUMX", rows, value)
        condition = parse(where)
        holds = self.writer.holds(condition)
        if not self.writer.may_be_unknown(condition):
            return call("SUMX", rows, call("IF", holds, value, "0"))
        return call("SUMX", rows, call("SWITCH", "TRUE ()", holds, value, self.writer.fails(condition), "0"))

    def _distinct(self, figure: Figure, rows: str, *, is_part: bool) -> str:
        """Combinations of columns within a source, what is blank not counted."""
        columns = [self.table.column(name) for name in ("source_id", *figure.of.split())]
        names = [reference(self.table.name, column.name) for column in columns]
        guards = [f"NOT ISBLANK ( {name} )" for name, column in zip(names, columns, strict=True) if column.may_be_blank]
        condition = parse(figure.where) if figure.where else None
        conditions = [*([self.writer.holds(condition)] if condition else []), *guards]
        counted = rows
        for each in conditions:
            counted = call("FILTER", counted, each)
        found = call("COUNTROWS", call("SUMMARIZE", counted, *names))
        if condition is None or not is_part:
            return found
        known = Operation("or", (condition, Operation("not", (condition,))))
        if not self.writer.may_be_unknown(condition):
            return f"{found} + 0"
        test = call("ISEMPTY", call("FILTER", rows, self.writer.holds(known)))
        return call("IF", f"NOT {test}", f"{found} + 0")


def through_day(table: str, column: str) -> str:
    """The relationship of a date key that is not the active one, for CALCULATE."""
    return call("USERELATIONSHIP", reference(table, column), reference(DATES, words("date_key")))
