"""Longer codes and places: codes of months have seven letters, and a workbook names its sheets as it likes.

SQLite ignores the lengths of texts, so nothing changes there but the number of the schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_CODE, _SHEET, _CELL = 100, 255, 60
LENGTHS = {
    "submission": {"reporter_code": _CODE, "period_code": _CODE},
    "submission_problem": {"sheet_name": _SHEET, "cell": _CELL},
    "audit_event": {"reporter_code": _CODE, "period_code": _CODE},
    "report_draft": {"reporter_code": _CODE, "period_code": _CODE},
    "review": {"period_code": _CODE},
    "action": {"period_code": _CODE, "unit_code": _CODE, "target_code": _CODE},
    "note": {"period_code": _CODE, "unit_code": _CODE, "target_code": _CODE},
    "call_made": {"period_code": _CODE, "unit_code": _CODE, "target_code": _CODE},
    "office_line": {"unit_code": _CODE},
}


def upgrade() -> None:
    """Widen the columns; longer texts than before are accepted, and no row is rewritten."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in LENGTHS.items():
        for column, length in columns.items():
            op.alter_column(table, column, type_=sa.String(length))
