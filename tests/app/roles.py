"""One viewer of every role, and the units they are asked about.

The officer answers for the commune 26740, which lies in the area 760; whoever reads an area reads that one. `other` is
the commune 27427 in the area 776. Both corrected a report of 2026.
"""

from app.core.role_rights import viewer_of_grants
from warehouse.people import Grant, Role

PERIOD = "2026Q3"
COMMUNES, AREAS = {"own": "26740", "other": "27427"}, {"own": "760", "other": "776"}
GRANTS = {
    "leader": (Grant("p", Role.LEADER),),
    "department": (Grant("p", Role.DEPARTMENT),),
    "officer": (Grant("p", Role.UNIT_OFFICER, COMMUNES["own"]),),
    "area_reader": (Grant("p", Role.AREA_READER, AREAS["own"]),),
    "auditor": (Grant("p", Role.AUDITOR),),
    "administrator": (Grant("p", Role.ADMINISTRATOR),),
    "stranger": (),
}
VIEWERS = {name: viewer_of_grants(grants, "p", "P") for name, grants in GRANTS.items()}
