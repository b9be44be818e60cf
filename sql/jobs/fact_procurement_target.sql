-- Targets of the organisations that the MSE mandate binds on the first day of each financial year up to the as-of day.
-- A year without a target in force has none. Only rows that differ from those that stand are written.
-- step: day
create temp table job_day (
    as_of date
);

insert into job_day (as_of)
values (cast(%s as date));

-- step: compute
create temp table computed_procurement_target as
with first_day as (
    select
        dim_date.date_key,
        dateadd(minute, -330, cast(dim_date.calendar_date as timestamp)) as begins_at
    from mart.dim_date
    join job_day
        on dim_date.calendar_date <= job_day.as_of
    where dim_date.fy_day_no = 1
)
select
    buyer_org.source_id,
    buyer_org.org_id,
    buyer_org.buyer_org_key,
    first_day.date_key as year_begins_date_key,
    first_day.begins_at as year_begins_at,
    target.param_code as target_code,
    cast(target.num_value as numeric(7,3)) as target_pct
from first_day
join mart.dim_policy_parameter as target
    on target.param_code in ('MSE_TARGET_PCT', 'SCST_TARGET_PCT', 'WOMEN_TARGET_PCT')
    and target.num_value is not null
    and target.valid_from <= first_day.begins_at
    and target.valid_to > first_day.begins_at
join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = target.source_id
    and buyer_org.is_ppp_mse_bound
    and buyer_org.buyer_org_key > 0
    and buyer_org.valid_from <= first_day.begins_at
    and buyer_org.valid_to > first_day.begins_at;

-- step: keep
create temp table kept_procurement_target as
select
    computed.source_id,
    computed.org_id,
    computed.year_begins_date_key,
    computed.target_code
from computed_procurement_target as computed
join mart.fact_procurement_target as present
    on present.source_id = computed.source_id
    and present.org_id = computed.org_id
    and present.year_begins_date_key = computed.year_begins_date_key
    and present.target_code = computed.target_code
where present.buyer_org_key = computed.buyer_org_key
    and present.target_pct = computed.target_pct;

-- step: remove
delete from mart.fact_procurement_target
where year_begins_date_key <= (select cast(to_char(as_of, 'YYYYMMDD') as integer) from job_day)
    and not exists (
        select 1
        from kept_procurement_target as kept
        where kept.source_id = fact_procurement_target.source_id
            and kept.org_id = fact_procurement_target.org_id
            and kept.year_begins_date_key = fact_procurement_target.year_begins_date_key
            and kept.target_code = fact_procurement_target.target_code
    );

-- step: insert
insert into mart.fact_procurement_target (
    source_id, org_id, buyer_org_key, year_begins_date_key, year_begins_at, target_code, target_pct,
    dw_updated_at
)
select
    computed.source_id,
    computed.org_id,
    computed.buyer_org_key,
    computed.year_begins_date_key,
    computed.year_begins_at,
    computed.target_code,
    computed.target_pct,
    getdate()
from computed_procurement_target as computed
left join kept_procurement_target as kept
    on kept.source_id = computed.source_id
    and kept.org_id = computed.org_id
    and kept.year_begins_date_key = computed.year_begins_date_key
    and kept.target_code = computed.target_code
where kept.source_id is null;
