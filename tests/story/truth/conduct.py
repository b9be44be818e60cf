"""What stands beside orders: deposits, charges, incidents and ratings."""

from tests.story.truth.days import day_key, days, hours

DEPOSITS = f"""
    select
        *,
        {day_key("held_at")} as held_date_key,
        {day_key("released_at")} as released_date_key,
        {days("held_at", "released_at")} as held_days,
        coalesce(status = 'FORFEITED', false) as is_forfeited
    from gem.security_deposit
"""

CHARGES = f"select *, {day_key('charged_at')} as charged_date_key from gem.platform_charge"

INCIDENTS = f"""
    select
        *,
        case when against_type = 'SELLER' then against_id end as seller_id,
        {day_key("raised_at")} as raised_date_key,
        {day_key("closed_at")} as closed_date_key,
        {hours("raised_at", "escalated_at")} as hours_to_escalate,
        {hours("scn_at", "responded_at")} as hours_to_respond,
        {hours("raised_at", "closed_at")} as hours_to_close,
        {days("scn_at", "responded_at")} as days_scn_to_response,
        {days("raised_at", "closed_at")} as days_to_close
    from gem.incident
"""

RATINGS = f"""
    select
        rating_id,
        contract_id,
        ratee_type,
        case when ratee_type = 'SELLER' then ratee_id end as seller_id,
        case when ratee_type = 'BUYER' then ratee_id end as org_id,
        {day_key("rated_at")} as rated_date_key,
        rated_at,
        score,
        component_scores::text as component_scores
    from gem.rating
"""
