-- Policy parameters by Indian day: one period of one parameter; until_day is the first day after it.
drop view if exists bi.v_policy;

create view bi.v_policy as
select
    cast(parameter.source_id as varchar(32)) as source_id,
    cast(parameter.param_code as varchar(64)) as param_code,
    cast(parameter.num_value as numeric(20,4)) as num_value,
    cast(parameter.text_value as varchar(1024)) as text_value,
    cast(parameter.authority_ref as varchar(512)) as authority_ref,
    cast(dateadd(minute, 330, parameter.valid_from) as date) as first_day,
    cast(dateadd(minute, 330, parameter.valid_to) as date) as until_day
from mart.dim_policy_parameter as parameter
where parameter.policy_parameter_key > 0;
