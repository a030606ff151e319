"""Working on a draft: saved as one types and never overwritten, with documents, kept as a template, duplicated."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import FilePayload, Page, Route, expect

from tests.pages.records import number_in, order_of, read
from tests.pages.site import Site, require_accessible

_BRING = """([kind, held]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(["brought"], `by-${kind}.txt`, { type: "text/plain" }));
  const event = new Event(kind, { bubbles: true, cancelable: true });
  Object.defineProperty(event, held, { value: transfer });
  document.body.dispatchEvent(event);
}"""


@pytest.fixture
def draft(desk: httpx.Client, site: Site) -> dict[str, Any]:
    """A fresh draft, as `/v1` shows it."""
    photos = [{"step": "before-1", "label": "Before", "minCount": 2}, {"step": "after-1", "label": "After"}]
    body = {"name": "Gearbox", "componentId": site.demo["component_id"], "quantity": 1, "requiredPhotos": photos}
    body |= {"deadline": "2031-07-01T07:30:15Z", "description": "Drain the oil first."}
    made = desk.post("/v1/work-orders", json=body)
    assert made.is_success, made.text
    return order_of(desk, made.json()["data"]["workOrderId"])


async def _edit(planner: Page, site: Site, draft: dict[str, Any]) -> None:
    await planner.goto(f"{site.url}/orders/{draft['woNumber']}/edit")
    await expect(planner.locator("#truth")).to_have_text("All is saved")


def _attachments(desk: httpx.Client, draft: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(desk, f"work-orders/{draft['id']}/attachments")
    return found


async def _choose(planner: Page, name: str, media_type: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": media_type, "buffer": content}
    await planner.locator("#files").set_input_files(files=[file])


def _robot_changes(site: Site, draft: dict[str, Any], **fields: Any) -> None:
    with site.api() as api:
        assert api.patch(f"/v1/work-orders/{draft['id']}", json=fields).is_success


async def test_every_field_saves_by_itself(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any], expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource")
    await _edit(planner, site, draft)
    truth = planner.locator("#truth")
    await planner.get_by_label("Name", exact=True).fill("Gearbox, small")
    await expect(truth).to_contain_text("Saved at")
    await planner.get_by_label("What the photo shows").first.fill("Before opening")
    await planner.get_by_role("button", name="Move down").first.click()
    await planner.get_by_label("Assignee").select_option("Olga Operator")
    await planner.get_by_label("Quantity").fill("0")
    await expect(truth).to_have_text("Not saved: see the field in red.")
    await planner.context.set_offline(offline=True)
    await planner.get_by_label("Quantity").fill("5")
    await expect(truth).to_have_text("Not saved: no connection. Trying again …")
    await planner.context.set_offline(offline=False)
    await expect(truth).to_contain_text("Saved at")
    await require_accessible(planner)
    order = order_of(desk, draft["id"])
    assert (order["name"], order["quantity"]) == ("Gearbox, small", 5)
    assert order["deadline"] == draft["deadline"], "a time that nobody touched keeps its seconds"
    assert order["assigneeUserId"]
    steps = [(each["step"], each["label"]) for each in order["requiredPhotos"]]
    assert steps == [("after-1", "After"), ("before-1", "Before opening")], "photos that were taken still count"


async def test_a_conflict_is_shown_and_never_overwritten(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any], expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource")
    await _edit(planner, site, draft)
    truth = planner.locator("#truth")
    _robot_changes(site, draft, name="Gearbox, theirs", quantity=7)
    await planner.get_by_label("Name", exact=True).fill("Gearbox, mine")
    panel = planner.locator(".conflict")
    await expect(panel).to_contain_text("Gearbox, theirs")
    await expect(panel).to_contain_text("Gearbox, mine")
    await expect(truth).to_contain_text("Not saved: somebody else changed the same.")
    await expect(planner.get_by_label("Quantity")).to_have_value("7")
    await require_accessible(planner)
    await planner.get_by_label("Phase").fill("Assembly")
    await planner.wait_for_function("document.querySelector('#truth').dataset.state === 'not'")
    assert order_of(desk, draft["id"])["name"] == "Gearbox, theirs"
    await panel.get_by_role("button", name="Use mine").click()
    await expect(truth).to_contain_text("Saved at")
    order = order_of(desk, draft["id"])
    assert (order["name"], order["quantity"], order["phase"]) == ("Gearbox, mine", 7, "Assembly")
    _robot_changes(site, draft, description="Theirs again")
    await planner.get_by_label("Description").fill("Mine again")
    await panel.get_by_role("button", name="Keep theirs").click()
    await expect(planner.get_by_label("Description")).to_have_value("Theirs again")
    await expect(truth).to_have_text("All is saved")
    assert order_of(desk, draft["id"])["description"] == "Theirs again"


def test_without_script_a_conflict_is_shown_too(desk: httpx.Client, site: Site, draft: dict[str, Any]) -> None:
    path = f"/orders/{draft['woNumber']}/edit"
    form = {"name": "Mine", "component": "Bracket", "quantity": "1", "version": str(draft["version"]), "zone": "UTC"}
    form |= {"deadline": "2031-07-01T07:30", "photos": "2 x Before\r\n1 x After", "description": draft["description"]}
    _robot_changes(site, draft, name="Theirs")
    refused = desk.post(path, data=form)
    assert refused.status_code == 412
    assert 'value="Mine"' in refused.text
    assert "It is now:</strong> <span>Theirs" in refused.text
    form["version"] = str(order_of(desk, draft["id"])["version"])
    assert desk.post(path, data=form).headers["location"] == path
    order = order_of(desk, draft["id"])
    assert (order["name"], order["deadline"]) == ("Mine", draft["deadline"])
    assert [each["step"] for each in order["requiredPhotos"]] == ["before-1", "after-1"]


async def test_documents_come_by_hand_by_folder_and_from_the_clipboard(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any], tmp_path: Path, expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource: the server responded with a status of 415")
    folder = tmp_path / "plans"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "wiring.txt").write_bytes(b"the wiring")
    (folder / "notes.txt").write_text("notes")
    await _edit(planner, site, draft)
    listed = planner.locator(".documents .what a")
    await _choose(planner, "no-picture.png", "image/png", b"but a text")
    await expect(listed).to_have_text(["no-picture.png"])
    await planner.locator("#folder").set_input_files(folder)
    await expect(listed).to_have_count(3)
    for kind, held in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        await planner.evaluate(_BRING, [kind, held])
    await expect(listed).to_have_count(5)
    names = set(await listed.all_inner_texts())
    assert {"no-picture.png", "plans/sub/wiring.txt", "plans/notes.txt", "by-drop.txt", "by-paste.txt"} == names
    await require_accessible(planner)
    found = _attachments(desk, draft)
    sizes = {each["name"]: each["size"] for each in found}
    assert sizes["plans/sub/wiring.txt"] == len(b"the wiring")
    row = planner.locator(".documents > li", has_text="plans/notes.txt")
    await row.locator("summary").click()
    await row.get_by_label("Why?").fill("Replaced by revision B")
    await row.get_by_role("button", name="Delete").click()
    await expect(listed).to_have_count(4)
    found = _attachments(desk, draft)
    gone = [each for each in found if each["state"] == "deleted"]
    assert [(each["name"], each["deletion"]["reason"]) for each in gone] == [
        ("plans/notes.txt", "Replaced by revision B")
    ]


async def test_a_file_that_is_refused_says_why(
    planner: Page, site: Site, draft: dict[str, Any], expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource")
    await _edit(planner, site, draft)
    with site.api() as api:
        moved = api.patch(f"/v1/work-orders/{draft['id']}/status", json={"status": "REVIEW"})
        assert moved.is_success
    await _choose(planner, "late.txt", "text/plain", b"late")
    await expect(planner.locator("#sending li")).to_contain_text("not sent: The work order is REVIEW")
    await planner.get_by_label("Name", exact=True).fill("Too late")
    await expect(planner.locator("#truth")).to_contain_text("Not saved: this is no draft any more.")


async def test_a_template_is_made_and_used_and_an_order_is_duplicated(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any]
) -> None:
    await _edit(planner, site, draft)
    await _choose(planner, "manual.txt", "text/plain", b"the manual")
    await expect(planner.locator(".documents .what a")).to_have_text(["manual.txt"])
    await planner.get_by_text("Save as a template").click()
    await planner.get_by_label("Name of the template").fill("Gearbox: yearly")
    await planner.get_by_role("button", name="Make the template").click()
    await planner.get_by_role("link", name="Make an order from it").click()
    await expect(planner.get_by_label("Name", exact=True)).to_have_value("Gearbox: yearly")
    await require_accessible(planner)
    await planner.get_by_role("button", name="Make the draft").click()
    await planner.wait_for_url(f"{site.url}/orders/*/edit")
    await expect(planner.locator(".documents .what a")).to_have_text(["manual.txt"])
    await planner.get_by_role("link", name="Duplicate").click()
    await planner.get_by_label("Name", exact=True).fill("Gearbox, once more")
    await planner.get_by_role("button", name="Make the draft").click()
    await planner.wait_for_url(f"{site.url}/orders/*/edit")
    order = order_of(desk, number_in(planner.url))
    steps = [(each["step"], each["label"], each["minCount"]) for each in order["requiredPhotos"]]
    assert steps == [("before-1", "Before", 2), ("after-1", "After", 1)]
    assert (order["name"], order["attachmentCount"]) == ("Gearbox, once more", 0)


def test_a_template_needs_a_name_of_its_own(desk: httpx.Client, draft: dict[str, Any]) -> None:
    path = f"/orders/{draft['woNumber']}/edit/template"
    made, taken = (desk.post(path, data={"template_name": "Gearbox: of its own"}) for _ in range(2))
    assert (made.status_code, taken.status_code) == (303, 409)
    assert 'role="alert">' in taken.text


def test_a_document_that_is_not_there_cannot_go(desk: httpx.Client, draft: dict[str, Any]) -> None:
    path = f"/orders/{draft['woNumber']}/edit/documents/{draft['id']}/deletion"
    for headers in ({}, {"HX-Request": "true"}):
        answer = desk.post(path, data={"reason": "none such"}, headers=headers)
        assert "There is nothing here." in answer.text


def test_what_is_no_draft_is_looked_at(desk: httpx.Client, site: Site, draft: dict[str, Any]) -> None:
    with site.api() as api:
        assert api.patch(f"/v1/work-orders/{draft['id']}/status", json={"status": "REVIEW"}).is_success
    answer = desk.get(f"/orders/{draft['woNumber']}/edit")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/orders/{draft['woNumber']}")


async def test_an_upload_goes_on_after_a_reload_and_comes_once(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any], tmp_path: Path, expected_errors: list[str]
) -> None:
    expected_errors.append("Failed to load resource")
    file, begun = tmp_path / "film.bin", []
    file.write_bytes(b"12345678" * (9 << 17))  # more than one chunk

    async def cut(route: Route) -> None:
        is_second = route.request.headers.get("upload-offset", "0") != "0"
        await (route.abort() if route.request.method == "PATCH" and is_second else route.continue_())

    planner.on("request", lambda request: begun.append(request.url) if request.method == "POST" else None)
    await _edit(planner, site, draft)
    await planner.route("**/v1/uploads/*", cut)
    await planner.locator("#files").set_input_files(file)
    await expect(planner.locator("#sending .how")).to_contain_text("sending 88 %")
    await planner.reload()
    await planner.unroute("**/v1/uploads/*")
    await planner.locator("#files").set_input_files(file)
    await expect(planner.locator(".documents .what a")).to_have_text(["film.bin"])
    assert [(each["name"], each["size"]) for each in _attachments(desk, draft)] == [("film.bin", 9 << 20)]
    assert len([url for url in begun if url.endswith("/v1/uploads")]) == 1


async def test_steps_that_share_a_label_stay_apart(
    planner: Page, site: Site, desk: httpx.Client, draft: dict[str, Any]
) -> None:
    photos = [{"step": step, "label": "Seal", "minCount": 1} for step in ("left", "right")]
    with site.api() as api:
        path = f"/v1/work-orders/{draft['id']}/required-photos"
        assert api.put(path, json={"requiredPhotos": photos}).is_success
    await _edit(planner, site, draft)
    await planner.get_by_label("How many").nth(1).fill("4")
    await expect(planner.locator("#truth")).to_contain_text("Saved at")
    order = order_of(desk, draft["id"])
    assert [(each["step"], each["minCount"]) for each in order["requiredPhotos"]] == [("left", 1), ("right", 4)]


async def test_in_french_on_a_phone(planner: Page, site: Site, draft: dict[str, Any]) -> None:
    await planner.set_viewport_size({"width": 390, "height": 844})
    await planner.locator("summary").click()
    await planner.get_by_role("button", name="Français").click()
    await planner.goto(f"{site.url}/orders/{draft['woNumber']}/edit")
    await planner.get_by_label("Nom", exact=True).fill("Réducteur")
    await expect(planner.locator("#truth")).to_contain_text("Enregistré à")
    await require_accessible(planner)
    width = await planner.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing hangs over the edge of the phone"
