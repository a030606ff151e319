from fettle.domain.repeats import Effect
from fettle.services.rows import Transaction
from tests.db.records import Records


def test_an_effect_is_found_by_company_user_and_key(tx: Transaction, records: Records, strangers: Records) -> None:
    company_id, user_id = records.company.id, records.user.id
    effect = Effect(company_id, user_id, "clé %_'", "fingerprint", '{"id":"1"}', 5)
    tx.effects.add(effect)
    assert tx.effects.find(company_id, user_id, effect.key) == effect
    assert tx.effects.find(strangers.company.id, user_id, effect.key) is None
    assert tx.effects.find(company_id, strangers.user.id, effect.key) is None
    assert tx.effects.find(company_id, user_id, "other") is None


def test_old_effects_are_forgotten(tx: Transaction, records: Records) -> None:
    for at in (1, 2, 3):
        tx.effects.add(Effect(records.company.id, records.user.id, str(at), "f", "{}", at))
    assert tx.effects.delete_before(3) == 2
    assert tx.effects.find(records.company.id, records.user.id, "3") is not None
    assert tx.effects.delete_before(3) == 0
