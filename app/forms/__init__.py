"""What people send: typed values in, written at the desk or the registry, or refused with words per field."""

from app.forms.form import FormResult
from app.forms.registry import FORMS, carry_out

__all__ = ["FORMS", "FormResult", "carry_out"]
