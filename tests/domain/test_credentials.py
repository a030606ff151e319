"""The written form of keys and tokens."""

import string

from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.credentials import hash_secret, read_credential, write_credential
from fettle.domain.people import CredentialKind

_SECRETS = st.text(alphabet=string.ascii_letters + string.digits, min_size=32, max_size=64)


@given(st.sampled_from(CredentialKind), st.uuids().map(str), _SECRETS)
def test_what_is_written_is_read(kind: CredentialKind, credential_id: str, secret: str) -> None:
    presented = read_credential(write_credential(kind, credential_id, secret))
    assert presented is not None
    assert presented == (kind, credential_id, hash_secret(secret))


@given(st.uuids().map(str), _SECRETS, st.data())
def test_one_changed_character_is_noticed(credential_id: str, secret: str, data: st.DataObject) -> None:
    text = write_credential(CredentialKind.KEY, credential_id, secret)
    place = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "_").filter(lambda c: c != text[place]))
    assert read_credential(text[:place] + other + text[place + 1 :]) is None


@given(st.text())
def test_any_other_text_is_no_credential(text: str) -> None:
    assert read_credential(text) is None
