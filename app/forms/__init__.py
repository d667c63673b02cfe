"""What people send: typed values in, written at the desk or the registry, or refused with words per field."""

from app.forms.form import FormResult
from app.forms.registry import FORMS, carry_out, refuse_for_now

__all__ = ["FORMS", "FormResult", "carry_out", "refuse_for_now"]
