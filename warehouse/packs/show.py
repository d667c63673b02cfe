"""A plan pack as people read it: units, targets with thresholds, forms with who fills them, the calendar."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from warehouse.packs.problems import Seeds
from warehouse.plan.pack import Row, Table
from warehouse.plan.schema import LIST_SEPARATOR
from warehouse.plan.seeds import own_pack
from warehouse.plan.values import number
from warehouse.text import filled, load_texts

# Periods that are listed before the rest is only counted.
SHOWN_PERIODS = 4


def describe_plan(tables: Mapping[str, Table], lang: str, today: date) -> list[str]:
    """Return the plans of seeds as lines; `today` decides which units and periods are described."""
    return list(_Reader(tables, lang, today).lines())


class _Reader:
    """The seeds in one language on one day."""

    def __init__(self, tables: Mapping[str, Table], lang: str, today: date) -> None:
        self.seeds, self.lang, self.today = Seeds(tables), lang, today.isoformat()
        self.levels = {row.cells["unit_level"]: row for row in self.seeds.rows("unit_levels")}
        self.targets = {row.cells["target_code"]: row for row in self.seeds.rows("targets")}

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        yield from self._places()
        for plan in self.seeds.rows("plans"):
            yield ""
            yield from self._plan(plan)
        yield ""
        yield from self._forms()
        yield ""
        yield from self._calendar()

    def _say(self, key: str, **params: object) -> str:
        return filled(load_texts("plan")["show"][key][self.lang], params)

    def _text(self, row: Row, column: str) -> str:
        return row.cells.get(f"{column}_{self.lang}", "")

    def _level(self, level: str, count: int = 1) -> str:
        row = self.levels.get(level)
        if row is None:
            return level
        return row.cells["names_en"] if self.lang == "en" and count != 1 else self._text(row, "name")

    def _places(self) -> Iterator[str]:
        units = self.seeds.rows("units")
        top = next((row for row in units if not row.cells["parent_code"]), None)
        yield self._say("places", name=self._text(top, "name") if top else "")
        day = max(self.today, min((row.cells["valid_from"] for row in units), default=self.today))
        present = [row for row in units if row.cells["valid_from"] <= day < (row.cells["valid_to"] or "9999")]
        for level in self.levels:
            own = [row for row in present if row.cells["unit_level"] == level]
            if own:
                kinds = Counter(row.cells["unit_type"] for row in own)
                types = ", ".join(f"{count} {self._type(kind, count)}" for kind, count in kinds.items())
                named = f" ({types})" if len(kinds) > 1 else ""
                yield self._say("level", count=len(own), name=self._level(level, len(own)), types=named)

    def _type(self, kind: str, count: int) -> str:
        names: Mapping[str, Mapping[str, str]] = load_texts("plan")["types"]
        one, _, several = names[kind][self.lang].partition("|") if kind in names else (kind, "", "")
        return several if several and count != 1 else one

    def _plan(self, plan: Row) -> Iterator[str]:
        code, first, last = (plan.cells[name] for name in ("plan_code", "first_period_code", "last_period_code"))
        names = {"name": self._text(plan, "name"), "span": self._text(plan, "span")}
        yield self._say("plan", code=code, first=first, last=last, **names)
        yield from (f"  {text}" for column in ("full_name", "aim") if (text := self._text(plan, column)))
        if decision := self._text(plan, "decision"):
            yield self._say("decision", text=decision)
        if plan.cells["is_illustrative"] == "true":
            yield self._say("illustrative")
        targets = [row for row in self.seeds.rows("plan_targets") if row.cells["plan_code"] == code]
        yield self._say("targets", count=len(targets))
        for group in self.seeds.rows("target_groups"):
            own = [row for row in targets if row.cells["group_code"] == group.cells["group_code"]]
            if own:
                yield self._say("group", name=self._text(group, "name"))
            for row in sorted(own, key=lambda row: int(row.cells["display_order"])):
                yield self._target(code, row)
        yield from self._path(code)
        tasks = [row for row in self.seeds.rows("tasks") if row.cells["plan_code"] == code]
        yield self._say("tasks", count=len(tasks))

    def _target(self, plan: str, row: Row) -> str:
        target = row.cells["target_code"]
        counted: list[str] = []
        for levels in self._of(plan, target, "target_levels"):
            counted += levels.cells["counted_levels"].split(LIST_SEPARATOR)
        names = ", ".join(self._level(level, 2) for level in dict.fromkeys(counted))
        judged = self._judged(plan, target, row)
        return self._say("target", code=target, name=self._text(row, "name"), levels=names, judged=judged)

    def _judged(self, plan: str, target: str, row: Row) -> str:
        if row.cells["basis"] == "monitor":
            return self._say("followed")
        if self.targets[target].cells["kind"] == "amount":
            return self._amounts(plan, target)
        values = {
            row.cells["year"]: _plain(row.cells["threshold_pct"]) for row in self._of(plan, target, "target_thresholds")
        }
        if set(values) == {""}:
            return self._say("threshold", value=values[""])
        return ", ".join(
            self._say("threshold_year", year=year, value=value) if year else self._say("threshold", value=value)
            for year, value in sorted(values.items())
        )

    def _amounts(self, plan: str, target: str) -> str:
        tops = {row.cells["unit_code"] for row in self.seeds.rows("units") if not row.cells["parent_code"]}
        rows = self._of(plan, target, "target_amounts")
        whole = {row.cells["year"]: row.cells["assigned_count"] for row in rows if row.cells["unit_code"] in tops}
        years = (self._say("amount_year", year=year, value=_plain(value)) for year, value in sorted(whole.items()))
        units = {row.cells["unit_code"] for row in rows} - tops
        own = self._say("amount_units", count=len(units)) if units else ""
        return self._say("amount", amounts=", ".join(years)) + own

    def _of(self, plan: str, target: str, seed: str) -> list[Row]:
        return [
            row for row in self.seeds.rows(seed) if (row.cells["plan_code"], row.cells["target_code"]) == (plan, target)
        ]

    def _path(self, plan: str) -> Iterator[str]:
        steps = [row for row in self._of(plan, "default", "target_paths") if not row.cells["year"]]
        if steps:
            shares = (
                _plain(row.cells["path_share_pct"]) for row in sorted(steps, key=lambda row: int(row.cells["quarter"]))
            )
            yield self._say("path", steps=" – ".join(shares))

    def _forms(self) -> Iterator[str]:
        levels: dict[str, list[str]] = defaultdict(list)
        for row in self.seeds.rows("form_levels"):
            name, last = self._level(row.cells["unit_level"], 2), row.cells["last_period_code"]
            key = "form_level_until" if last else "form_level"
            levels[row.cells["form_code"]].append(self._say(key, level=name, last=last))
        own = {(row.cells["form_code"], row.cells["column_code"]) for row in own_pack().tables["form_columns"].rows}
        yield self._say("forms")
        for row in sorted(self.seeds.rows("forms"), key=lambda row: int(row.cells["display_order"])):
            filled = levels[row.cells["form_code"]]
            if filled:
                name = f"{row.cells['form_code']} {self._text(row, 'name')}"
                yield self._say("form", name=name, levels=", ".join(dict.fromkeys(filled)))
                yield from self._added_columns(row.cells["form_code"], own)

    def _added_columns(self, form: str, own: set[tuple[str, str]]) -> Iterator[str]:
        """Yield each column that the project's form does not have, with its bounds and its wholes."""
        columns = {
            row.cells["column_code"]: row for row in self.seeds.rows("form_columns") if row.cells["form_code"] == form
        }
        wholes: dict[str, list[str]] = defaultdict(list)
        for row in self.seeds.rows("form_parts"):
            if row.cells["form_code"] == form:
                wholes[row.cells["part_code"]].append(self._text(columns[row.cells["whole_code"]], "header"))
        for code, row in columns.items():
            if (form, code) in own:
                continue
            low, high = (_plain(row.cells[name]) for name in ("min_value", "max_value"))
            facts = [self._say("column_bounds", low=low, high=high)] if low and high else []
            facts += [self._say("column_part", whole=whole) for whole in wholes[code]]
            facts += [self._say("column_sensitive")] if row.cells["is_sensitive"] == "true" else []
            key, header = "column_facts" if facts else "column", self._text(row, "header")
            yield self._say(key, code=code, name=header, facts="; ".join(facts))

    def _calendar(self) -> Iterator[str]:
        periods = sorted(self.seeds.rows("periods"), key=lambda row: row.cells["start_date"])
        codes = [row.cells["period_code"] for row in periods]
        yield self._say("calendar", count=len(periods), first=codes[0], last=codes[-1])
        coming = [row for row in periods if row.cells["due_date"] >= self.today] or periods
        for row in coming[:SHOWN_PERIODS]:
            days = {"begin": row.cells["covers_from"], "end": row.cells["covers_to"], "due": row.cells["due_date"]}
            yield self._say("period", code=row.cells["period_code"], **{name: _day(day) for name, day in days.items()})
        if len(coming) > SHOWN_PERIODS:
            yield self._say("more_periods", count=len(coming) - SHOWN_PERIODS)


def _plain(text: str) -> str:
    """Return a number without zeros at its end."""
    value = number(text)
    return f"{value.normalize():f}" if value is not None else text


def _day(text: str) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}"
