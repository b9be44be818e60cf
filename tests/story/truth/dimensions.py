"""Dimensions as the source has them now."""

STATES = "select *, name as state_name, type = 'UT' as is_union_territory from gem.state_ref"

# The value from the last day of change on: what is in force when nothing more is said.
PARAMETERS = """
    select c.param_code, p.num_value, p.text_value, p.authority_ref
    from (select distinct param_code from gem.policy_parameter) c
    left join lateral (
        select *
        from gem.policy_parameter p
        where p.param_code = c.param_code and coalesce(p.effective_to, '9999-12-31') >= '9999-12-31'
        order by effective_from desc nulls last
        limit 1
    ) p on true
"""

CATEGORIES = """
    select
        own.*,
        own.name as category_name,
        case own.level when 1 then own.name when 2 then above.name when 3 then top.name end as level1_name,
        case own.level when 2 then own.name when 3 then above.name end as level2_name,
        case own.level when 3 then own.name end as level3_name
    from gem.category own
    left join gem.category above on above.category_id = own.parent_category_id
    left join gem.category top on top.category_id = above.parent_category_id
"""

_PATHS = """
    with recursive path as (
        select org_id as descendant, org_id, parent_org_id, level, name, 0 as depth
        from gem.buyer_organisation
        union all
        select path.descendant, above.org_id, above.parent_org_id, above.level, above.name, depth + 1
        from path
        join gem.buyer_organisation above on above.org_id = path.parent_org_id
        where depth < 8
    )
"""

ORGANISATIONS = f"""
    {_PATHS}
    select
        own.*,
        own.name as org_name,
        {
    ", ".join(
        f"(array_agg(path.{column} order by depth) filter (where path.level = '{level}'))[1] as {level}_{name}"
        for level in ("MINISTRY", "DEPARTMENT", "ORGANISATION", "OFFICE")
        for column, name in (("org_id", "id"), ("name", "name"))
    )
}
    from path
    join gem.buyer_organisation own on own.org_id = path.descendant
    group by own.org_id
"""

HIERARCHY = f"""
    {_PATHS}
    select 0 as root_id, org_id as ancestor_org_id, descendant as descendant_org_id, min(depth) as depth
    from path
    group by org_id, descendant
"""

BRANDS = "select * from gem.brand"
USERS = "select * from gem.buyer_user"
CONSIGNEES = "select * from gem.consignee_location"
PRODUCTS = "select * from gem.catalogue_product"

# The class from the last day of change on; of several the one that began last.
SELLERS = """
    select
        s.*,
        s.legal_name as seller_name,
        s.registered_state_code as state_code,
        (select left(min(gstin), 2) from gem.seller_gstin g where g.seller_id = s.seller_id and g.is_primary)
            as gst_state_code,
        (select count(*) from gem.seller_gstin g where g.seller_id = s.seller_id) as gstin_count,
        k.udyam_no,
        k.size,
        k.size in ('MICRO', 'SMALL') as is_mse,
        k.size in ('MICRO', 'SMALL') and not k.is_trader as is_ppp_mse,
        k.is_trader,
        k.is_women_owned,
        k.social_category,
        k.social_category in ('SC', 'ST') as is_scst,
        k.is_dpiit_startup as is_startup,
        k.is_shg,
        k.is_artisan
    from gem.seller s
    left join lateral (
        select *
        from gem.seller_classification k
        where k.seller_id = s.seller_id and coalesce(k.valid_to, '9999-12-31') >= '9999-12-31'
        order by valid_from desc nulls last, updated_at desc, classification_id desc
        limit 1
    ) k on true
"""
