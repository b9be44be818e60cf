"""What the versions of the dimensions must be, by SQL on the source alone: it is asked after every round of change.

Shares no code with the pipeline. A source keeps no history of names and places, so each round's answers are kept in
tables of their own beside it; a version begins when its content was first seen, at the newest change of the rows that
make it up.
"""

from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from tests.story.truth.limits import LIMIT_VERSIONS, WAREHOUSE_LIMIT_VERSIONS

ORGANISATIONS_NOW = """
    with recursive path as (
        select org_id, org_id as at_id, parent_org_id, level, name, updated_at, 0 as hop
        from gem.buyer_organisation
        union all
        select path.org_id, above.org_id, above.parent_org_id, above.level, above.name, above.updated_at, hop + 1
        from path
        join gem.buyer_organisation above on above.org_id = path.parent_org_id
    )
    select
        path.org_id as id,
        jsonb_build_array(
            own.name,
            own.parent_org_id,
            (array_agg(path.name order by hop) filter (where path.level = 'MINISTRY'))[1],
            (array_agg(path.name order by hop) filter (where path.level = 'DEPARTMENT'))[1],
            (array_agg(path.name order by hop) filter (where path.level = 'ORGANISATION'))[1]
        ) as content,
        max(path.updated_at) as observed_at
    from path
    join gem.buyer_organisation own on own.org_id = path.org_id
    group by path.org_id, own.name, own.parent_org_id
"""

CATEGORIES_NOW = """
    with recursive path as (
        select category_id, category_id as at_id, parent_category_id, level, name, updated_at
        from gem.category
        union all
        select path.category_id, above.category_id, above.parent_category_id, above.level, above.name, above.updated_at
        from path
        join gem.category above on above.category_id = path.parent_category_id
    )
    select
        category_id as id,
        jsonb_build_array(
            max(path.name) filter (where path.category_id = at_id),
            max(path.name) filter (where level = 1),
            max(path.name) filter (where level = 2),
            max(path.name) filter (where level = 3),
            (select own.hsn_sac from gem.category own where own.category_id = path.category_id)
        ) as content,
        max(updated_at) as observed_at
    from path
    group by category_id
"""

SELLERS_NOW = """
    select
        seller_id as id,
        jsonb_build_array(
            legal_name,
            status,
            (select count(*) from gem.seller_gstin g where g.seller_id = s.seller_id),
            (select left(min(gstin), 2) from gem.seller_gstin g where g.seller_id = s.seller_id and is_primary)
        ) as content,
        greatest(
            updated_at,
            (select max(k.updated_at) from gem.seller_classification k where k.seller_id = s.seller_id),
            (select max(g.updated_at) from gem.seller_gstin g where g.seller_id = s.seller_id)
        ) as observed_at
    from gem.seller s
"""

_SEEN = {"organisation": ORGANISATIONS_NOW, "category": CATEGORIES_NOW, "seller": SELLERS_NOW}

DIMENSIONS = {table.name: table for table in CURATED_TABLES if table.is_dimension}
MEMBERS = {
    name: (AGGREGATE_BY_NAME[str(table.aggregate)].root.name, table.natural_key[0])
    for name, table in DIMENSIONS.items()
}
"""Each dimension with the source table of its members, and their key there."""

CREATE = (
    "create schema truth",
    "create table truth.member (dimension text, key text)",
    *(
        f"create table truth.{name} (round integer, id bigint, content jsonb, observed_at timestamptz)"
        for name in _SEEN
    ),
)


def remember(number: int) -> list[str]:
    """The statements that note what stands at the source after that round."""
    members = [
        f"insert into truth.member select '{name}', {key} from gem.{table}" for name, (table, key) in MEMBERS.items()
    ]
    return [*members, *(f"insert into truth.{name} select {number}, * from ({now}) now" for name, now in _SEEN.items())]


def gone(dimension: str) -> str:
    """The query for the keys of members that stood at the source after some round, and do no more."""
    table, key = MEMBERS[dimension]
    return (
        f"select distinct key from truth.member where dimension = '{dimension}'"
        f" and key not in (select cast({key} as text) from gem.{table})"
    )


def _versions(name: str) -> str:
    """id, content, valid_from, valid_to: from the first round that saw a content to the first that saw another."""
    return f"""
        select
            id,
            content,
            case
                when lag(id) over of_one is null then timestamp '1900-01-01'
                else observed_at at time zone 'UTC'
            end as valid_from,
            coalesce(lead(observed_at) over of_one at time zone 'UTC', timestamp '9999-12-31') as valid_to
        from (
            select *, lag(content) over (partition by id order by round) as before
            from truth.{name}
        ) seen
        where before is distinct from content
        window of_one as (partition by id order by round)
    """


ORGANISATION_VERSIONS = f"""
    select
        id, content ->> 0, cast(content ->> 1 as bigint), content ->> 2, content ->> 3, content ->> 4, valid_from,
        valid_to, valid_to = '9999-12-31'
    from ({_versions("organisation")}) v
    order by id, valid_from
"""
WAREHOUSE_ORGANISATION_VERSIONS = """
    select
        org_id, org_name, parent_org_id, ministry_name, department_name, organisation_name, valid_from, valid_to,
        is_current
    from mart.dim_buyer_org where buyer_org_key > 0 order by org_id, valid_from
"""

CATEGORY_VERSIONS = f"""
    select
        id, content ->> 0, content ->> 1, content ->> 2, content ->> 3, content ->> 4, valid_from, valid_to,
        valid_to = '9999-12-31'
    from ({_versions("category")}) v
    order by id, valid_from
"""
WAREHOUSE_CATEGORY_VERSIONS = """
    select category_id, category_name, level1_name, level2_name, level3_name, hsn_sac, valid_from, valid_to, is_current
    from mart.dim_category where category_key > 0 order by category_id, valid_from
"""

# What a seller is by law follows the classification as it stands; name and status follow what was seen.
SELLER_VERSIONS = f"""
    with named as ({_versions("seller")}),
    class as (
        select
            seller_id as id,
            size,
            social_category,
            is_women_owned,
            valid_from::timestamp at time zone 'Asia/Kolkata' at time zone 'UTC' as begins,
            coalesce(valid_to::timestamp at time zone 'Asia/Kolkata' at time zone 'UTC', '9999-12-31') as ends
        from gem.seller_classification
    ),
    boundary as (
        select id, valid_from as at from named
        union select id, begins from class
        union select id, ends from class where ends < '9999-12-31'
    ),
    described as (
        select b.id, b.at, n.content, c.size, c.social_category, c.is_women_owned
        from boundary b
        join named n on n.id = b.id and b.at >= n.valid_from and b.at < n.valid_to
        left join class c on c.id = b.id and b.at >= c.begins and b.at < c.ends
    ),
    changed as (
        select
            *,
            lag(row(content, size, social_category, is_women_owned)) over (partition by id order by at) as before
        from described
    )
    select
        id,
        content ->> 0,
        content ->> 1,
        size,
        size in ('MICRO', 'SMALL'),
        social_category,
        is_women_owned,
        at,
        coalesce(lead(at) over (partition by id order by at), timestamp '9999-12-31'),
        lead(at) over (partition by id order by at) is null
    from changed
    where before is distinct from row(content, size, social_category, is_women_owned)
    order by id, at
"""
WAREHOUSE_SELLER_VERSIONS = """
    select
        seller_id, seller_name, status, size, is_mse, social_category, is_women_owned, valid_from, valid_to, is_current
    from mart.dim_seller where seller_key > 0 order by seller_id, valid_from
"""


PARTIES_OF_ORDER_LINES = f"""
    with seller as materialized ({_versions("seller")}),
    organisation as materialized ({_versions("organisation")}),
    category as materialized ({_versions("category")}),
    line as (
        select i.contract_item_id, c.seller_id, c.org_id, i.category_id, c.contract_at at time zone 'UTC' as at,
            (c.contract_at at time zone 'Asia/Kolkata')::date as on_day
        from gem.contract_item i
        join gem.contract c using (contract_id)
    )
    select l.contract_item_id, s.content ->> 0, k.size, o.content ->> 0, o.content ->> 2, g.content ->> 0
    from line l
    left join seller s on s.id = l.seller_id and l.at >= s.valid_from and l.at < s.valid_to
    left join organisation o on o.id = l.org_id and l.at >= o.valid_from and l.at < o.valid_to
    left join category g on g.id = l.category_id and l.at >= g.valid_from and l.at < g.valid_to
    left join gem.seller_classification k
        on k.seller_id = l.seller_id and l.on_day >= k.valid_from and l.on_day < coalesce(k.valid_to, 'infinity')
    order by 1
"""
WAREHOUSE_PARTIES_OF_ORDER_LINES = """
    select f.contract_item_id, s.seller_name, s.size, o.org_name, o.ministry_name, g.category_name
    from mart.fact_order_line f
    left join mart.dim_seller s on s.seller_key = f.seller_key
    left join mart.dim_buyer_org o on o.buyer_org_key = f.buyer_org_key
    left join mart.dim_category g on g.category_key = f.category_key
    order by 1
"""

PARTIES_OF_PARTICIPATIONS = f"""
    with seller as materialized ({_versions("seller")}),
    organisation as materialized ({_versions("organisation")})
    select p.participation_id, s.content ->> 0, k.size, o.content ->> 0, o.content ->> 2
    from gem.bid_participation p
    join gem.bid b using (bid_id)
    left join seller s
        on s.id = p.seller_id
        and p.submitted_at at time zone 'UTC' >= s.valid_from
        and p.submitted_at at time zone 'UTC' < s.valid_to
    left join organisation o
        on o.id = b.org_id
        and p.submitted_at at time zone 'UTC' >= o.valid_from
        and p.submitted_at at time zone 'UTC' < o.valid_to
    left join gem.seller_classification k
        on k.seller_id = p.seller_id
        and (p.submitted_at at time zone 'Asia/Kolkata')::date >= k.valid_from
        and (p.submitted_at at time zone 'Asia/Kolkata')::date < coalesce(k.valid_to, 'infinity')
    order by 1
"""
WAREHOUSE_PARTIES_OF_PARTICIPATIONS = """
    select f.participation_id, s.seller_name, s.size, o.org_name, o.ministry_name
    from mart.fact_bid_participation f
    left join mart.dim_seller s on s.seller_key = f.seller_key
    left join mart.dim_buyer_org o on o.buyer_org_key = f.buyer_org_key
    order by 1
"""

HISTORY = {
    "versions of organisations": (ORGANISATION_VERSIONS, WAREHOUSE_ORGANISATION_VERSIONS),
    "versions of categories": (CATEGORY_VERSIONS, WAREHOUSE_CATEGORY_VERSIONS),
    "versions of sellers": (SELLER_VERSIONS, WAREHOUSE_SELLER_VERSIONS),
    "versions of limits": (LIMIT_VERSIONS, WAREHOUSE_LIMIT_VERSIONS),
    "parties of order lines": (PARTIES_OF_ORDER_LINES, WAREHOUSE_PARTIES_OF_ORDER_LINES),
    "parties of participations": (PARTIES_OF_PARTICIPATIONS, WAREHOUSE_PARTIES_OF_PARTICIPATIONS),
}
"""What is compared to (query on the source, query on the warehouse) that must give the same rows."""
