"""Forms: typed values in, written in the registry or refused with a text per field."""

from app.forms.form import FormResult, SentForm
from app.forms.registry import FORMS, carry_out

__all__ = ["FORMS", "FormResult", "SentForm", "carry_out"]
