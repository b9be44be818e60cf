"""The codes of mart.dim_policy_parameter that measures and views look up: what each means, declared once.

Values live in the data alone, each from a day to a day. Where a parameter is not in force on the day that is asked for,
what needs it is unknown; nothing has a default.
"""

from enum import StrEnum

from gem.contracts.frozen import Frozen


class ParameterUnit(StrEnum):
    """What the value of a parameter is."""

    RUPEES = "rupees"
    PERCENT = "percent"
    DAYS = "days"
    COUNT = "count"
    FLAG = "0 or 1"
    TEXT = "text"


class PolicyParameter(Frozen):
    """A parameter of procurement policy; the value of a text stands in text_value, that of others in num_value."""

    code: str
    meaning: str
    unit: ParameterUnit


def _parameters(unit: ParameterUnit, meanings: dict[str, str]) -> tuple[PolicyParameter, ...]:
    return tuple(PolicyParameter(code=code, meaning=meaning, unit=unit) for code, meaning in meanings.items())


POLICY_PARAMETERS: tuple[PolicyParameter, ...] = (
    *_parameters(
        ParameterUnit.RUPEES,
        {
            "DP_LIMIT": "Most that a direct purchase may be worth",
            "L1_LIMIT": "Most that an L1 purchase may be worth",
            "L1_LIMIT_AUTOMOBILE": "The same where all that is bought is automobiles",
            "MSME_MICRO_INVESTMENT": "Most that a micro enterprise has invested",
            "MSME_MICRO_TURNOVER": "Most that a micro enterprise turns over in a year",
            "MSME_SMALL_INVESTMENT": "Most that a small enterprise has invested",
            "MSME_SMALL_TURNOVER": "Most that a small enterprise turns over in a year",
            "MSME_MEDIUM_INVESTMENT": "Most that a medium enterprise has invested",
            "MSME_MEDIUM_TURNOVER": "Most that a medium enterprise turns over in a year",
            "SMV_THRESHOLD": "Accepted value of a seller in a financial year from which on it is charged",
            "ANNUAL_MILESTONE_CHARGE": "Charge for reaching that value, once in a financial year",
            "CHARGE_FREE_UP_TO": "Most that an order without a transaction charge is worth",
            "CHARGE_FLAT_ABOVE": "Most that an order charged by its value is worth",
            "CHARGE_FLAT": "Charge for an order worth more",
        },
    ),
    *_parameters(
        ParameterUnit.PERCENT,
        {
            "PENAL_INTEREST_PCT_MONTH": "Interest on late payments, for 30 days",
            "MSE_TARGET_PCT": "Share of procurement due to micro and small enterprises",
            "SCST_TARGET_PCT": "Share due to those of them owned by Scheduled Castes or Tribes",
            "WOMEN_TARGET_PCT": "Share due to those of them owned by women",
            "MSE_PRICE_BAND_PCT": "How far above the lowest price an MSE may have quoted to match it",
            "LD_PCT_WEEK": "Liquidated damages for a week of delay or a part of it",
            "LD_CAP_PCT": "Most that they come to, of the contract's value",
            "LD_CAP_PCT_LONG": "The same where the delay is longer than a quarter of the delivery period",
            "CHARGE_PCT": "Transaction charge of an order, of its value",
            "BUYER_SCORE_CLOSURE_PCT": "Weight of bids closed in time in the buyer score",
            "BUYER_SCORE_PLACING_PCT": "Weight of orders placed in time",
            "BUYER_SCORE_ACCEPTANCE_PCT": "Weight of deliveries accepted in time",
            "BUYER_SCORE_PAYMENT_PCT": "Weight of payments in time",
        },
    ),
    *_parameters(
        ParameterUnit.DAYS,
        {
            "CRAC_DAYS": "From delivery to the CRAC, at most",
            "AUTO_CRAC_DAYS": "From the PRC to the CRAC that the system issues for want of one",
            "PAYMENT_DAYS": "From the CRAC to payment, at most",
            "ACTIVATION_DAYS": "From a seller's registration to its first order, to count as activated",
            "SCN_REPLY_DAYS": "From a show-cause notice to the answer, at most",
            "SPLIT_WINDOW_DAYS": "Days in which orders may be one order that was split",
            "BID_CLOSURE_DAYS": "From the closing of a bid to its award or cancellation, at most",
            "ORDER_PLACING_DAYS": "From an award to its first contract, at most",
        },
    ),
    *_parameters(
        ParameterUnit.COUNT,
        {
            "L1_MIN_MANUFACTURERS": "Different makers that an L1 purchase compares, at least",
            "RATING_MIN_COUNT": "Ratings from which on their average is shown",
        },
    ),
    *_parameters(ParameterUnit.FLAG, {"CHARGE_CROSSING_ORDER": "Whether the order that reaches SMV_THRESHOLD pays"}),
    *_parameters(
        ParameterUnit.TEXT,
        {
            "AUTOMOBILE_HSN_PREFIXES": "First digits of the HSN codes of automobiles, parted by commas",
            "GST_SLABS": "Rates of GST in percent, parted by commas",
            "GAZETTED_HOLIDAY": "Name of the holiday; its days are those on which it is in force",
        },
    ),
)
PARAMETER_BY_CODE: dict[str, PolicyParameter] = {parameter.code: parameter for parameter in POLICY_PARAMETERS}
