-- Buyer scores of the present Indian day: one buying organisation. NULL where one of its rates is not known yet.
drop view if exists bi.v_buyer_score;

create view bi.v_buyer_score as
with present as (
    select cast(dateadd(minute, 330, getdate()) as date) as day
),
rate as (
    select
        duty.source_id,
        buyer_org.org_id,
        duty.kind,
        cast(sum(duty.done) as numeric(24,4)) / nullif(sum(duty.owed), 0) as rate
    from bi.v_buyer_promptness as duty
    join mart.dim_buyer_org as buyer_org
        on buyer_org.buyer_org_key = duty.buyer_org_key
    cross join present
    where duty.counts_from_on <= present.day
        and buyer_org.buyer_org_key > 0
    group by duty.source_id, buyer_org.org_id, duty.kind
),
weighted as (
    select
        rate.source_id,
        rate.org_id,
        max(case when rate.kind = 'CLOSURE' then rate.rate end) as closure_rate,
        max(case when rate.kind = 'PLACING' then rate.rate end) as placing_rate,
        max(case when rate.kind = 'ACCEPTANCE' then rate.rate end) as acceptance_rate,
        max(case when rate.kind = 'PAYMENT' then rate.rate end) as payment_rate,
        count(rate.rate) as known_rates,
        sum(rate.rate * weight.num_value) * 0.01 as score,
        count(weight.num_value) as known_weights
    from rate
    cross join present
    left join bi.v_policy as weight
        on weight.source_id = rate.source_id
        and weight.param_code = 'BUYER_SCORE_' || rate.kind || '_PCT'
        and present.day >= weight.first_day
        and present.day < weight.until_day
    group by rate.source_id, rate.org_id
)
select
    cast(weighted.source_id as varchar(32)) as source_id,
    cast(weighted.org_id as bigint) as org_id,
    cast(weighted.closure_rate as numeric(9,6)) as closure_rate,
    cast(weighted.placing_rate as numeric(9,6)) as placing_rate,
    cast(weighted.acceptance_rate as numeric(9,6)) as acceptance_rate,
    cast(weighted.payment_rate as numeric(9,6)) as payment_rate,
    cast(case when weighted.known_rates = 4 and weighted.known_weights = 4 then weighted.score end as numeric(9,6)) as score
from weighted;
