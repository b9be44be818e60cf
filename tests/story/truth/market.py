"""The catalogue and what is compared in it."""

from tests.story.truth.days import day_key

CATALOGUE_OFFERS = f"""
    select
        o.*,
        p.category_id,
        o.valid_from as starts_at,
        o.valid_to as ends_at,
        {day_key("o.valid_from")} as starts_date_key,
        {day_key("o.valid_to")} as ends_date_key
    from gem.catalogue_offer o
    join gem.catalogue_product p using (product_id)
"""

COMPARISONS = f"select *, {day_key('compared_at')} as compared_date_key from gem.l1_comparison"
