"""What the one who runs the server may do without signing in, by the same rules as everybody else."""

from fettle.domain.accounts import check_email
from fettle.domain.errors import Conflict, NotFound, invalid_field
from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.people import Company, Credential, CredentialKind, Role, User
from fettle.services.gate import Act, Done, Gate
from fettle.services.keys import MadeKey, NewKey, add_key, made_key, revoke_key
from fettle.services.password_checks import PasswordChecks
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction
from fettle.services.users import NewUser, UserChange, add_user, change_user, get_person


class Owner:
    """The ways in of the command line. Changes are recorded under the company's system user."""

    def __init__(self, database: Database, gate: Gate, clock: Clock, passwords: PasswordChecks) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._clock = clock
        self._passwords = passwords

    async def create_company(self, name: str, admin: NewUser) -> tuple[str, str]:
        """Make a company with its system user and first administrator; answers with the ids of company and admin.

        Raises INVALID_BODY, COMPANY_EXISTS, EMAIL_TAKEN.
        """
        if not 1 <= len(name.strip()) <= MAX_NAME_CHARACTERS:
            raise invalid_field("company", "length", min=1, max=MAX_NAME_CHARACTERS)
        password_hash = await self._passwords.hash_new(admin.password)
        now = self._clock.now()

        def command(tx: Transaction) -> tuple[str, str]:
            act = Act(self._clock.new_id(), self._clock.new_id(), now, self._clock.new_id, self._clock.new_salt)
            _add_company(tx, act, name.strip())
            return act.company_id, add_user(tx, act, admin, password_hash).id

        return await self._database.write(command)

    async def companies(self) -> list[Company]:
        """All companies of this server."""
        return await self._database.read(lambda tx: tx.people.companies())

    async def add_user(self, company_id: str, new: NewUser) -> Done:
        """As `Users.add`."""
        password_hash = await self._passwords.hash_new(new.password)
        return await self._gate.write_as_server(company_id, lambda tx, act: add_user(tx, act, new, password_hash))

    async def change_user(self, company_id: str, user_id: str, change: UserChange) -> Done:
        """As `Users.change`."""
        password_hash = await self._passwords.hash_new(change.password)

        def command(tx: Transaction, act: Act) -> Done:
            return change_user(tx, act, get_person(tx, company_id, user_id), change, password_hash)

        return await self._gate.write_as_server(company_id, command)

    async def users(self, company_id: str) -> list[User]:
        """All users of a company but the server's own."""
        users = await self._database.read(lambda tx: tx.people.users(company_id))
        return [user for user in users if not user.is_system]

    async def get_user_by_email(self, email: str) -> User:
        """The user of that address, in whichever company; raises INVALID_BODY, NotFound."""
        wanted = check_email(email)
        user = await self._database.read(lambda tx: tx.people.find_user_by_email(wanted))
        if user is None or user.is_system:
            raise NotFound
        return user

    async def create_key(self, company_id: str, new: NewKey) -> MadeKey:
        """As `Keys.create`."""
        secret = self._clock.new_secret()
        done = await self._gate.write_as_server(company_id, lambda tx, act: add_key(tx, act, new, secret))
        return made_key(done, secret)

    async def keys(self, company_id: str) -> list[Credential]:
        """All keys of a company, revoked ones too."""
        return await self._database.read(lambda tx: tx.people.credentials(company_id, CredentialKind.KEY))

    async def revoke_key(self, key_id: str) -> Done:
        """As `Keys.revoke`, in whichever company the key is."""
        found = await self._database.read(lambda tx: tx.people.find_credential(key_id))
        if found is None:
            raise NotFound
        company_id = found[0].company_id
        return await self._gate.write_as_server(company_id, lambda tx, act: revoke_key(tx, act, key_id))


def _add_company(tx: Transaction, act: Act, name: str) -> None:
    if tx.people.find_company_by_name(name) is not None:
        raise Conflict("COMPANY_EXISTS", name=name)
    tx.people.add_company(Company(act.company_id, name, act.now))
    tx.people.add_user(
        User(
            id=act.actor_id,
            company_id=act.company_id,
            email=f"system@{act.company_id}.invalid",
            first_name="Fettle",
            last_name="System",
            role=Role.VIEWER,
            created_at=act.now,
            is_system=True,
        )
    )
