from fettle.domain.passkeys import Challenge, Passkey, Purpose
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def _passkey(records: Records, credential_id: str, created_at: int = 1) -> Passkey:
    said = (new_id(), records.company.id, records.user.id, "Telephone", credential_id, "key")
    return Passkey(*said, 2**32 - 1, created_at)


def test_a_passkey_is_its_owners_alone_and_there_once(tx: Transaction, records: Records, strangers: Records) -> None:
    later, first = _passkey(records, "b", 2), _passkey(records, "a", 1)
    assert tx.passkeys.add(later)
    assert tx.passkeys.add(first)
    assert not tx.passkeys.add(_passkey(strangers, "a"))
    mine, theirs = records.user.id, strangers.user.id
    assert tx.passkeys.of_user(mine) == [first, later]
    assert tx.passkeys.of_user(theirs) == []
    assert tx.passkeys.find(mine, first.id) == tx.passkeys.find_by_credential(mine, "a") == first
    assert tx.passkeys.find(theirs, first.id) is tx.passkeys.find_by_credential(theirs, "a") is None
    tx.passkeys.note_use(first.id, 7, 9)
    used = tx.passkeys.find(mine, first.id)
    assert used is not None
    assert (used.sign_count, used.last_used_at) == (7, 9)
    tx.passkeys.delete(first.id)
    assert tx.passkeys.of_user(mine) == [later]


def test_a_newer_challenge_takes_the_place_of_the_older(tx: Transaction, records: Records) -> None:
    def challenge(purpose: Purpose, subject: str, nonce: str) -> Challenge:
        return Challenge(records.user.id, purpose, subject, records.company.id, nonce, "00", 5)

    first, second = challenge(Purpose.SIGN, "o", "1"), challenge(Purpose.SIGN, "o", "2")
    others = [challenge(Purpose.SIGN, "p", "3"), challenge(Purpose.REGISTER, "", "4")]
    for each in (first, *others, second):
        tx.passkeys.ask(each)
    assert tx.passkeys.find_challenge(records.user.id, Purpose.SIGN, "o") == second
    tx.passkeys.end_challenge(second)
    assert tx.passkeys.find_challenge(records.user.id, Purpose.SIGN, "o") is None
    for each in others:
        assert tx.passkeys.find_challenge(records.user.id, each.purpose, each.subject) == each
    tx.passkeys.add(_passkey(records, "a"))
    tx.passkeys.forget(records.user.id)
    assert tx.passkeys.of_user(records.user.id) == []
    assert tx.passkeys.find_challenge(records.user.id, Purpose.REGISTER, "") is None
    assert second.counts_at(4)
    assert not second.counts_at(5)
