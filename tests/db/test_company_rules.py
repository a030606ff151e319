from fettle.domain.company_rules import CompanyRules, CompletionSignature
from fettle.services.rows import Transaction
from tests.db.records import Records


def test_the_strict_rules_count_until_others_are_set(tx: Transaction, records: Records, strangers: Records) -> None:
    company_id = records.company.id
    assert tx.company_rules.of_company(company_id) == CompanyRules(company_id)
    assert CompanyRules(company_id).four_eyes
    assert CompanyRules(company_id).reasons_required
    assert CompanyRules(company_id).completion_signature is CompletionSignature.OPTIONAL
    for four_eyes in (False, True):
        signature = CompletionSignature.REQUIRED if four_eyes else CompletionSignature.OPTIONAL
        rules = CompanyRules(company_id, 7, records.user.id, four_eyes, not four_eyes, 7, signature)
        tx.company_rules.set(rules)
        assert tx.company_rules.of_company(company_id) == rules
    assert tx.company_rules.of_company(strangers.company.id) == CompanyRules(strangers.company.id)
