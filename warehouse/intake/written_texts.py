"""Names and texts that users write at the intake, cleaned and checked like those of the desk."""

from warehouse.desk import fields
from warehouse.desk.fields import Fields
from warehouse.intake.records import IntakeRefusal


def clean_writer(by: str) -> str:
    """Return the author: a post, an office or a colleague's name. Raises IntakeRefusal."""
    form = Fields()
    return _cleaned(form, form.writer("by", by))


def clean_text(name: str, text: str, is_required: bool = False) -> str:
    """Return a note or reason (`name` is the field) without personal data. Raises IntakeRefusal."""
    form = Fields()
    return _cleaned(form, form.text(name, text, fields.MAX_TEXT, is_required))


def _cleaned(form: Fields, value: str) -> str:
    for problem in form.problems:
        raise IntakeRefusal(problem.code, problem.params, problem.field)
    return value
