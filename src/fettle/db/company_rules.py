"""The rules of companies as rows; none stands for the strict ones."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.company_rules import CompanyRules

COMPANY_RULES = Table("company_rules", CompanyRules)


class CompanyRuleTable:
    """Fulfils `services.rule_rows.CompanyRuleRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def set(self, rules: CompanyRules) -> None:
        self._sql.run("DELETE FROM company_rules WHERE company_id = ?", rules.company_id)
        COMPANY_RULES.add(self._sql, rules)

    def of_company(self, company_id: str) -> CompanyRules:
        return COMPANY_RULES.find(self._sql, "company_id = ?", company_id) or CompanyRules(company_id)
