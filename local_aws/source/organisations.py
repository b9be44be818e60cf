"""The buyers of generated data: ministries, departments, organisations and offices of the centre and of every state."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from local_aws.source.bulk import Row
from local_aws.source.catalogue import LAUNCHED
from local_aws.source.states import DELHI, STATES, State

# Name, the same in Hindi, and the subjects of its two departments.
MINISTRIES = (
    ("Defence", "रक्षा", ("Defence Production", "Defence Supplies")),
    ("Railways", "रेल", ("Rolling Stock", "Railway Electrification")),
    ("Coal", "कोयला", ("Coal Mining", "Coal Logistics")),
    ("Power", "विद्युत", ("Power Generation", "Power Transmission")),
    ("Steel", "इस्पात", ("Steel Production", "Refractories")),
    ("Petroleum and Natural Gas", "पेट्रोलियम एवं प्राकृतिक गैस", ("Refineries", "Gas Distribution")),
    ("Home Affairs", "गृह", ("Border Security", "Internal Security")),
    ("Finance", "वित्त", ("Revenue", "Financial Services")),
    ("Education", "शिक्षा", ("Higher Education", "School Education")),
    ("Health and Family Welfare", "स्वास्थ्य एवं परिवार कल्याण", ("Public Health", "Medical Research")),
    ("Communications", "संचार", ("Posts", "Telecommunications")),
    ("Agriculture", "कृषि", ("Crop Sciences", "Farm Mechanisation")),
    ("Textiles", "वस्त्र", ("Handlooms", "Technical Textiles")),
    ("Mines", "खान", ("Mineral Exploration", "Metals")),
    ("Labour and Employment", "श्रम एवं रोजगार", ("Employee Insurance", "Skills")),
    ("Culture", "संस्कृति", ("Archaeology", "Libraries")),
)
HINDI_STATES = {
    "02": "हिमाचल प्रदेश",
    "05": "उत्तराखंड",
    "06": "हरियाणा",
    "07": "दिल्ली",
    "08": "राजस्थान",
    "09": "उत्तर प्रदेश",
    "10": "बिहार",
    "20": "झारखंड",
    "22": "छत्तीसगढ़",
    "23": "मध्य प्रदेश",
}
STATE_SUBJECTS = ("Public Works", "Health", "School Education", "Police", "Urban Development", "Rural Development")
OFFICES_OF_AN_ORGANISATION = 6
OFFICES_OF_A_STATE_BODY = 3


@dataclass(frozen=True)
class Organisation:
    """A buying body; `buys` is how often it is chosen among the buyers of its tier, 0 for those that only govern."""

    org_id: int
    parent_org_id: int | None
    level: str
    org_type: str
    govt_tier: str
    name: str
    state_code: str
    buys: int = 0

    def row(self) -> Row:
        """The row of `gem.buyer_organisation`."""
        return {
            "org_id": self.org_id,
            "parent_org_id": self.parent_org_id,
            "level": self.level,
            "org_type": self.org_type,
            "govt_tier": self.govt_tier,
            "name": self.name,
            "state_code": self.state_code,
            "is_ppp_mse_bound": self.govt_tier == "CENTRAL",
            "created_at": LAUNCHED,
            "updated_at": LAUNCHED,
        }


def organisations() -> list[Organisation]:
    """Every organisation, parents first, always the same."""
    ids = itertools.count(1)
    return [*_central(ids), *itertools.chain.from_iterable(_of_state(state, ids) for state in STATES)]


def _central(ids: Iterator[int]) -> Iterator[Organisation]:
    places = _places()
    for name, hindi, subjects in MINISTRIES:
        title = f"Ministry of {name} / {hindi} मंत्रालय"
        ministry = Organisation(next(ids), None, "MINISTRY", "CENTRAL_MINISTRY", "CENTRAL", title, DELHI)
        yield ministry
        for subject in subjects:
            title = f"Department of {subject}"
            department = Organisation(
                next(ids), ministry.org_id, "DEPARTMENT", "CENTRAL_MINISTRY", "CENTRAL", title, DELHI
            )
            yield department
            for org_type, title in _bodies(subject):
                yield from _body_with_offices(ids, department, org_type, title, places)


def _bodies(subject: str) -> tuple[tuple[str, str], ...]:
    return (
        ("CENTRAL_MINISTRY", f"Directorate General of {subject}"),
        ("CPSE", f"Central {subject} Corporation Limited"),
        ("AUTONOMOUS", f"Central Institute of {subject}"),
    )


def _body_with_offices(
    ids: Iterator[int], parent: Organisation, org_type: str, title: str, places: Iterator[State]
) -> Iterator[Organisation]:
    body = Organisation(next(ids), parent.org_id, "ORGANISATION", org_type, "CENTRAL", title, DELHI)
    yield body
    for state in itertools.islice(places, OFFICES_OF_AN_ORGANISATION):
        office_id = next(ids)
        yield Organisation(
            office_id,
            body.org_id,
            "OFFICE",
            org_type,
            "CENTRAL",
            _office_name(office_id, title, state),
            state.state_code,
            1,
        )


def _office_name(office_id: int, title: str, state: State) -> str:
    if state.state_code in HINDI_STATES and office_id % 3 == 0:
        return f"{title}, क्षेत्रीय कार्यालय, {HINDI_STATES[state.state_code]}"
    return f"{title}, Regional Office, {state.name}"


def _places() -> Iterator[State]:
    """States over and over, each as often as it is big, and well mixed."""
    slots = [state for state in STATES for _ in range(state.weight)]
    # 61 shares no factor with the number of slots, so every slot is visited before one comes again.
    return (slots[number * 61 % len(slots)] for number in itertools.count())


def _of_state(state: State, ids: Iterator[int]) -> Iterator[Organisation]:
    code = state.state_code
    for subject in STATE_SUBJECTS:
        title = f"Department of {subject}, {state.name}"
        department = Organisation(next(ids), None, "DEPARTMENT", "STATE_DEPT", "STATE", title, code)
        yield department
        title = f"Directorate of {subject}, {state.name}"
        directorate = Organisation(next(ids), department.org_id, "ORGANISATION", "STATE_DEPT", "STATE", title, code)
        yield directorate
        for number in range(1, OFFICES_OF_A_STATE_BODY + 1):
            title = f"{subject} Division {number}, {state.name}"
            yield Organisation(
                next(ids), directorate.org_id, "OFFICE", "STATE_DEPT", "STATE", title, code, state.weight
            )
        yield from _other_bodies(state, subject, department, ids)


def _other_bodies(state: State, subject: str, department: Organisation, ids: Iterator[int]) -> Iterator[Organisation]:
    org_type, tier, names = {
        "Public Works": ("SPSU", "STATE", ("State Construction Corporation",)),
        "Urban Development": ("LOCAL_BODY", "LOCAL", ("Municipal Corporation 1", "Municipal Corporation 2")),
        "Rural Development": ("PANCHAYAT", "LOCAL", ("District Panchayat 1", "District Panchayat 2")),
        "Health": ("COOPERATIVE", "STATE", ("Medical Supplies Cooperative",)),
    }.get(subject, ("", "", ()))
    for name in names:
        title = f"{name}, {state.name}"
        yield Organisation(
            next(ids), department.org_id, "ORGANISATION", org_type, tier, title, state.state_code, state.weight
        )
