-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.policy_parameter_key,
    exported.source_id,
    exported.param_code,
    exported.num_value,
    exported.text_value,
    exported.authority_ref,
    exported.valid_from,
    exported.valid_to,
    exported.is_current
from bi.v_policy_parameters as exported;
