-- Incidents after the contract beside valid orders, each by its own day: one incident or one order.
drop view if exists bi.v_incident_rate;

create view bi.v_incident_rate as
with event as (
    select
        incident.source_id,
        incident.contract_id,
        coalesce(contract.buyer_org_key, -2) as buyer_org_key,
        coalesce(contract.seller_key, incident.seller_key) as seller_key,
        incident.raised_date_key as event_date_key,
        1 as incidents,
        0 as orders
    from mart.fact_incident as incident
    left join mart.fact_contract_lifecycle as contract
        on contract.source_id = incident.source_id
        and contract.contract_id = incident.contract_id
    where incident.stage = 'POST_CONTRACT'
    union all
    select
        contract.source_id,
        contract.contract_id,
        contract.buyer_org_key,
        contract.seller_key,
        contract.contract_date_key,
        0,
        1
    from mart.fact_contract_lifecycle as contract
    where not contract.is_void
)
select
    cast(event.source_id as varchar(32)) as source_id,
    cast(event.contract_id as bigint) as contract_id,
    cast(event.buyer_org_key as bigint) as buyer_org_key,
    cast(event.seller_key as bigint) as seller_key,
    cast(event.event_date_key as integer) as event_date_key,
    cast(event.incidents as integer) as incidents,
    cast(event.orders as integer) as orders
from event;
