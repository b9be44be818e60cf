-- Generated from gem.contracts by `gem contracts generate`; do not edit.

create table mart.dim_date (
    date_key integer not null encode raw,
    calendar_date date encode az64,
    financial_year varchar(7) encode zstd,
    fy_start_year integer encode az64,
    fy_quarter integer encode az64,
    fy_month_no integer encode az64,
    fy_day_no integer encode az64,
    month_name varchar(16) encode zstd,
    iso_week integer encode az64,
    is_month_end boolean encode raw,
    primary key (date_key)
)
diststyle all
sortkey (date_key);

comment on table mart.dim_date is 'Calendar days in IST; filled by a migration: one day; -1 is the unknown day';

create table mart.dim_buy_mode (
    buy_mode_key bigint not null encode raw,
    buy_mode varchar(32) encode zstd,
    label varchar(64) not null encode zstd,
    primary key (buy_mode_key)
)
diststyle all
sortkey (buy_mode_key);

comment on table mart.dim_buy_mode is 'How a contract came about: one code; -1 is a code not listed here, -2 none stated';

insert into mart.dim_buy_mode (buy_mode_key, buy_mode, label)
values
    (-1, null, 'Unknown'),
    (-2, null, 'Not stated'),
    (1, 'DIRECT', 'Direct purchase'),
    (2, 'L1', 'L1 comparison'),
    (3, 'BID', 'Bid'),
    (4, 'RA', 'Reverse auction'),
    (5, 'PAC', 'Proprietary article certificate');

create table mart.dim_payment_mode (
    payment_mode_key bigint not null encode raw,
    payment_mode varchar(32) encode zstd,
    label varchar(64) not null encode zstd,
    primary key (payment_mode_key)
)
diststyle all
sortkey (payment_mode_key);

comment on table mart.dim_payment_mode is 'How a contract is paid: one code; -1 is a code not listed here, -2 none stated';

insert into mart.dim_payment_mode (payment_mode_key, payment_mode, label)
values
    (-1, null, 'Unknown'),
    (-2, null, 'Not stated'),
    (1, 'PFMS', 'Public Financial Management System'),
    (2, 'GPA', 'GeM pool account'),
    (3, 'OFFLINE', 'Offline');

create table mart.dim_order_status (
    order_status_key bigint not null encode raw,
    order_status varchar(32) encode zstd,
    label varchar(64) not null encode zstd,
    primary key (order_status_key)
)
diststyle all
sortkey (order_status_key);

comment on table mart.dim_order_status is 'Where a contract stands: one code; -1 is a code not listed here, -2 none stated';

insert into mart.dim_order_status (order_status_key, order_status, label)
values
    (-1, null, 'Unknown'),
    (-2, null, 'Not stated'),
    (1, 'PLACED', 'Placed'),
    (2, 'ACCEPTED', 'Accepted'),
    (3, 'REJECTED', 'Rejected'),
    (4, 'CANCELLED', 'Cancelled'),
    (5, 'IN_DELIVERY', 'In delivery'),
    (6, 'DELIVERED', 'Delivered'),
    (7, 'COMPLETED', 'Completed'),
    (8, 'TERMINATED', 'Terminated');

create table mart.dim_incident_reason (
    incident_reason_key bigint not null encode raw,
    incident_reason varchar(32) encode zstd,
    label varchar(64) not null encode zstd,
    primary key (incident_reason_key)
)
diststyle all
sortkey (incident_reason_key);

comment on table mart.dim_incident_reason is 'Why an incident was raised: one code; -1 is a code not listed here, -2 none stated';

insert into mart.dim_incident_reason (incident_reason_key, incident_reason, label)
values
    (-1, null, 'Unknown'),
    (-2, null, 'Not stated'),
    (1, 'QUALITY', 'Quality not as agreed'),
    (2, 'DELAY', 'Late delivery'),
    (3, 'NON_DELIVERY', 'No delivery'),
    (4, 'PRICE', 'Price above the market'),
    (5, 'PAYMENT', 'Late or no payment'),
    (6, 'FORGED_DOCUMENT', 'Forged document'),
    (7, 'CARTEL', 'Cartel'),
    (8, 'OTHER', 'Other');

create table mart.dim_order_flags (
    order_flags_key bigint not null encode raw,
    mii_class varchar(32) encode zstd,
    is_interstate boolean encode raw,
    is_pac boolean encode raw,
    is_reverse_auction boolean encode raw,
    primary key (order_flags_key)
)
diststyle all
sortkey (order_flags_key);

comment on table mart.dim_order_flags is 'Combinations of the flags of an order line: one combination';

insert into mart.dim_order_flags (order_flags_key, mii_class, is_interstate, is_pac, is_reverse_auction)
values
    (-1, null, null, null, null),
    (-2, null, null, null, null),
    (1, null, null, false, false),
    (2, null, null, false, true),
    (3, null, null, true, false),
    (4, null, null, true, true),
    (5, null, false, false, false),
    (6, null, false, false, true),
    (7, null, false, true, false),
    (8, null, false, true, true),
    (9, null, true, false, false),
    (10, null, true, false, true),
    (11, null, true, true, false),
    (12, null, true, true, true),
    (13, 'I', null, false, false),
    (14, 'I', null, false, true),
    (15, 'I', null, true, false),
    (16, 'I', null, true, true),
    (17, 'I', false, false, false),
    (18, 'I', false, false, true),
    (19, 'I', false, true, false),
    (20, 'I', false, true, true),
    (21, 'I', true, false, false),
    (22, 'I', true, false, true),
    (23, 'I', true, true, false),
    (24, 'I', true, true, true),
    (25, 'II', null, false, false),
    (26, 'II', null, false, true),
    (27, 'II', null, true, false),
    (28, 'II', null, true, true),
    (29, 'II', false, false, false),
    (30, 'II', false, false, true),
    (31, 'II', false, true, false),
    (32, 'II', false, true, true),
    (33, 'II', true, false, false),
    (34, 'II', true, false, true),
    (35, 'II', true, true, false),
    (36, 'II', true, true, true),
    (37, 'NON_LOCAL', null, false, false),
    (38, 'NON_LOCAL', null, false, true),
    (39, 'NON_LOCAL', null, true, false),
    (40, 'NON_LOCAL', null, true, true),
    (41, 'NON_LOCAL', false, false, false),
    (42, 'NON_LOCAL', false, false, true),
    (43, 'NON_LOCAL', false, true, false),
    (44, 'NON_LOCAL', false, true, true),
    (45, 'NON_LOCAL', true, false, false),
    (46, 'NON_LOCAL', true, false, true),
    (47, 'NON_LOCAL', true, true, false),
    (48, 'NON_LOCAL', true, true, true);

create table mart.dim_state (
    state_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    state_code varchar(2) not null encode raw,
    iso_code varchar(8) encode zstd,
    state_name varchar(128) encode zstd,
    is_union_territory boolean encode raw,
    zone varchar(32) encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (state_key)
)
diststyle all
sortkey (state_code);

comment on table mart.dim_state is 'States and union territories of India: one state or union territory';

insert into mart.dim_state (state_key, source_id, state_code, state_name, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', '-1', 'Unknown', getdate(), getdate()),
    (-2, '-1', '-2', 'Not stated', getdate(), getdate());

create table ops.dim_state_version (
    source_id varchar(32) not null encode zstd,
    state_code varchar(2) not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, state_code)
)
diststyle key
distkey (state_code)
sortkey (state_code, source_id);

create table mart.dim_policy_parameter (
    policy_parameter_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    param_code varchar(64) not null encode raw,
    num_value numeric(20,4) encode az64,
    text_value varchar(1024) encode zstd,
    authority_ref varchar(512) encode zstd,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (policy_parameter_key)
)
diststyle all
sortkey (param_code, valid_from);

comment on table mart.dim_policy_parameter is 'Parameters of procurement policy by their own validity: one period of one parameter';

insert into mart.dim_policy_parameter (policy_parameter_key, source_id, param_code, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', '-1', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', '-2', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_policy_parameter_version (
    source_id varchar(32) not null encode zstd,
    param_code varchar(64) not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    snapshot_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    num_value numeric(20,4) encode az64,
    text_value varchar(1024) encode zstd,
    authority_ref varchar(512) encode zstd,
    primary key (source_id, param_code, batch_seq, segment_from)
)
diststyle key
distkey (param_code)
sortkey (param_code, source_id, batch_seq);

create table mart.dim_category (
    category_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    category_id bigint not null encode raw,
    parent_category_id bigint encode az64,
    category_name varchar(512) encode zstd,
    level integer encode az64,
    kind varchar(32) encode zstd,
    hsn_sac varchar(8) encode zstd,
    gst_rate numeric(7,3) encode az64,
    is_mse_reserved boolean encode raw,
    is_active boolean encode raw,
    level1_name varchar(512) encode zstd,
    level2_name varchar(512) encode zstd,
    level3_name varchar(512) encode zstd,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (category_key)
)
diststyle all
sortkey (category_id, valid_from);

comment on table mart.dim_category is 'Product and service categories by validity: one version of one category';

insert into mart.dim_category (category_key, source_id, category_id, category_name, level1_name, level2_name, level3_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', 'Unknown', 'Unknown', 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', 'Not stated', 'Not stated', 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_category_version (
    source_id varchar(32) not null encode zstd,
    category_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    snapshot_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    parent_category_id bigint encode az64,
    category_name varchar(512) encode zstd,
    level integer encode az64,
    kind varchar(32) encode zstd,
    hsn_sac varchar(8) encode zstd,
    gst_rate numeric(7,3) encode az64,
    is_mse_reserved boolean encode raw,
    is_active boolean encode raw,
    level1_name varchar(512) encode zstd,
    level2_name varchar(512) encode zstd,
    level3_name varchar(512) encode zstd,
    primary key (source_id, category_id, batch_seq, segment_from)
)
diststyle key
distkey (category_id)
sortkey (category_id, source_id, batch_seq);

create table mart.dim_buyer_org (
    buyer_org_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    org_id bigint not null encode raw,
    parent_org_id bigint encode az64,
    org_name varchar(1024) encode zstd,
    level varchar(32) encode zstd,
    org_type varchar(32) encode zstd,
    govt_tier varchar(32) encode zstd,
    state_code varchar(2) encode zstd,
    is_ppp_mse_bound boolean encode raw,
    ministry_id bigint encode az64,
    ministry_name varchar(1024) encode zstd,
    department_id bigint encode az64,
    department_name varchar(1024) encode zstd,
    organisation_id bigint encode az64,
    organisation_name varchar(1024) encode zstd,
    office_id bigint encode az64,
    office_name varchar(1024) encode zstd,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (buyer_org_key)
)
diststyle all
sortkey (org_id, valid_from);

comment on table mart.dim_buyer_org is 'Buying organisations by validity, with their place in the hierarchy: one version of one organisation';

insert into mart.dim_buyer_org (buyer_org_key, source_id, org_id, org_name, ministry_name, department_name, organisation_name, office_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', 'Not stated', 'Not stated', 'Not stated', 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_buyer_org_version (
    source_id varchar(32) not null encode zstd,
    org_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    snapshot_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    parent_org_id bigint encode az64,
    org_name varchar(1024) encode zstd,
    level varchar(32) encode zstd,
    org_type varchar(32) encode zstd,
    govt_tier varchar(32) encode zstd,
    state_code varchar(2) encode zstd,
    is_ppp_mse_bound boolean encode raw,
    ministry_id bigint encode az64,
    ministry_name varchar(1024) encode zstd,
    department_id bigint encode az64,
    department_name varchar(1024) encode zstd,
    organisation_id bigint encode az64,
    organisation_name varchar(1024) encode zstd,
    office_id bigint encode az64,
    office_name varchar(1024) encode zstd,
    primary key (source_id, org_id, batch_seq, segment_from)
)
diststyle key
distkey (org_id)
sortkey (org_id, source_id, batch_seq);

create table mart.bridge_org_hierarchy (
    source_id varchar(32) not null encode zstd,
    root_id bigint not null encode az64,
    ancestor_org_id bigint not null encode raw,
    descendant_org_id bigint not null encode az64,
    depth integer not null encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, root_id, ancestor_org_id, descendant_org_id)
)
diststyle all
sortkey (ancestor_org_id);

comment on table mart.bridge_org_hierarchy is 'Buying organisations with their ancestors, as the hierarchy is now: one pair of ancestor and descendant';

create table mart.dim_brand (
    brand_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    brand_id bigint not null encode raw,
    brand_name varchar(256) encode zstd,
    oem_seller_id bigint encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (brand_key)
)
diststyle all
sortkey (brand_id);

comment on table mart.dim_brand is 'Brands: one brand';

insert into mart.dim_brand (brand_key, source_id, brand_id, brand_name, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', getdate(), getdate());

create table ops.dim_brand_version (
    source_id varchar(32) not null encode zstd,
    brand_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, brand_id)
)
diststyle key
distkey (brand_id)
sortkey (brand_id, source_id);

create table mart.dim_buyer_user (
    buyer_user_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    user_id bigint not null encode raw,
    org_id bigint encode az64,
    role varchar(32) encode zstd,
    designation varchar(256) encode zstd,
    is_active boolean encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (buyer_user_key)
)
diststyle all
sortkey (user_id);

comment on table mart.dim_buyer_user is 'Users of buying organisations, without personal data: one user';

insert into mart.dim_buyer_user (buyer_user_key, source_id, user_id, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, getdate(), getdate()),
    (-2, '-1', -2, getdate(), getdate());

create table ops.dim_buyer_user_version (
    source_id varchar(32) not null encode zstd,
    user_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, user_id)
)
diststyle key
distkey (user_id)
sortkey (user_id, source_id);

create table mart.dim_consignee (
    consignee_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    consignee_id bigint not null encode raw,
    org_id bigint encode az64,
    pincode varchar(6) encode zstd,
    district varchar(128) encode zstd,
    state_code varchar(2) encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (consignee_key)
)
diststyle all
sortkey (consignee_id);

comment on table mart.dim_consignee is 'Places of receipt: one place of receipt';

insert into mart.dim_consignee (consignee_key, source_id, consignee_id, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, getdate(), getdate()),
    (-2, '-1', -2, getdate(), getdate());

create table ops.dim_consignee_version (
    source_id varchar(32) not null encode zstd,
    consignee_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    primary key (source_id, consignee_id)
)
diststyle key
distkey (consignee_id)
sortkey (consignee_id, source_id);

create table mart.dim_seller (
    seller_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    seller_id bigint not null encode raw,
    seller_name varchar(512) encode zstd,
    constitution varchar(32) encode zstd,
    seller_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    registered_on date encode az64,
    state_code varchar(2) encode zstd,
    pincode varchar(6) encode zstd,
    gst_state_code varchar(2) encode zstd,
    gstin_count integer encode az64,
    udyam_no varchar(32) encode zstd,
    size varchar(32) encode zstd,
    is_mse boolean encode raw,
    is_ppp_mse boolean encode raw,
    is_trader boolean encode raw,
    is_women_owned boolean encode raw,
    social_category varchar(32) encode zstd,
    is_scst boolean encode raw,
    is_startup boolean encode raw,
    is_shg boolean encode raw,
    is_artisan boolean encode raw,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (seller_key)
)
diststyle all
sortkey (seller_id, valid_from);

comment on table mart.dim_seller is 'Sellers by validity; class columns follow the classification''s own validity: one version of one seller';

insert into mart.dim_seller (seller_key, source_id, seller_id, seller_name, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, 'Unknown', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, 'Not stated', '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_seller_version (
    source_id varchar(32) not null encode zstd,
    seller_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    snapshot_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    seller_name varchar(512) encode zstd,
    constitution varchar(32) encode zstd,
    seller_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    registered_on date encode az64,
    state_code varchar(2) encode zstd,
    pincode varchar(6) encode zstd,
    gst_state_code varchar(2) encode zstd,
    gstin_count integer encode az64,
    udyam_no varchar(32) encode zstd,
    size varchar(32) encode zstd,
    is_mse boolean encode raw,
    is_ppp_mse boolean encode raw,
    is_trader boolean encode raw,
    is_women_owned boolean encode raw,
    social_category varchar(32) encode zstd,
    is_scst boolean encode raw,
    is_startup boolean encode raw,
    is_shg boolean encode raw,
    is_artisan boolean encode raw,
    primary key (source_id, seller_id, batch_seq, segment_from)
)
diststyle key
distkey (seller_id)
sortkey (seller_id, source_id, batch_seq);

create table mart.dim_product (
    product_key bigint not null encode az64,
    source_id varchar(32) not null encode zstd,
    product_id bigint not null encode raw,
    mii_class varchar(32) encode zstd,
    category_id bigint encode az64,
    brand_id bigint encode az64,
    model varchar(256) encode zstd,
    country_of_origin varchar(64) encode zstd,
    local_content_pct numeric(7,3) encode az64,
    valid_from timestamp not null encode az64,
    valid_to timestamp not null encode az64,
    is_current boolean not null encode raw,
    row_hash varchar(32) not null encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (product_key)
)
diststyle all
sortkey (product_id, valid_from);

comment on table mart.dim_product is 'Catalogue products by validity of their Make in India class: one version of one product';

insert into mart.dim_product (product_key, source_id, product_id, valid_from, valid_to, is_current, row_hash, dw_inserted_at, dw_updated_at)
values
    (-1, '-1', -1, '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-1', getdate(), getdate()),
    (-2, '-1', -2, '1900-01-01 00:00:00', '9999-12-31 00:00:00', true, '-2', getdate(), getdate());

create table ops.dim_product_version (
    source_id varchar(32) not null encode zstd,
    product_id bigint not null encode raw,
    batch_seq bigint not null encode az64,
    attempt integer not null encode az64,
    observed_at timestamp not null encode az64,
    snapshot_at timestamp not null encode az64,
    segment_from timestamp not null encode az64,
    observation_hash varchar(32) not null encode zstd,
    mii_class varchar(32) encode zstd,
    category_id bigint encode az64,
    brand_id bigint encode az64,
    model varchar(256) encode zstd,
    country_of_origin varchar(64) encode zstd,
    local_content_pct numeric(7,3) encode az64,
    primary key (source_id, product_id, batch_seq, segment_from)
)
diststyle key
distkey (product_id)
sortkey (product_id, source_id, batch_seq);

create table mart.fact_catalogue_offer (
    source_id varchar(32) not null encode zstd,
    offer_id bigint not null encode az64,
    product_id bigint not null encode az64,
    category_id bigint encode az64,
    seller_id bigint encode az64,
    product_key bigint not null encode az64,
    category_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    starts_date_key integer not null encode raw,
    ends_date_key integer not null encode az64,
    starts_at timestamp encode az64,
    ends_at timestamp encode az64,
    status varchar(32) encode zstd,
    offer_price numeric(18,2) encode az64,
    min_qty numeric(18,3) encode az64,
    stock_qty numeric(18,3) encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, product_id, offer_id),
    foreign key (product_key) references mart.dim_product (product_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle key
distkey (product_id)
sortkey (starts_date_key);

comment on table mart.fact_catalogue_offer is 'Offers in the catalogue: one offer';

create table ops.fact_catalogue_offer_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    offer_price numeric(38,2) not null encode az64,
    min_qty numeric(38,3) not null encode az64,
    stock_qty numeric(38,3) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_l1_comparison (
    source_id varchar(32) not null encode zstd,
    comparison_id bigint not null encode az64,
    buyer_user_id bigint encode az64,
    category_id bigint encode az64,
    buyer_user_key bigint not null encode az64,
    category_key bigint not null encode az64,
    compared_date_key integer not null encode raw,
    compared_at timestamp encode az64,
    qty numeric(18,3) encode az64,
    compared_offer_count integer encode az64,
    manufacturer_count integer encode az64,
    lowest_price numeric(18,2) encode az64,
    median_price numeric(18,2) encode az64,
    selected_offer_id bigint encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, comparison_id),
    foreign key (buyer_user_key) references mart.dim_buyer_user (buyer_user_key),
    foreign key (category_key) references mart.dim_category (category_key)
)
diststyle key
distkey (comparison_id)
sortkey (compared_date_key);

comment on table mart.fact_l1_comparison is 'Comparisons of catalogue offers: one comparison';

create table ops.fact_l1_comparison_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    qty numeric(38,3) not null encode az64,
    lowest_price numeric(38,2) not null encode az64,
    median_price numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_bid_participation (
    source_id varchar(32) not null encode zstd,
    participation_id bigint not null encode az64,
    bid_id bigint not null encode az64,
    seller_id bigint encode az64,
    org_id bigint encode az64,
    category_id bigint encode az64,
    seller_key bigint not null encode az64,
    buyer_org_key bigint not null encode az64,
    category_key bigint not null encode az64,
    submitted_date_key integer not null encode raw,
    submitted_at timestamp encode az64,
    withdrawn_at timestamp encode az64,
    tech_status varchar(32) encode zstd,
    disq_reason varchar(1024) encode zstd,
    emd_mode varchar(32) encode zstd,
    quoted_value numeric(18,2) encode az64,
    final_value numeric(18,2) encode az64,
    l1_gap_value numeric(18,2) encode az64,
    price_rank integer encode az64,
    award_basis varchar(32) encode zstd,
    claims_mse boolean encode raw,
    claims_mii boolean encode raw,
    is_qualified boolean not null encode raw,
    is_awarded boolean not null encode raw,
    is_disqualified boolean not null encode raw,
    is_withdrawn boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, bid_id, participation_id),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (category_key) references mart.dim_category (category_key)
)
diststyle key
distkey (bid_id)
sortkey (submitted_date_key);

comment on table mart.fact_bid_participation is 'Participations in bids: one participation; a seller may offer twice in a bid';

create table ops.fact_bid_participation_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    quoted_value numeric(38,2) not null encode az64,
    final_value numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_ra_offer (
    source_id varchar(32) not null encode zstd,
    ra_offer_id bigint not null encode az64,
    bid_id bigint not null encode az64,
    ra_id bigint encode az64,
    ra_number varchar(64) encode zstd,
    ra_status varchar(32) encode zstd,
    participation_id bigint encode az64,
    seller_id bigint encode az64,
    org_id bigint encode az64,
    category_id bigint encode az64,
    seller_key bigint not null encode az64,
    buyer_org_key bigint not null encode az64,
    category_key bigint not null encode az64,
    offered_date_key integer not null encode raw,
    offered_at timestamp encode az64,
    start_price numeric(18,2) encode az64,
    offered_value numeric(18,2) encode az64,
    sequence_no integer not null encode az64,
    seconds_to_end bigint encode az64,
    is_final_l1 boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, bid_id, ra_offer_id),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (category_key) references mart.dim_category (category_key)
)
diststyle key
distkey (bid_id)
sortkey (offered_date_key);

comment on table mart.fact_ra_offer is 'Price offers in reverse auctions: one price offer';

create table ops.fact_ra_offer_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    offered_value numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_bid (
    source_id varchar(32) not null encode zstd,
    bid_id bigint not null encode az64,
    bid_number varchar(64) encode zstd,
    bid_type varchar(32) encode zstd,
    status varchar(32) encode zstd,
    org_id bigint encode az64,
    buyer_user_id bigint encode az64,
    category_id bigint encode az64,
    evaluation_method varchar(32) encode zstd,
    buyer_org_key bigint not null encode az64,
    category_key bigint not null encode az64,
    buyer_user_key bigint not null encode az64,
    published_date_key integer not null encode raw,
    closes_date_key integer not null encode az64,
    awarded_date_key integer not null encode az64,
    published_at timestamp encode az64,
    closes_at timestamp encode az64,
    awarded_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    opened_at timestamp encode az64,
    tech_evaluated_at timestamp encode az64,
    estimated_value numeric(18,2) encode az64,
    emd_amount numeric(18,2) encode az64,
    awarded_value numeric(18,2) encode az64,
    l1_value numeric(18,2) encode az64,
    l2_value numeric(18,2) encode az64,
    ra_start_value numeric(18,2) encode az64,
    ra_final_value numeric(18,2) encode az64,
    item_count integer not null encode az64,
    participants integer not null encode az64,
    classified_participants integer not null encode az64,
    mse_participants integer not null encode az64,
    ppp_mse_participants integer not null encode az64,
    tech_qualified integer not null encode az64,
    awards integer not null encode az64,
    ra_count integer not null encode az64,
    ra_extensions integer not null encode az64,
    extension_count integer encode az64,
    cycle_hours numeric(12,2) encode az64,
    days_to_award integer encode az64,
    is_opened boolean not null encode raw,
    is_mse_match boolean not null encode raw,
    is_evaluated boolean not null encode raw,
    is_single_bid boolean not null encode raw,
    is_cancelled boolean not null encode raw,
    is_awarded_before_closing boolean not null encode raw,
    has_rank_fault boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, bid_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (buyer_user_key) references mart.dim_buyer_user (buyer_user_key)
)
diststyle key
distkey (bid_id)
sortkey (published_date_key);

comment on table mart.fact_bid is 'Bids: one bid';

create table ops.fact_bid_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    estimated_value numeric(38,2) not null encode az64,
    emd_amount numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_order_line (
    source_id varchar(32) not null encode zstd,
    contract_item_id bigint not null encode az64,
    contract_id bigint not null encode az64,
    contract_number varchar(64) encode zstd,
    line_no integer encode az64,
    buy_mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    cancelled_by varchar(32) encode zstd,
    payment_mode varchar(32) encode zstd,
    bid_id bigint encode az64,
    comparison_id bigint encode az64,
    org_id bigint encode az64,
    buyer_user_id bigint encode az64,
    seller_id bigint encode az64,
    category_id bigint encode az64,
    product_id bigint encode az64,
    consignee_id bigint encode az64,
    seller_state_code varchar(2) encode zstd,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    category_key bigint not null encode az64,
    seller_state_key bigint not null encode az64,
    product_key bigint not null encode az64,
    buyer_user_key bigint not null encode az64,
    consignee_key bigint not null encode az64,
    buy_mode_key bigint not null encode az64,
    payment_mode_key bigint not null encode az64,
    order_status_key bigint not null encode az64,
    order_flags_key bigint not null encode az64,
    contract_date_key integer not null encode raw,
    contract_at timestamp encode az64,
    accepted_at timestamp encode az64,
    rejected_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    delivery_due_on date encode az64,
    extended_due_on date encode az64,
    due_without_ld_on date encode az64,
    last_delivered_at timestamp encode az64,
    last_delivered_date_key integer not null encode az64,
    ordered_qty numeric(18,3) encode az64,
    current_qty numeric(18,3) encode az64,
    delivered_qty numeric(18,3) not null encode az64,
    accepted_qty numeric(18,3) not null encode az64,
    unit_price numeric(18,2) encode az64,
    line_value numeric(18,2) encode az64,
    current_value numeric(18,2) encode az64,
    taxable_value numeric(18,2) encode az64,
    cgst numeric(18,2) encode az64,
    sgst numeric(18,2) encode az64,
    igst numeric(18,2) encode az64,
    gst_rate numeric(7,3) encode az64,
    mrp_value numeric(18,2) encode az64,
    reference_value numeric(18,2) encode az64,
    mii_class varchar(32) encode zstd,
    is_rate_contract boolean not null encode raw,
    is_above_mrp boolean not null encode raw,
    is_due_before_contract boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id, contract_item_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (seller_state_key) references mart.dim_state (state_key),
    foreign key (product_key) references mart.dim_product (product_key),
    foreign key (buyer_user_key) references mart.dim_buyer_user (buyer_user_key),
    foreign key (consignee_key) references mart.dim_consignee (consignee_key),
    foreign key (buy_mode_key) references mart.dim_buy_mode (buy_mode_key),
    foreign key (payment_mode_key) references mart.dim_payment_mode (payment_mode_key),
    foreign key (order_status_key) references mart.dim_order_status (order_status_key),
    foreign key (order_flags_key) references mart.dim_order_flags (order_flags_key)
)
diststyle key
distkey (contract_id)
sortkey (contract_date_key);

comment on table mart.fact_order_line is 'Lines of contracts: one contract item (line and consignee)';

create table ops.fact_order_line_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    ordered_qty numeric(38,3) not null encode az64,
    unit_price numeric(38,2) not null encode az64,
    line_value numeric(38,2) not null encode az64,
    taxable_value numeric(38,2) not null encode az64,
    cgst numeric(38,2) not null encode az64,
    sgst numeric(38,2) not null encode az64,
    igst numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_shipment (
    source_id varchar(32) not null encode zstd,
    shipment_id bigint not null encode az64,
    contract_id bigint not null encode az64,
    contract_item_id bigint encode az64,
    org_id bigint encode az64,
    seller_id bigint encode az64,
    category_id bigint encode az64,
    consignee_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    category_key bigint not null encode az64,
    consignee_key bigint not null encode az64,
    dispatched_date_key integer not null encode raw,
    delivered_date_key integer not null encode az64,
    first_crac_date_key integer not null encode az64,
    dispatched_at timestamp encode az64,
    delivered_at timestamp encode az64,
    first_crac_at timestamp encode az64,
    dispatched_qty numeric(18,3) encode az64,
    delivered_qty numeric(18,3) encode az64,
    ld_amount numeric(18,2) encode az64,
    days_delivery_to_crac integer encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id, shipment_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (consignee_key) references mart.dim_consignee (consignee_key)
)
diststyle key
distkey (contract_id)
sortkey (dispatched_date_key);

comment on table mart.fact_shipment is 'Shipments of contract lines: one shipment';

create table ops.fact_shipment_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    dispatched_qty numeric(38,3) not null encode az64,
    delivered_qty numeric(38,3) not null encode az64,
    ld_amount numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_receipt (
    source_id varchar(32) not null encode zstd,
    cert_id bigint not null encode az64,
    contract_id bigint not null encode az64,
    contract_item_id bigint encode az64,
    shipment_id bigint encode az64,
    prc_cert_id bigint encode az64,
    kind varchar(32) encode zstd,
    org_id bigint encode az64,
    seller_id bigint encode az64,
    category_id bigint encode az64,
    consignee_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    category_key bigint not null encode az64,
    consignee_key bigint not null encode az64,
    issued_date_key integer not null encode raw,
    delivered_date_key integer not null encode az64,
    issued_at timestamp encode az64,
    delivered_at timestamp encode az64,
    received_qty numeric(18,3) encode az64,
    accepted_qty numeric(18,3) encode az64,
    rejected_qty numeric(18,3) encode az64,
    received_value numeric(18,2) encode az64,
    accepted_value numeric(18,2) encode az64,
    rejected_value numeric(18,2) encode az64,
    reject_reason varchar(512) encode zstd,
    days_from_delivery integer encode az64,
    is_auto boolean encode raw,
    is_before_delivery boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id, cert_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (consignee_key) references mart.dim_consignee (consignee_key)
)
diststyle key
distkey (contract_id)
sortkey (issued_date_key);

comment on table mart.fact_receipt is 'Receipt certificates: one certificate of one line';

create table ops.fact_receipt_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    received_qty numeric(38,3) not null encode az64,
    accepted_qty numeric(38,3) not null encode az64,
    rejected_qty numeric(38,3) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_payment (
    source_id varchar(32) not null encode zstd,
    payment_id bigint not null encode az64,
    contract_id bigint not null encode az64,
    invoice_id bigint encode az64,
    invoice_no varchar(64) encode zstd,
    crac_cert_id bigint encode az64,
    org_id bigint encode az64,
    seller_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    crac_date_key integer not null encode raw,
    bill_date_key integer not null encode az64,
    paid_date_key integer not null encode az64,
    crac_at timestamp encode az64,
    bill_at timestamp encode az64,
    paid_at timestamp encode az64,
    payable_amount numeric(18,2) encode az64,
    ld_deducted numeric(18,2) encode az64,
    tds_it numeric(18,2) encode az64,
    tds_gst numeric(18,2) encode az64,
    paid_amount numeric(18,2) encode az64,
    mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    days_crac_to_paid integer encode az64,
    is_paid boolean not null encode raw,
    is_superseded boolean not null encode raw,
    is_paid_before_crac boolean not null encode raw,
    is_overpaid boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id, payment_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle key
distkey (contract_id)
sortkey (crac_date_key);

comment on table mart.fact_payment is 'Payments of contracts; what is due and overdue as of a day is a matter of views: one payment';

create table ops.fact_payment_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    payable_amount numeric(38,2) not null encode az64,
    ld_deducted numeric(38,2) not null encode az64,
    tds_it numeric(38,2) not null encode az64,
    tds_gst numeric(38,2) not null encode az64,
    paid_amount numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_contract_lifecycle (
    source_id varchar(32) not null encode zstd,
    contract_id bigint not null encode az64,
    contract_number varchar(64) encode zstd,
    buy_mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    cancelled_by varchar(32) encode zstd,
    bid_id bigint encode raw,
    org_id bigint encode az64,
    buyer_user_id bigint encode az64,
    seller_id bigint encode az64,
    buyer_org_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    buyer_user_key bigint not null encode az64,
    bid_published_date_key integer not null encode az64,
    bid_awarded_date_key integer not null encode az64,
    contract_date_key integer not null encode az64,
    accepted_date_key integer not null encode az64,
    first_dispatched_date_key integer not null encode az64,
    last_delivered_date_key integer not null encode az64,
    first_prc_date_key integer not null encode az64,
    last_crac_date_key integer not null encode az64,
    first_invoiced_date_key integer not null encode az64,
    last_paid_date_key integer not null encode az64,
    rejected_date_key integer not null encode az64,
    cancelled_date_key integer not null encode az64,
    contract_at timestamp encode az64,
    accepted_at timestamp encode az64,
    first_dispatched_at timestamp encode az64,
    last_delivered_at timestamp encode az64,
    first_prc_at timestamp encode az64,
    last_crac_at timestamp encode az64,
    first_invoiced_at timestamp encode az64,
    last_paid_at timestamp encode az64,
    rejected_at timestamp encode az64,
    cancelled_at timestamp encode az64,
    award_to_contract_days integer encode az64,
    contract_to_acceptance_days integer encode az64,
    acceptance_to_dispatch_days integer encode az64,
    dispatch_to_delivery_days integer encode az64,
    delivery_to_crac_days integer encode az64,
    crac_to_payment_days integer encode az64,
    order_to_cash_days integer encode az64,
    total_value numeric(18,2) encode az64,
    accepted_value numeric(18,2) not null encode az64,
    paid_value numeric(18,2) not null encode az64,
    ld_amount numeric(18,2) not null encode az64,
    line_count integer not null encode az64,
    is_fully_paid boolean not null encode raw,
    is_mse_matched boolean not null encode raw,
    has_amendment_without_line boolean not null encode raw,
    is_void boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_id),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (buyer_user_key) references mart.dim_buyer_user (buyer_user_key)
)
diststyle key
distkey (contract_id)
sortkey (bid_id, contract_date_key);

comment on table mart.fact_contract_lifecycle is 'Contracts from bid to end: one contract';

create table ops.fact_contract_lifecycle_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    total_value numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_security_deposit (
    source_id varchar(32) not null encode zstd,
    deposit_id bigint not null encode az64,
    kind varchar(32) encode zstd,
    bid_id bigint encode az64,
    contract_id bigint encode az64,
    seller_id bigint encode az64,
    mode varchar(32) encode zstd,
    status varchar(32) encode zstd,
    seller_key bigint not null encode az64,
    held_date_key integer not null encode raw,
    released_date_key integer not null encode az64,
    held_at timestamp encode az64,
    valid_until timestamp encode az64,
    released_at timestamp encode az64,
    amount numeric(18,2) encode az64,
    held_days integer encode az64,
    is_forfeited boolean not null encode raw,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, deposit_id),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle even
sortkey (held_date_key);

comment on table mart.fact_security_deposit is 'Earnest money and performance guarantees: one deposit';

create table ops.fact_security_deposit_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    amount numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_platform_charge (
    source_id varchar(32) not null encode zstd,
    charge_id bigint not null encode az64,
    seller_id bigint encode az64,
    contract_id bigint encode az64,
    kind varchar(32) encode zstd,
    fy varchar(7) encode zstd,
    seller_key bigint not null encode az64,
    charged_date_key integer not null encode raw,
    charged_at timestamp encode az64,
    status varchar(32) encode zstd,
    base_value numeric(18,2) encode az64,
    amount numeric(18,2) encode az64,
    gst numeric(18,2) encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, charge_id),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle key
distkey (seller_id)
sortkey (charged_date_key);

comment on table mart.fact_platform_charge is 'Charges of the platform: one charge';

create table ops.fact_platform_charge_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    base_value numeric(38,2) not null encode az64,
    amount numeric(38,2) not null encode az64,
    gst numeric(38,2) not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_incident (
    source_id varchar(32) not null encode zstd,
    incident_id bigint not null encode az64,
    stage varchar(32) encode zstd,
    raised_by_type varchar(32) encode zstd,
    raised_by_id bigint encode az64,
    against_type varchar(32) encode zstd,
    against_id bigint encode az64,
    seller_id bigint encode az64,
    contract_id bigint encode az64,
    bid_id bigint encode az64,
    reason_code varchar(32) encode zstd,
    incident_reason_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    raised_date_key integer not null encode raw,
    closed_date_key integer not null encode az64,
    raised_at timestamp encode az64,
    escalated_at timestamp encode az64,
    scn_at timestamp encode az64,
    responded_at timestamp encode az64,
    closed_at timestamp encode az64,
    severity varchar(32) encode zstd,
    outcome varchar(32) encode zstd,
    hours_to_escalate numeric(12,2) encode az64,
    hours_to_respond numeric(12,2) encode az64,
    hours_to_close numeric(12,2) encode az64,
    days_scn_to_response integer encode az64,
    days_to_close integer encode az64,
    suspension_days integer encode az64,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, incident_id),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (incident_reason_key) references mart.dim_incident_reason (incident_reason_key)
)
diststyle even
sortkey (raised_date_key);

comment on table mart.fact_incident is 'Incidents: one incident';

create table ops.fact_incident_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.fact_rating (
    source_id varchar(32) not null encode zstd,
    rating_id bigint not null encode az64,
    contract_id bigint encode az64,
    ratee_type varchar(32) encode zstd,
    seller_id bigint encode az64,
    org_id bigint encode az64,
    seller_key bigint not null encode az64,
    buyer_org_key bigint not null encode az64,
    rated_date_key integer not null encode raw,
    rated_at timestamp encode az64,
    score numeric(7,3) encode az64,
    component_scores varchar(4096) encode zstd,
    batch_id varchar(64) encode zstd,
    source_version bigint encode az64,
    dw_inserted_at timestamp encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, rating_id),
    foreign key (seller_key) references mart.dim_seller (seller_key),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key)
)
diststyle even
sortkey (rated_date_key);

comment on table mart.fact_rating is 'Ratings: one rating';

create table ops.fact_rating_digest (
    source_id varchar(32) not null encode zstd,
    bucket bigint not null encode raw,
    row_count bigint not null encode az64,
    hash_1 numeric(38,0) not null encode az64,
    hash_2 numeric(38,0) not null encode az64,
    primary key (source_id, bucket)
)
diststyle all
sortkey (bucket);

create table mart.agg_gmv_daily (
    source_id varchar(32) not null encode zstd,
    contract_date_key integer not null encode raw,
    ministry_id bigint not null encode az64,
    ministry_name varchar(1024) not null encode zstd,
    buyer_state_code varchar(2) not null encode zstd,
    category_level1 varchar(512) not null encode zstd,
    seller_size varchar(32) not null encode zstd,
    buy_mode varchar(32) not null encode zstd,
    orders bigint not null encode az64,
    orders_in_category bigint not null encode az64,
    order_lines bigint not null encode az64,
    gross_gmv numeric(18,2) not null encode az64,
    net_gmv numeric(18,2) not null encode az64,
    mse_value numeric(18,2) not null encode az64,
    women_value numeric(18,2) not null encode az64,
    scst_value numeric(18,2) not null encode az64,
    startup_value numeric(18,2) not null encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, contract_date_key, ministry_id, ministry_name, buyer_state_code, category_level1, seller_size, buy_mode)
)
diststyle all
sortkey (contract_date_key);

comment on table mart.agg_gmv_daily is 'Orders and their value by day, kept by every load: one day, ministry, state of the buyer, category of the first level, size of the seller and mode of purchase';

create table mart.fact_catalogue_month (
    source_id varchar(32) not null encode zstd,
    category_id bigint not null encode az64,
    seller_id bigint not null encode az64,
    category_key bigint not null encode az64,
    seller_key bigint not null encode az64,
    month_end_date_key integer not null encode raw,
    month_end_at timestamp not null encode az64,
    live_offers integer not null encode az64,
    min_price numeric(18,2) encode az64,
    median_price numeric(18,2) encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, category_id, seller_id, month_end_date_key),
    foreign key (category_key) references mart.dim_category (category_key),
    foreign key (seller_key) references mart.dim_seller (seller_key)
)
diststyle key
distkey (seller_id)
sortkey (month_end_date_key);

comment on table mart.fact_catalogue_month is 'Live offers of the catalogue at the end of each month: one category and seller at the end of a month in India';

create table mart.fact_procurement_target (
    source_id varchar(32) not null encode zstd,
    org_id bigint not null encode raw,
    buyer_org_key bigint not null encode az64,
    year_begins_date_key integer not null encode az64,
    year_begins_at timestamp not null encode az64,
    target_code varchar(64) not null encode zstd,
    target_pct numeric(7,3) not null encode az64,
    dw_updated_at timestamp encode az64,
    primary key (source_id, org_id, year_begins_date_key, target_code),
    foreign key (buyer_org_key) references mart.dim_buyer_org (buyer_org_key)
)
diststyle all
sortkey (org_id, year_begins_date_key);

comment on table mart.fact_procurement_target is 'Targets of procurement from micro and small enterprises: one target of one bound organisation in one financial year';
