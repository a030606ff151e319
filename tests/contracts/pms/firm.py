"""A company of its own with one person of each role, signed in, whose rules a test may change."""

from dataclasses import dataclass
from uuid import uuid4

from tests.contracts.pms.client import Json, PmsClient, signed_in
from tests.serving import FettleServer

ROLES = ("VIEWER", "OPERATOR", "PLANNER", "ADMIN")
UNDECIDED: Json = {
    "fourEyes": True,
    "reasonsRequired": True,
    "retentionDays": 3650,
    "completionSignature": "optional",
}


@dataclass(frozen=True)
class Firm:
    """`people` and their passwords by role; `robot` and `tool` are keys that may speak for all of them.

    The first belongs to a service that is an administrator, the second to the planner.
    """

    people: dict[str, PmsClient]
    ids: dict[str, str]
    robot: PmsClient
    tool: PmsClient
    passwords: dict[str, str]

    def close(self) -> None:
        for client in (*self.people.values(), self.robot, self.tool):
            client.http.close()

    @property
    def admin(self) -> PmsClient:
        return self.people["ADMIN"]

    @property
    def planner(self) -> PmsClient:
        return self.people["PLANNER"]

    @property
    def operator(self) -> PmsClient:
        return self.people["OPERATOR"]

    def order(self, status: str = "DRAFT", by: str = "PLANNER") -> Json:
        """A fresh order that got there by itself, without approvals."""
        order = self.people[by].new_order()
        for to in _WAYS[status]:
            self.admin.move(order["id"], to)
        return order

    def ask(self, order: Json, *roles: str) -> None:
        for role in roles:
            body = {"approverUserId": self.ids[role]}
            self.planner.data("POST", f"/v1/work-orders/{order['id']}/approvals", status=201, json=body)

    def place(self, order: Json, role: str) -> str:
        """Where the approval of that person is."""
        return f"/v1/work-orders/{order['id']}/approvals/{self.ids[role]}"

    def approve(self, order: Json, role: str) -> None:
        self.people[role].data("PATCH", self.place(order, role), json={"status": "APPROVED"})

    def rules(self, **rules: bool | str | int) -> None:
        """These, and for the rest the ones that count where nobody decided."""
        self.admin.data("PUT", "/v1/company-rules", json=UNDECIDED | rules)

    def shown(self, order: Json, role: str = "PLANNER") -> Json:
        found: Json = self.people[role].data("GET", f"/v1/work-orders/{order['id']}")
        return found

    def answers(self, order: Json) -> dict[str, str]:
        """What has become of each question, by role."""
        by_id = {each["approverUserId"]: each["status"] for each in self.shown(order)["approvals"]}
        return {role: by_id[user_id] for role, user_id in self.ids.items() if user_id in by_id}

    def last_entry(self, order: Json) -> Json:
        found: Json = self.admin.walk(f"/v1/work-orders/{order['id']}/activity")[-1]
        return found


_WAYS = {
    "DRAFT": (),
    "REVIEW": ("REVIEW",),
    "PRODUCTION": ("REVIEW", "PRODUCTION"),
    "COMPLETE": ("REVIEW", "PRODUCTION", "COMPLETE"),
    "CANCELED": ("CANCELED",),
}


def attach(client: PmsClient, order: Json, name: str = "note") -> str:
    """Add a text to an order; its path."""
    form = {"type": (None, "TEXT"), "name": (None, name), "value": (None, "text é")}
    added = client.data("POST", f"/v1/work-orders/{order['id']}/attachments", status=201, files=form)
    return f"/v1/work-orders/{order['id']}/attachments/{added['id']}"


def make_firm(server: FettleServer) -> Firm:
    """Everybody has an own account; the key belongs to a service of the company."""
    domain = f"{uuid4()}.example"
    made = server.command("init", "--company", domain, "--email", f"admin@{domain}")
    people = {"ADMIN": signed_in(server.base_url, f"admin@{domain}", made["password"])}
    passwords = {"ADMIN": made["password"]}
    for role in ROLES[:-1]:
        email = f"{role.lower()}@{domain}"
        added = server.command("user", "add", "--email", email, "--role", role, "--company", made["company_id"])
        people[role] = signed_in(server.base_url, email, added["password"])
        passwords[role] = added["password"]
    service = f"service@{domain}"
    arguments = ("user", "add", "--email", service, "--role", "ADMIN", "--no-password", "--company", made["company_id"])
    server.command(*arguments)
    robot, tool = (_with_key_of(server, user) for user in (service, f"planner@{domain}"))
    body = {"name": "Pump", "componentType": "SN"}
    component_id = people["ADMIN"].data("POST", "/v1/components", status=201, json=body)["id"]
    for client in (*people.values(), robot, tool):
        client.component_id = component_id
    ids = {role: client.data("GET", "/v1/me")["userId"] for role, client in people.items()}
    return Firm(people, ids, robot, tool, passwords)


def _with_key_of(server: FettleServer, email: str) -> PmsClient:
    key = server.command("key", "create", "--user", email, "--scopes", "all")["api_key"]
    return PmsClient(server.base_url, {"X-API-Key": key})
