"""Shapes of the codes that plans define, which `plan check`, addresses and forms accept alike."""

import re

# Of units, plans, targets and tasks. They are parts of addresses and of file names.
CODE_PATTERN = r"[\w.-]{1,20}"
CODE = re.compile(CODE_PATTERN)
# Of a period: its year, the letter of its calendar, its number in the year.
PERIOD_CODE = re.compile(r"(\d{4})([A-Z])(\d{1,2})", re.ASCII)
