"""SQL for the methodology: counting rules of targets, their checks, and the lineage of tables."""

from __future__ import annotations

from app.core import access
from app.core.reader import Reader
from app.queries.fetch import fetch, fetch_to_protect
from app.records.origin import Check, LineageEdge, Rule, Term
from warehouse.intake import checks_of_people


def rules(reader: Reader, period: str) -> dict[str, Rule]:
    """Return the counting rule of each target of the plan in force in a period, by target code."""
    sql = """
        select {columns} from (
            select t.*, p.period_code, p.behind_margin_pct
            from marts.dim_target as t
            inner join marts.dim_target_period as p on t.plan_code = p.plan_code and t.target_code = p.target_code
        ) as f
        where f.period_code = :period order by f.display_order
    """
    result = fetch(reader, Rule, sql, period=period)
    return {rule.target_code: rule for rule in result}


def terms(reader: Reader, target: str) -> list[Term]:
    """Return the columns of forms that make up a target, numerator first, in the order of the forms."""
    sql = """
        select {columns} from marts.dim_target_term as f where f.target_code = :target
        order by f.term desc, f.form_order, f.column_position
    """
    return fetch(reader, Term, sql, target=target)


def checks(reader: Reader, target: str) -> list[Check]:
    """Return the checks of a target, most severe first, with their results as visible to the viewer."""
    sql = """
        select c.check_code, c.severity, t.link, c.name_vi, c.name_en, c.why_vi, c.why_en, r.is_success,
            r.unexpected_count, 0 as unit_count
        from marts.dim_check_target as t
        inner join marts.dim_check as c on t.check_code = c.check_code
        inner join marts.fct_quality_result as r on t.check_code = r.check_code
        inner join marts.publication as p on r.run_version = p.version
        where t.target_code = :target
        order by case t.link when 'measure' then 0 when 'form' then 1 else 2 end,
            case c.severity when 'critical' then 0 when 'warning' then 1 else 2 end, c.check_code
    """
    return access.protect_checks(reader.viewer, fetch_to_protect(reader, Check, sql, target=target), checks_of_people())


def lineage(reader: Reader) -> list[LineageEdge]:
    """Return the lineage of all tables of the warehouse, each node after its parents."""
    sql = "select {columns} from marts.dim_lineage as f order by f.step, f.node, f.parent"
    return fetch(reader, LineageEdge, sql)
