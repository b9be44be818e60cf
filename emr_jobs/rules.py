"""Every quality rule there is; gem.contracts.quality says what their reasons mean."""

from emr_jobs.contract_rules import CONTRACT_RULES
from emr_jobs.declared_rules import declared_rules
from emr_jobs.domain_rules import DOMAIN_RULES
from emr_jobs.quality import RowRule
from emr_jobs.set_rules import KEY_RULES, SetRule
from emr_jobs.sum_rules import SUM_RULES
from gem.contracts.source.aggregates import SOURCE_TABLES

ROW_RULES: tuple[RowRule, ...] = (
    *(rule for table in SOURCE_TABLES.values() for rule in declared_rules(table)),
    *DOMAIN_RULES,
)
SET_RULES: tuple[SetRule, ...] = (*KEY_RULES, *CONTRACT_RULES, *SUM_RULES)
