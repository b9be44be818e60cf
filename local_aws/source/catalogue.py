"""The category tree of generated data: real kinds of goods and services with their HSN or SAC and GST slabs."""

from collections.abc import Iterator
from typing import NamedTuple

from local_aws.source.bulk import Row

LAUNCHED = "2016-08-09 00:00:00+05:30"
"""The day GeM began: the audit time of what was always there."""
SLABS_CHANGED = "2025-09-22 00:00:00+05:30"
"""The day the GST slabs became 5, 18 and 40."""


class Leaf(NamedTuple):
    """A category of the third level; `price` is typical for one `uom`; GST in percent, before and after the change."""

    name: str
    hsn_sac: str
    gst_before: int
    gst_after: int
    price: int
    uom: str


Tree = dict[str, dict[str, tuple[Leaf, ...]]]

PRODUCTS: Tree = {
    "Information Technology Hardware": {
        "Computers": (
            Leaf("Desktop Computers", "8471", 18, 18, 52_000, "NOS"),
            Leaf("Laptop Computers", "8471", 18, 18, 62_000, "NOS"),
            Leaf("Servers", "8471", 18, 18, 650_000, "NOS"),
        ),
        "Peripherals": (
            Leaf("Multifunction Printers", "8443", 18, 18, 24_000, "NOS"),
            Leaf("Computer Monitors", "8528", 28, 18, 11_000, "NOS"),
            Leaf("Uninterruptible Power Supplies", "8504", 18, 18, 6_500, "NOS"),
        ),
    },
    "Office Supplies and Furniture": {
        "Stationery": (
            Leaf("Copier Paper A4", "4802", 12, 18, 260, "REAM"),
            Leaf("Ball Point Pens", "9608", 18, 18, 120, "PACK"),
            Leaf("File Folders", "4820", 18, 18, 45, "NOS"),
        ),
        "Furniture": (
            Leaf("Office Chairs", "9401", 18, 18, 5_200, "NOS"),
            Leaf("Steel Almirahs", "9403", 18, 18, 14_500, "NOS"),
            Leaf("Modular Workstations", "9403", 18, 18, 38_000, "NOS"),
        ),
    },
    "Healthcare": {
        "Medical Consumables": (
            Leaf("Surgical Gloves", "4015", 12, 5, 340, "BOX"),
            Leaf("Disposable Syringes", "9018", 12, 5, 420, "BOX"),
            Leaf("Cotton Bandages", "3005", 12, 5, 95, "ROLL"),
        ),
        "Medical Equipment": (
            Leaf("Patient Monitors", "9018", 12, 5, 185_000, "NOS"),
            Leaf("X-Ray Machines", "9022", 12, 5, 1_450_000, "NOS"),
            Leaf("Hospital Beds", "9402", 18, 18, 32_000, "NOS"),
        ),
    },
    "Vehicles": {
        "Passenger Vehicles": (
            Leaf("Cars", "8703", 28, 18, 780_000, "NOS"),
            Leaf("Electric Cars", "8703", 5, 5, 1_250_000, "NOS"),
            Leaf("Motorcycles", "8711", 28, 18, 92_000, "NOS"),
        ),
        "Utility Vehicles": (
            Leaf("Ambulances", "8703", 28, 18, 1_850_000, "NOS"),
            Leaf("Trucks", "8704", 28, 18, 2_900_000, "NOS"),
            Leaf("Tractors", "8701", 12, 5, 640_000, "NOS"),
        ),
    },
    "Electrical and Power": {
        "Lighting": (
            Leaf("LED Lamps", "8539", 18, 18, 140, "NOS"),
            Leaf("LED Street Lights", "9405", 18, 18, 3_200, "NOS"),
            Leaf("Solar Lanterns", "8513", 12, 5, 2_400, "NOS"),
        ),
        "Power Equipment": (
            Leaf("Diesel Generator Sets", "8502", 18, 18, 420_000, "NOS"),
            Leaf("Distribution Transformers", "8504", 18, 18, 960_000, "NOS"),
            Leaf("Power Cables", "8544", 18, 18, 15_500, "COIL"),
        ),
    },
    "Textiles and Protective Wear": {
        "Textiles": (
            Leaf("Cotton Uniforms", "6203", 5, 5, 850, "SET"),
            Leaf("Blankets", "6301", 12, 5, 620, "NOS"),
            Leaf("Bed Linen", "6302", 5, 5, 480, "SET"),
        ),
        "Protective Wear": (
            Leaf("Raincoats", "6201", 12, 5, 780, "NOS"),
            Leaf("Safety Shoes", "6403", 18, 18, 1_650, "PAIR"),
            Leaf("Safety Helmets", "6506", 18, 18, 950, "NOS"),
        ),
    },
    "Laboratory": {
        "Instruments": (
            Leaf("Microscopes", "9011", 18, 18, 48_000, "NOS"),
            Leaf("Spectrophotometers", "9027", 18, 18, 540_000, "NOS"),
            Leaf("Analytical Balances", "9016", 18, 18, 78_000, "NOS"),
        ),
        "Reagents and Glassware": (
            Leaf("Diagnostic Test Kits", "3822", 12, 5, 2_200, "KIT"),
            Leaf("Laboratory Solvents", "2902", 18, 18, 1_350, "LITRE"),
            Leaf("Laboratory Glassware", "7017", 18, 18, 380, "NOS"),
        ),
    },
    "Construction and Security": {
        "Building Material": (
            Leaf("Portland Cement", "2523", 28, 18, 390, "BAG"),
            Leaf("Steel Reinforcement Bars", "7214", 18, 18, 58_000, "TONNE"),
            Leaf("Wall Paint", "3209", 18, 18, 2_400, "BUCKET"),
        ),
        "Security Equipment": (
            Leaf("Fire Extinguishers", "8424", 18, 18, 2_900, "NOS"),
            Leaf("CCTV Cameras", "8525", 18, 18, 4_300, "NOS"),
            Leaf("Door Frame Metal Detectors", "8543", 18, 18, 98_000, "NOS"),
        ),
    },
}

SERVICES: Tree = {
    "Human Resources": {
        "Outsourced Staff": (
            Leaf("Security Guards", "998525", 18, 18, 19_500, "PERSON-MONTH"),
            Leaf("Data Entry Operators", "998519", 18, 18, 21_000, "PERSON-MONTH"),
            Leaf("Housekeeping Staff", "998533", 18, 18, 17_500, "PERSON-MONTH"),
        ),
        "Professionals": (
            Leaf("Software Professionals", "998313", 18, 18, 95_000, "PERSON-MONTH"),
            Leaf("Management Consultants", "998311", 18, 18, 480_000, "PERSON-MONTH"),
            Leaf("Training Programmes", "999293", 18, 18, 1_100, "PERSON-DAY"),
        ),
    },
    "Transport and Logistics": {
        "Vehicle Hiring": (
            Leaf("Monthly Cab and Taxi Hiring", "996601", 18, 18, 38_000, "VEHICLE-MONTH"),
            Leaf("Bus Hiring", "996601", 18, 18, 12_500, "VEHICLE-DAY"),
            Leaf("Ambulance Hiring", "996602", 18, 18, 56_000, "VEHICLE-MONTH"),
        ),
        "Logistics": (
            Leaf("Courier Service", "996812", 18, 18, 85, "PARCEL"),
            Leaf("Goods Transport", "996511", 12, 18, 4_600, "TONNE"),
            Leaf("Warehousing", "996729", 18, 18, 52_000, "MONTH"),
        ),
    },
    "Information Technology Services": {
        "Software and Cloud": (
            Leaf("Cloud Service", "998315", 18, 18, 72_000, "MONTH"),
            Leaf("Custom Software Development", "998314", 18, 18, 1_900_000, "LUMP SUM"),
            Leaf("Annual Maintenance of Computers", "998713", 18, 18, 3_800, "NOS"),
        ),
        "Telecommunication": (
            Leaf("Internet Leased Line", "998421", 18, 18, 46_000, "MONTH"),
            Leaf("Bulk Message Service", "998413", 18, 18, 150, "THOUSAND"),
            Leaf("Video Conferencing Service", "998414", 18, 18, 9_000, "MONTH"),
        ),
    },
    "Facilities and Events": {
        "Facilities": (
            Leaf("Facility Management", "998533", 18, 18, 1_450_000, "LUMP SUM"),
            Leaf("Pest Control", "998531", 18, 18, 2_600, "VISIT"),
            Leaf("Horticulture and Landscaping", "998597", 18, 18, 15_500, "MONTH"),
        ),
        "Events and Printing": (
            Leaf("Event Management", "998596", 18, 18, 240_000, "EVENT"),
            Leaf("Printing Service", "998912", 12, 18, 620, "THOUSAND"),
            Leaf("Canteen Service", "996333", 5, 5, 310, "PERSON-DAY"),
        ),
    },
}

MSE_RESERVED = frozenset({"File Folders", "Steel Almirahs", "Cotton Bandages", "Bed Linen", "Safety Helmets"})


def leaves() -> Iterator[tuple[str, int, Leaf]]:
    """Every leaf with its kind and category id."""
    for number, (kind, _, groups) in enumerate(_tops(), start=1):
        for group_number, group in enumerate(groups.values(), start=1):
            for leaf_number, leaf in enumerate(group, start=1):
                yield kind, number * 10_000 + group_number * 100 + leaf_number, leaf


def category_rows() -> Iterator[Row]:
    """The rows of `gem.category`, parents first; a leaf holds today's GST rate."""
    for number, (kind, name, groups) in enumerate(_tops(), start=1):
        yield _branch(number * 10_000, None, name, 1, kind)
        for group_number, group in enumerate(groups, start=1):
            yield _branch(number * 10_000 + group_number * 100, number * 10_000, group, 2, kind)
    for kind, category_id, leaf in leaves():
        yield {
            **_branch(category_id, category_id // 100 * 100, leaf.name, 3, kind),
            "hsn_sac": leaf.hsn_sac,
            "gst_rate": leaf.gst_after,
            "is_mse_reserved": leaf.name in MSE_RESERVED,
            "updated_at": LAUNCHED if leaf.gst_before == leaf.gst_after else SLABS_CHANGED,
        }


def _tops() -> Iterator[tuple[str, str, dict[str, tuple[Leaf, ...]]]]:
    for kind, tree in (("PRODUCT", PRODUCTS), ("SERVICE", SERVICES)):
        for name, groups in tree.items():
            yield kind, name, groups


def _branch(category_id: int, parent_id: int | None, name: str, level: int, kind: str) -> dict[str, object]:
    return {
        "category_id": category_id,
        "parent_category_id": parent_id,
        "name": name,
        "level": level,
        "kind": kind,
        "hsn_sac": None,
        "gst_rate": None,
        "is_mse_reserved": None,
        "is_active": True,
        "created_at": LAUNCHED,
        "updated_at": LAUNCHED,
    }
