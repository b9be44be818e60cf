-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Earnest money and performance guarantees: one deposit.
drop view if exists bi.v_security_deposits;

create view bi.v_security_deposits as
select
    cast(fact_security_deposit.source_id as varchar(32)) as source_id,
    cast(fact_security_deposit.deposit_id as bigint) as deposit_id,
    cast(fact_security_deposit.kind as varchar(32)) as kind,
    cast(fact_security_deposit.bid_id as bigint) as bid_id,
    cast(fact_security_deposit.contract_id as bigint) as contract_id,
    cast(fact_security_deposit.seller_id as bigint) as seller_id,
    cast(fact_security_deposit.mode as varchar(32)) as mode,
    cast(fact_security_deposit.status as varchar(32)) as status,
    cast(fact_security_deposit.seller_key as bigint) as seller_key,
    cast(fact_security_deposit.held_date_key as integer) as held_date_key,
    cast(fact_security_deposit.released_date_key as integer) as released_date_key,
    cast(fact_security_deposit.held_at as timestamp) as held_at,
    cast(fact_security_deposit.valid_until as timestamp) as valid_until,
    cast(fact_security_deposit.released_at as timestamp) as released_at,
    cast(fact_security_deposit.amount as numeric(18,2)) as amount,
    cast(fact_security_deposit.held_days as integer) as held_days,
    cast(fact_security_deposit.is_forfeited as boolean) as is_forfeited,
    cast(held_date.calendar_date as timestamp) as held_date,
    cast(released_date.calendar_date as timestamp) as released_date,
    cast(coalesce(held_date.calendar_date, cast(fact_security_deposit.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_security_deposit.dw_updated_at as timestamp) as changed_at
from mart.fact_security_deposit
join mart.dim_date as held_date
    on held_date.date_key = fact_security_deposit.held_date_key
join mart.dim_date as released_date
    on released_date.date_key = fact_security_deposit.released_date_key;
