"""The periods of policy parameters, from the beginning of time to its end."""

# Limits follow their own days alone, and tell what they tell now.
LIMIT_VERSIONS = """
    with period as (
        select
            *,
            effective_from::timestamp at time zone 'Asia/Kolkata' at time zone 'UTC' as begins,
            coalesce(effective_to::timestamp at time zone 'Asia/Kolkata' at time zone 'UTC', '9999-12-31') as ends
        from gem.policy_parameter
    ),
    boundary as (
        select param_code, timestamp '1900-01-01' as at from period
        union select param_code, begins from period
        union select param_code, ends from period where ends < '9999-12-31'
    ),
    described as (
        select b.param_code, b.at, row(p.num_value, p.text_value, p.authority_ref) as content, p.num_value, p.text_value
        from boundary b
        left join lateral (
            select *
            from period p
            where p.param_code = b.param_code and b.at >= p.begins and b.at < p.ends
            order by p.begins desc
            limit 1
        ) p on true
    ),
    changed as (
        select *, lag(content) over (partition by param_code order by at) as before
        from described
    )
    select
        param_code,
        num_value,
        text_value,
        at,
        coalesce(lead(at) over (partition by param_code order by at), timestamp '9999-12-31')
    from changed
    where before is distinct from content
    order by param_code, at
"""
WAREHOUSE_LIMIT_VERSIONS = """
    select param_code, num_value, text_value, valid_from, valid_to
    from mart.dim_policy_parameter where policy_parameter_key > 0 order by param_code, valid_from
"""
