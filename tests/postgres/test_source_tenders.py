"""Public tender files become the rows that they mean, whatever their spelling; a row that cannot be read is named."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from local_aws.source import tenders
from local_aws.source.evolve import evolve, is_quiet
from local_aws.source.tender_files import TenderFileError

TENDER = {
    "Organisation Chain": "Public Works||Chief Engineer",
    "Tender ID": "2024_PW_1_1",
    "Tender Category": "Works",
    "Publish Date": "24-Mar-2024 09:00 AM",
    "Bid Submission End Date": "29-Mar-2024 02:00 PM",
    "Bid Opening Date": "29-Mar-2024 03:00 PM",
    "EMD Amount in ₹": "1,40,000",
    "Tender Value in ₹": "88,45,810",
    "Product Category": "Civil Works - Roads",
    "Period Of Work(Days)": "90.0",
}
OFFER = {
    "tender_id": "2024_PW_1_1",
    "bid_number": "7",
    "bidder_name": "M/S  Star Constructions",
    "submitted_date": "28-Mar-2024 11:45 PM",
    "status": "Accepted-AOC",
    "remarks": "Awarded",
    "status_updated_on": "05-Apr-2024 12:09 AM",
}
AWARD = {
    "tender_id": "2024_PW_1_1",
    "bid_number": "7",
    "bidder_name": "M/S  Star Constructions",
    "currency": "INR",
    "awarded_value": "6,300,000.5",
    "contract_date": "02-Apr-2024",
    "work_completion_days": "90.0",
    "updated_on": "06-Apr-2024 12:10 PM",
}


class Loader:
    """Writes the three files, loads them, and answers queries."""

    def __init__(self, folder: Path, connection):
        self.folder = folder
        self.connection = connection

    def load(self, tenders_=(TENDER,), offers=(OFFER,), awards=(AWARD,)):
        for name, rows, model in [
            ("tenders", tenders_, TENDER),
            ("bid_participation", offers, OFFER),
            ("awards", awards, AWARD),
        ]:
            lines = [",".join(model), *(",".join(f'"{cell}"' for cell in row.values()) for row in rows)]
            (self.folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tenders.load_tenders(self.connection, self.folder, lambda message: None)

    def rows(self, query):
        with self.connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()

    def row(self, query):
        (row,) = self.rows(query)
        return row

    def value(self, query):
        (value,) = self.row(query)
        return value


@pytest.fixture
def loader(tmp_path, source_db):
    connection = psycopg2.connect(source_db)
    yield Loader(tmp_path, connection)
    connection.close()


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def test_lakh_and_western_grouping_are_the_same_rupees(loader):
    loader.load()
    assert loader.row("select estimated_value, emd_amount from gem.bid") == (
        Decimal("8845810.00"),
        Decimal("140000.00"),
    )
    assert loader.value("select total_value from gem.contract") == Decimal("6300000.50")


def test_times_of_the_files_are_indian(loader):
    loader.load()
    assert loader.row("select published_at, closes_at from gem.bid") == (
        utc(2024, 3, 24, 3, 30),
        utc(2024, 3, 29, 8, 30),
    )
    assert loader.value("select submitted_at from gem.bid_participation") == utc(2024, 3, 28, 18, 15)
    assert loader.value("select contract_at from gem.contract") == utc(2024, 4, 1, 18, 30)


def test_twelve_at_night_and_at_noon_are_told_apart(loader):
    loader.load(
        offers=[{**OFFER, "submitted_date": "28-Mar-2024 12:00 PM", "status_updated_on": "05-Apr-2024 12:00 AM"}]
    )
    assert loader.row("select submitted_at, updated_at from gem.bid_participation") == (
        utc(2024, 3, 28, 6, 30),
        utc(2024, 4, 4, 18, 30),
    )


@pytest.mark.parametrize("value", ["", "0.0"])
def test_a_tender_without_value_is_of_unknown_value(loader, value):
    loader.load(tenders_=[{**TENDER, "Tender Value in ₹": value}])
    assert loader.value("select estimated_value from gem.bid") is None


def test_a_chain_becomes_a_path_of_organisations(loader):
    loader.load(
        tenders_=[
            {**TENDER, "Organisation Chain": "A||B||C||D"},
            {**TENDER, "Tender ID": "x", "Organisation Chain": "A"},
        ]
    )
    assert loader.rows(
        "select o.name, o.level, p.name, o.state_code, o.govt_tier from gem.buyer_organisation o"
        " left join gem.buyer_organisation p on p.org_id = o.parent_org_id order by o.name"
    ) == [
        ("A", "DEPARTMENT", None, "18", "STATE"),
        ("B", "ORGANISATION", "A", "18", "STATE"),
        ("C", "OFFICE", "B", "18", "STATE"),
        ("D", "OFFICE", "C", "18", "STATE"),
    ]
    assert loader.rows("select o.name from gem.bid b join gem.buyer_organisation o using (org_id) order by 1") == [
        ("A",),
        ("D",),
    ]


@pytest.mark.parametrize(("category", "kind"), [("Works", None), ("Goods", "PRODUCT"), ("Services", "SERVICE")])
def test_the_kind_of_a_category_follows_the_tender_category(loader, category, kind):
    loader.load(tenders_=[{**TENDER, "Tender Category": category}])
    assert loader.rows("select name, level, kind from gem.category order by level") == [
        (category, 1, kind),
        ("Civil Works - Roads", 2, kind),
    ]


def test_one_bidder_in_two_spellings_is_one_seller_with_two_participations(loader):
    second = {**OFFER, "bid_number": "8", "bidder_name": "m/s star CONSTRUCTIONS "}
    loader.load(offers=[OFFER, second])
    assert loader.value("select legal_name from gem.seller") == "M/S Star Constructions"
    assert loader.value("select count(*) from gem.bid_participation join gem.seller using (seller_id)") == 2


def test_an_award_is_one_line_of_its_whole_value(loader):
    loader.load()
    value = Decimal("6300000.50")
    assert loader.row("select line_no, qty, unit_price, line_value from gem.contract_item") == (1, 1, value, value)
    assert loader.row("select buy_mode, status, contract_number from gem.contract") == (
        "BID",
        "PLACED",
        "2024_PW_1_1/7",
    )
    assert loader.value("select delivery_due_on from gem.contract_item") == dt.date(2024, 7, 1)


def test_a_rate_contract_keeps_its_rate_and_has_no_value(loader):
    loader.load(awards=[{**AWARD, "awarded_value": "1.0"}])
    assert loader.row("select qty, unit_price, line_value from gem.contract_item") == (None, Decimal("1.00"), None)
    assert loader.value("select total_value from gem.contract") is None
    assert loader.row("select is_awarded, final_value from gem.bid_participation") == (True, None)


def test_an_award_of_zero_is_of_unknown_value(loader):
    loader.load(awards=[{**AWARD, "awarded_value": "0.0"}])
    assert loader.row("select qty, unit_price, line_value from gem.contract_item") == (None, None, None)
    assert loader.value("select total_value from gem.contract") is None


@pytest.mark.parametrize(
    ("status", "tech_status", "reason"),
    [
        ("Accepted-AOC", "QUALIFIED", None),
        ("Accepted-Finance", "QUALIFIED", None),
        ("Rejected-AOC", "QUALIFIED", None),
        ("Rejected-Finance", "QUALIFIED", None),
        ("Rejected-Technical", "DISQUALIFIED", "not eligible"),
        ("Not Admitted-Fee/PreQual/Technical", "DISQUALIFIED", "not eligible"),
    ],
)
def test_the_status_says_who_qualified(loader, status, tech_status, reason):
    loader.load(offers=[{**OFFER, "status": status, "remarks": "not eligible"}], awards=[])
    assert loader.row("select tech_status, disq_reason from gem.bid_participation") == (tech_status, reason)


def test_the_award_file_decides_who_won_not_the_status(loader):
    loser = {**OFFER, "bid_number": "8", "status": "Accepted-AOC"}
    loader.load(offers=[{**OFFER, "status": "Rejected-AOC"}, loser])
    assert loader.rows("select is_awarded, final_value from gem.bid_participation order by is_awarded") == [
        (False, None),
        (True, Decimal("6300000.50")),
    ]


def test_a_bid_is_evaluated_at_the_last_status_and_awarded_at_the_first_award(loader):
    later = {"bid_number": "8", "status_updated_on": "07-Apr-2024 10:00 AM"}
    loader.load(
        offers=[OFFER, {**OFFER, **later}], awards=[{**AWARD, "bid_number": "8", "contract_date": "09-Apr-2024"}, AWARD]
    )
    assert loader.row("select status, tech_evaluated_at, awarded_at from gem.bid") == (
        "AWARDED",
        utc(2024, 4, 7, 4, 30),
        utc(2024, 4, 1, 18, 30),
    )


def test_an_unknown_period_of_work_has_no_due_date(loader):
    loader.load(tenders_=[{**TENDER, "Period Of Work(Days)": "NA"}], awards=[{**AWARD, "work_completion_days": ""}])
    assert loader.value("select delivery_days from gem.bid_item") is None
    assert loader.value("select delivery_due_on from gem.contract_item") is None


def test_tabs_backslashes_and_hindi_arrive_as_they_are(loader):
    remark = "कागज़ अधूरे\tC:\\new\\N"
    loader.load(offers=[{**OFFER, "status": "Rejected-Technical", "remarks": remark}], awards=[])
    assert loader.value("select disq_reason from gem.bid_participation") == remark


def test_an_id_is_the_first_63_bits_worth_of_sha256(loader):
    loader.load()
    assert loader.value("select bid_id from gem.bid") == 0x27D92BBE9A004BD6
    assert loader.value("select contract_id from gem.contract") == tenders.id_of("2024_PW_1_1|7")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"tenders_": [{**TENDER, "Tender Value in ₹": "10 lakh"}]},
            r"tenders.csv, line 2, column 'Tender Value in ₹': '10 lakh'",
        ),
        (
            {"tenders_": [TENDER, {**TENDER, "Tender ID": " 2024_PW_1_1"}]},
            r"line 3, column 'Tender ID'.*repeats the key of line 2",
        ),
        ({"tenders_": [{**TENDER, "Publish Date": "2024-03-24"}]}, r"line 2, column 'Publish Date': '2024-03-24'"),
        (
            {"tenders_": [{**TENDER, "Publish Date": "31-Feb-2024 09:00 AM"}]},
            r"column 'Publish Date': '31-Feb-2024 09:00 AM'",
        ),
        ({"offers": [{**OFFER, "tender_id": "other"}]}, r"bid_participation.csv, line 2, column 'tender_id': 'other'"),
        ({"offers": [{**OFFER, "status": "Withdrawn"}]}, r"column 'status': 'Withdrawn' is no known status"),
        ({"awards": [{**AWARD, "bid_number": "9"}]}, r"awards.csv, line 2, column 'bid_number': '9'"),
        ({"awards": [{**AWARD, "awarded_value": "1.005"}]}, r"column 'awarded_value': '1.005'"),
        ({"awards": [{**AWARD, "awarded_value": "1" + "0" * 16}]}, r"column 'awarded_value': '10+' is too much"),
        ({"awards": [{**AWARD, "bidder_name": "Star\0"}]}, r"column 'bidder_name': 'Star\\x00' holds a NUL"),
        ({"awards": [{**AWARD, "currency": "USD"}]}, r"column 'currency': 'USD'"),
    ],
)
def test_a_row_that_cannot_be_read_names_file_line_column_and_value(loader, change, message):
    with pytest.raises(TenderFileError, match=message):
        loader.load(**change)


def test_a_missing_column_is_named(loader, monkeypatch):
    loader.load()
    path = loader.folder / "awards.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("contract_date", "signed_on"), encoding="utf-8")
    with pytest.raises(TenderFileError, match=r"awards.csv, line 1: columns \['contract_date'\] are missing"):
        tenders.load_tenders(loader.connection, loader.folder, lambda message: None)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TenderFileError, match=r"tenders.csv: cannot be read"):
        list(tenders.TenderFiles.read(tmp_path).tenders)


def test_a_source_that_knows_no_more_than_tenders_lives_on(loader):
    ids = [f"2024_PW_{number}_1" for number in range(20)]
    loader.load(
        [{**TENDER, "Tender ID": tender_id} for tender_id in ids],
        *([{**row, "tender_id": each, "bidder_name": f"Firm {each}"} for each in ids] for row in (OFFER, AWARD)),
    )
    counts = [evolve(loader.connection, seed, 0.5, lambda _: None) for seed in range(1, 7) if not is_quiet(seed)]
    for kind in ("sellers registered", "contracts placed", "contracts accepted", "incidents raised"):
        assert sum(count[kind] for count in counts) > 0, kind
