-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Parameters of procurement policy by their own validity: one period of one parameter.
drop view if exists bi.v_policy_parameters;

create view bi.v_policy_parameters as
select
    cast(dim_policy_parameter.policy_parameter_key as bigint) as policy_parameter_key,
    cast(dim_policy_parameter.source_id as varchar(32)) as source_id,
    cast(dim_policy_parameter.param_code as varchar(64)) as param_code,
    cast(dim_policy_parameter.num_value as numeric(20,4)) as num_value,
    cast(dim_policy_parameter.text_value as varchar(1024)) as text_value,
    cast(dim_policy_parameter.authority_ref as varchar(512)) as authority_ref,
    cast(dim_policy_parameter.valid_from as timestamp) as valid_from,
    cast(dim_policy_parameter.valid_to as timestamp) as valid_to,
    cast(dim_policy_parameter.is_current as boolean) as is_current
from mart.dim_policy_parameter;
