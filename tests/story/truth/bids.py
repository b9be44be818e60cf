"""Bids, who took part, and what was offered in auctions (ADR 13)."""

from tests.story.truth.days import day, day_key, days, hours

_WITHDRAWN = "(p.withdrawn_at is not null and (b.closes_at is null or p.withdrawn_at < b.closes_at))"
_QUALIFIED = f"(p.tech_status is not distinct from 'QUALIFIED' and not {_WITHDRAWN})"
_AWARDED = "p.is_awarded is true"

# Who was micro or small is a matter of the Indian day on which an offer was submitted.
_CLASS = f"""
    left join gem.seller_classification k
        on k.seller_id = p.seller_id
        and {day("p.submitted_at")} >= coalesce(k.valid_from, '-infinity')
        and {day("p.submitted_at")} < coalesce(k.valid_to, 'infinity')
"""
_IS_MSE = "k.size in ('MICRO', 'SMALL')"

_AUCTIONS = """
    select
        a.bid_id,
        count(*) as ra_count,
        coalesce(sum(a.extensions), 0) as ra_extensions,
        sum(a.start_price) filter (where o.lowest is not null and a.actual_end_at is not null) as ra_start_value,
        sum(o.lowest) filter (where a.start_price is not null and a.actual_end_at is not null) as ra_final_value
    from gem.reverse_auction a
    left join (select bid_id, ra_id, min(offered_value) as lowest from gem.ra_offer group by bid_id, ra_id) o
        on o.bid_id = a.bid_id and o.ra_id = a.ra_id
    group by a.bid_id
"""

_COUNTS = f"""
    select
        b.bid_id,
        count(p.participation_id) filter (where not {_WITHDRAWN}) as participants,
        count(k.size) filter (where not {_WITHDRAWN}) as classified_participants,
        count(*) filter (where {_IS_MSE} and not {_WITHDRAWN}) as mse_participants,
        count(*) filter (where {_IS_MSE} and not k.is_trader and not {_WITHDRAWN}) as ppp_mse_participants,
        count(*) filter (where {_QUALIFIED}) as tech_qualified,
        count(*) filter (where {_AWARDED}) as awards,
        sum(p.final_value) filter (where {_AWARDED}) as awarded_value,
        coalesce(bool_or(p.award_basis = 'MSE_MATCH') filter (where {_AWARDED}), false) as is_mse_match,
        (array_agg(p.final_value order by p.final_value)
            filter (where {_QUALIFIED} and p.final_value is not null))[1:2] as lowest,
        count(*) filter (where {_QUALIFIED} and p.price_rank is not null) > 0
            and count(*) filter (where {_QUALIFIED} and p.price_rank = 1) <> 1 as has_rank_fault
    from gem.bid b
    left join gem.bid_participation p using (bid_id)
    {_CLASS}
    group by b.bid_id
"""

_EVALUATED = """(
    num_nonnulls(b.tech_evaluated_at, b.awarded_at) > 0
    and coalesce(b.cancelled_at >= least(b.tech_evaluated_at, b.awarded_at), true)
)"""

BIDS = f"""
    select
        b.*,
        c.*,
        {day_key("b.published_at")} as published_date_key,
        {day_key("b.closes_at")} as closes_date_key,
        {day_key("b.awarded_at")} as awarded_date_key,
        c.lowest[1] as l1_value,
        c.lowest[2] as l2_value,
        a.ra_start_value,
        a.ra_final_value,
        coalesce(a.ra_count, 0) as ra_count,
        coalesce(a.ra_extensions, 0) as ra_extensions,
        (select count(*) from gem.bid_item i where i.bid_id = b.bid_id) as item_count,
        {hours("b.published_at", "b.awarded_at")} as cycle_hours,
        {days("b.published_at", "b.awarded_at")} as days_to_award,
        num_nonnulls(b.opened_at, b.tech_evaluated_at, b.fin_opened_at, b.awarded_at) > 0 as is_opened,
        {_EVALUATED} as is_evaluated,
        {_EVALUATED} and c.tech_qualified = 1 as is_single_bid,
        b.cancelled_at is not null or coalesce(b.status = 'CANCELLED', false) as is_cancelled,
        coalesce(b.awarded_at < b.closes_at, false) as is_awarded_before_closing
    from gem.bid b
    join ({_COUNTS.replace("b.bid_id,", "b.bid_id as counted_bid_id,", 1)}) c on c.counted_bid_id = b.bid_id
    left join ({_AUCTIONS}) a using (bid_id)
"""

PARTICIPATIONS = f"""
    select
        p.participation_id,
        p.bid_id,
        p.seller_id,
        b.org_id,
        b.category_id,
        {day_key("p.submitted_at")} as submitted_date_key,
        p.submitted_at,
        p.withdrawn_at,
        p.tech_status,
        p.disq_reason,
        p.emd_mode,
        p.quoted_value,
        p.final_value,
        p.final_value - min(p.final_value) filter (where {_QUALIFIED}) over (partition by p.bid_id) as l1_gap_value,
        p.price_rank,
        p.award_basis,
        p.claims_mse,
        p.claims_mii,
        {_QUALIFIED} as is_qualified,
        {_AWARDED} as is_awarded,
        p.tech_status is not distinct from 'DISQUALIFIED' as is_disqualified,
        {_WITHDRAWN} as is_withdrawn
    from gem.bid_participation p
    join gem.bid b using (bid_id)
"""

RA_OFFERS = f"""
    select
        o.ra_offer_id,
        o.bid_id,
        o.ra_id,
        a.ra_number,
        a.status as ra_status,
        o.participation_id,
        p.seller_id,
        b.org_id,
        b.category_id,
        {day_key("o.offered_at")} as offered_date_key,
        o.offered_at,
        a.start_price,
        o.offered_value,
        row_number() over (
            partition by o.bid_id, o.ra_id order by o.offered_at nulls first, o.ra_offer_id
        ) as sequence_no,
        floor(extract(epoch from a.actual_end_at - o.offered_at)) as seconds_to_end,
        o.ra_id is not null and o.offered_value is not null and row_number() over (
            partition by o.bid_id, o.ra_id order by o.offered_value, o.offered_at nulls first, o.ra_offer_id
        ) = 1 as is_final_l1
    from gem.ra_offer o
    join gem.bid b using (bid_id)
    left join gem.bid_participation p on p.bid_id = o.bid_id and p.participation_id = o.participation_id
    left join gem.reverse_auction a on a.bid_id = o.bid_id and a.ra_id = o.ra_id
"""
