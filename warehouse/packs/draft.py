"""A first pack of a province, or of several with the country above: units, a calendar, and the project's newest plan as
an example to edit."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from warehouse.packs.provinces import SINCE, Commune, Nation, Province, without_accents
from warehouse.plan.schema import LIST_SEPARATOR
from warehouse.plan.seeds import own_pack
from warehouse.plan.words import GLOSSARY, Glossary, glossary_of
from warehouse.reference import ROW_BY_TASK
from warehouse.settings import LANGUAGES
from warehouse.text import load_texts

Place = Province | Nation
# Levels of the project's plans that a pack's levels replace: of the top unit and of communes.
TOP, COMMUNE = "city", "ward"


@dataclass(frozen=True)
class Ladder:
    """The levels of a pack: `top`, `base`, and between them, in a pack of the country, `middle`.

    Units of the middle level report for their communes, so they have the forms and tasks that a reporter fills once.
    """

    top: str
    base: str
    middle: str = ""

    def counted(self, level: str) -> tuple[str, ...]:
        """Return the levels at which a plan counts what the project's counts at a level; none for a level it lacks."""
        return {TOP: tuple(filter(None, (self.top, self.middle))), COMMUNE: (self.base,)}.get(level, ())

    def reporting(self, level: str) -> tuple[str, ...]:
        """Return the levels that report once what the project's units of a level report once."""
        return {TOP: (self.top,), COMMUNE: (self.middle or self.base,)}.get(level, ())

    def in_order(self, levels: Iterable[str]) -> list[str]:
        """Return levels from the top down, each once."""
        given = set(levels)
        return [level for level in (self.top, self.middle, self.base) if level in given]


_OF_PROVINCE, _OF_NATION = Ladder(TOP, COMMUNE), Ladder("country", "commune", "province")
# Letter of a period's code and number of periods in a year, by the name of a calendar.
CALENDARS = {"quarter": ("Q", 4), "half": ("H", 2), "month": ("M", 12)}
FIRST_YEAR = SINCE.year + 1
MOST_YEARS = 10
_MONTHS, _QUARTERS = 12, 4
_DUE_DAY, _REMINDER_DAY, _MID_MONTH = 15, 5, 15
_UNIT_TYPES = {"phường": "phuong", "xã": "xa", "đặc khu": "dac_khu"}
_TYPES_EN = {"phường": "Ward", "xã": "Commune", "đặc khu": "Special Zone"}

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Draft:
    """The rows of a pack by seed, its texts by language, and its place; `years` are the first and the last."""

    place: Place
    years: tuple[int, int]
    tables: Mapping[str, Rows]
    texts: Mapping[str, Mapping[str, Any]]


def draft_pack(
    place: Place, years: tuple[int, int], calendar: str, *, mid_month: bool = False, since: date = SINCE
) -> Draft:
    """Return a pack that passes the check; its units exist `since` a day, for illustrations also of earlier years.

    `calendar` is a key of CALENDARS; with `mid_month` figures run from the 15th of the month before a period to the
    14th of its last month. Targets, thresholds, tasks and forms are those of the project's newest plan.
    """
    texts = _texts(place, calendar)
    periods = _periods(years, calendar, mid_month=mid_month)
    ladder = _OF_NATION if isinstance(place, Nation) else _OF_PROVINCE
    own = _Example(years, periods, ladder, {lang: glossary_of(texts.get(lang, {})) for lang in LANGUAGES})
    units = _units(place)
    tables = {
        "units": [{"valid_from": since.isoformat()} | row for row in units],
        "plans": [own.plan(_within(units[0]))],
        "periods": periods,
        "plan_targets": own.of_plan("plan_targets"),
        "target_levels": own.levels(),
        "target_thresholds": own.of_plan("target_thresholds"),
        "target_paths": own.paths(CALENDARS[calendar][1]),
        "tasks": own.tasks(),
        "form_levels": own.form_levels(),
        "offices": own.offices(),
    }
    if isinstance(place, Nation):
        tables["unit_levels"] = _nation_levels()
    return Draft(place, years, tables, texts)


def _nation_levels() -> Rows:
    named = load_texts("plan_workbook")["levels"]
    rows = []
    for rank, level in enumerate((_OF_NATION.top, _OF_NATION.middle, _OF_NATION.base), start=1):
        facts = {"unit_level": level, "rank": str(rank), "is_authority": "true"}
        rows.append(facts | {"is_reading_level": "false" if level == _OF_NATION.top else "true"} | named[level])
    return rows


def _units(place: Place) -> Rows:
    if isinstance(place, Nation):
        rows = [_country(place)]
        for province in place.provinces:
            rows.append(_province(province, _OF_NATION.middle) | {"parent_code": place.code})
            rows += [_commune(commune, province.code, _OF_NATION.base) for commune in province.communes]
    else:
        rows = [_province(place, TOP), *(_commune(commune, place.code, COMMUNE) for commune in place.communes)]
    return rows


def _country(nation: Nation) -> dict[str, str]:
    names = load_texts("plan_workbook")["country"]
    row = {"unit_code": nation.code, "unit_level": _OF_NATION.top, "unit_type": "quoc_gia", "is_rural": "false"}
    return row | {f"{kind}_{lang}": names[lang] for kind in ("name", "short_name") for lang in LANGUAGES}


def _within(top: Mapping[str, str]) -> dict[str, str]:
    """Return what sentences call the place whose top unit this is, by language."""
    if top["unit_level"] == _OF_NATION.top:
        return dict(load_texts("plan_workbook")["country_within"])
    return {lang: top[f"name_{lang}"] for lang in LANGUAGES}


def _province(province: Province, level: str) -> dict[str, str]:
    plain = without_accents(province.short_name)
    return {
        "unit_code": province.code,
        "unit_level": level,
        "unit_type": "thanh_pho_truc_thuoc_trung_uong" if province.is_city else "tinh",
        "name_vi": province.name,
        "name_en": f"{plain} {'City' if province.is_city else 'Province'}",
        "short_name_vi": province.short_name,
        "short_name_en": plain,
        "is_rural": "false",
    }


def _commune(commune: Commune, parent: str, level: str) -> dict[str, str]:
    plain, kind = without_accents(commune.short_name), _TYPES_EN[commune.kind]
    is_number = commune.short_name == commune.name
    return {
        "unit_code": commune.code,
        "unit_level": level,
        "unit_type": _UNIT_TYPES[commune.kind],
        "parent_code": parent,
        "name_vi": commune.name,
        "name_en": f"{kind} {plain.rpartition(' ')[2]}" if is_number else f"{plain} {kind}",
        "short_name_vi": commune.short_name,
        "short_name_en": f"{kind} {plain.rpartition(' ')[2]}" if is_number else plain,
        "is_rural": "true" if commune.kind == "xã" else "false",
    }


def _periods(years: tuple[int, int], calendar: str, *, mid_month: bool) -> Rows:
    letter, count = CALENDARS[calendar]
    length = _MONTHS // count
    width = len(str(count))
    rows = []
    for year in range(years[0], years[1] + 1):
        for number in range(1, count + 1):
            first, last = (number - 1) * length + 1, number * length
            start, end = date(year, first, 1), date(year, last, monthrange(year, last)[1])
            before, after = start - timedelta(days=1), end + timedelta(days=1)
            covers_from, covers_to = start, end
            if mid_month:
                covers_from, covers_to = before.replace(day=_MID_MONTH), end.replace(day=_MID_MONTH - 1)
            days = {
                "start_date": start,
                "end_date": end,
                "covers_from": covers_from,
                "covers_to": covers_to,
                "due_date": after.replace(day=_DUE_DAY),
                "reminder_date": after.replace(day=_REMINDER_DAY),
            }
            code = {"period_code": f"{year}{letter}{number:0{width}}", "year": str(year), "quarter": str(number)}
            rows.append(code | {name: day.isoformat() for name, day in days.items()})
    return rows


def _texts(place: Place, calendar: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return the glossary: the words of a province or the country for a city, another calendar's for quarters; whole
    texts of a first plan and of the country."""
    texts: dict[str, dict[str, dict[str, str]]] = {lang: {} for lang in LANGUAGES}
    catalogue = load_texts("plan_workbook")
    kind = "nation" if isinstance(place, Nation) else "" if place.is_city else "province"
    for name in filter(None, (kind, calendar if calendar != "quarter" else "")):
        for lang in LANGUAGES:
            texts[lang].setdefault(GLOSSARY, {}).update(catalogue["words"][name][lang])
    for source in ("first_plan", "nation") if kind == "nation" else ("first_plan",):
        for lang in LANGUAGES:
            for key, text in catalogue[source][lang].items():
                section, _, name = key.partition(".")
                texts[lang].setdefault(section, {})[name] = text
    return texts


class _Example:
    """The project's newest plan, as an example in the years, periods and words of another place."""

    def __init__(
        self, years: tuple[int, int], periods: Rows, ladder: Ladder, glossaries: Mapping[str, Glossary]
    ) -> None:
        self.seeds = {name: [dict(row.cells) for row in table.rows] for name, table in own_pack().tables.items()}
        self.newest = max(self.seeds["plans"], key=lambda row: row["first_period_code"])
        self.years, self.periods, self.ladder, self.glossaries = years, periods, ladder, glossaries
        self.row_keys = {row["form_code"]: row["row_key"] for row in self.seeds["forms"]}
        self.code = f"KH{years[0]}"
        self.first = periods[0]["period_code"]

    def plan(self, place: Mapping[str, str]) -> dict[str, str]:
        """Return the plan's row; `place` is what sentences call the place, by language."""
        first, last = self.years
        texts = load_texts("plan_workbook")["plan"]
        names = {"first": str(first), "last": str(last)}
        spans = {lang: texts["one_year" if first == last else "years"][lang].format(**names) for lang in LANGUAGES}
        row = {
            "plan_code": self.code,
            "first_period_code": self.first,
            "last_period_code": self.periods[-1]["period_code"],
            "is_illustrative": "true",
        }
        for lang in LANGUAGES:
            span = str(first) if first == last else f"{first}–{last}"
            row[f"span_{lang}"] = spans[lang]
            for column in ("name", "title", "note", "full_name", "aim"):
                row[f"{column}_{lang}"] = texts[column][lang].format(span=span, province=place[lang], **names)
        return row

    def of_plan(self, seed: str) -> Rows:
        """Return the plan's rows of a seed in the words of the place."""
        rows = (row for row in self.seeds[seed] if row["plan_code"] == self.newest["plan_code"])
        return [self._adapted(row) | {"plan_code": self.code} for row in rows]

    def levels(self) -> Rows:
        """Return where targets are counted and shown, areas and regions left out."""
        rows = []
        for row in self.of_plan("target_levels"):
            counted = [own for level in _parts(row["counted_levels"]) for own in self.ladder.counted(level)]
            shown = [own for level in _parts(row["shown_levels"]) for own in self.ladder.counted(level)]
            levels = {
                "counted_levels": LIST_SEPARATOR.join(self.ladder.in_order(counted)),
                "shown_levels": LIST_SEPARATOR.join(self.ladder.in_order([*shown, *counted])),
                "rollup_level": "",
            }
            rows.append(row | {"first_period_code": self.first} | levels)
        return rows

    def paths(self, count: int) -> Rows:
        """Return a path that rises evenly to 100."""
        shares = (f"{100 * number / count:.4f}".rstrip("0").rstrip(".") for number in range(1, count + 1))
        return [
            {"plan_code": self.code, "target_code": "default", "quarter": str(number), "path_share_pct": share}
            for number, share in enumerate(shares, start=1)
        ]

    def tasks(self) -> Rows:
        """Return the tasks, due in the same part of the same year of the plan."""
        rows = []
        for row in self.of_plan("tasks"):
            levels = [own for level in _parts(row["reporter_levels"]) for own in self.ladder.reporting(level)]
            if levels:
                own = {"reporter_levels": LIST_SEPARATOR.join(self.ladder.in_order(levels))}
                rows.append(row | own | {"due_period": self._due(row["due_period"])})
        return rows

    def form_levels(self) -> Rows:
        """Return who fills which form when the newest plan begins."""
        begin = self.newest["first_period_code"]
        rows = []
        for row in self.seeds["form_levels"]:
            if row["first_period_code"] <= begin <= (row["last_period_code"] or begin):
                is_once = self.row_keys[row["form_code"]] == ROW_BY_TASK
                levels = (self.ladder.reporting if is_once else self.ladder.counted)(row["unit_level"])
                own = {"first_period_code": self.first, "last_period_code": ""}
                rows += [row | own | {"unit_level": level} for level in levels]
        return rows

    def offices(self) -> Rows:
        """Return the office of communes, which a decree names for the whole country; that of a province it does not."""
        rows = (row for row in self.seeds["offices"] if row["unit_level"] == COMMUNE and not row["valid_to"])
        return [row | {"unit_level": self.ladder.base} for row in rows]

    def _due(self, period: str) -> str:
        """Return the period in which a quarter of the newest plan ends in this plan's calendar."""
        year = int(period[:4]) - int(self.newest["first_period_code"][:4]) + self.years[0]
        own = [row for row in self.periods if row["year"] == str(min(year, self.years[1]))]
        return own[-(-int(period[5:]) * len(own) // _QUARTERS) - 1]["period_code"]

    def _adapted(self, row: Mapping[str, str]) -> dict[str, str]:
        return {column: self._own_text(text, column.rpartition("_")[2]) for column, text in row.items()}

    def _own_text(self, text: str, lang: str) -> str:
        """Return a text in the words of the place, without its remarks on the plan before the project's newest."""
        if lang not in self.glossaries:
            return text
        for said, left in load_texts("plan_workbook")["earlier_plan"][lang].items():
            text = text.replace(said, left)
        return self.glossaries[lang].adapt(text)


def _parts(levels: str) -> list[str]:
    return levels.split(LIST_SEPARATOR)
