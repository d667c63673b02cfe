"""Forms: typed values in, written in the registry or refused with a text per field."""

from app.forms.form import ONCE, FormResult, SentForm, row_number
from app.forms.registry import FORMS, carry_out

__all__ = ["FORMS", "ONCE", "FormResult", "SentForm", "carry_out", "row_number"]
