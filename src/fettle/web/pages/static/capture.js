// Taking photos of one work order: whatever is chosen is kept on this device first, and sent from there.

// Loaded with the page, so that it is there when the network is not.
import "./tus-js-client-4.3.1.min.js";
import { keep } from "./queue.js";
import { wakeNow } from "./sending.js";
import { Tiles, tellStanding } from "./tiles.js";

const page = document.getElementById("capture");
const steps = page.querySelector(".steps");
const about = {
  userId: document.querySelector(".frame")?.dataset.user ?? localStorage.getItem("fettle-user"),
  order: page.dataset.order,
  number: page.dataset.number,
  name: page.dataset.name,
};
const isOfHere = (photo) => photo.order === about.order || photo.number === about.number;
let stored = 0;

// An empty place on the order's page leads here for a step of its own.
const named = new URLSearchParams(location.hash.slice(1)).get("step");
const place = named === null ? null : steps?.querySelector(`input[value="${CSS.escape(named)}"]`);
if (place) place.checked = true;

const tiles = new Tiles(page.querySelector(".photos"), about.userId, { isShown: isOfHere, changed });

for (const input of page.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", async () => {
    const files = [...input.files];
    input.value = "";
    for (const file of files) await take(file);
    chooseNext();
  });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") refresh();
});

async function take(file) {
  const step = chosen();
  // A browser that is short of room then throws other things away first.
  navigator.storage?.persist?.();
  try {
    await keep(file, { ...about, step: step?.value, label: step?.dataset.label });
  } catch (error) {
    const told = page.querySelector("[data-unkept]");
    told.hidden = false;
    told.querySelector("span").textContent = `${file.name}: ${error.message}`;
    return;
  }
  await tiles.show();
  wakeNow();
}

function chosen() {
  return steps?.querySelector("input:checked");
}

/** After a photo the first step that still needs one, unless the chosen one does. */
function chooseNext() {
  const isShort = (input) => Number(input.dataset.stored) + Number(input.dataset.pending ?? 0) < Number(input.dataset.required);
  const now = chosen();
  if (!now || !now.dataset.required || isShort(now)) return;
  const next = [...steps.querySelectorAll("input[data-required]")].find(isShort);
  if (next) next.checked = true;
}

function changed(shown, reason) {
  tellStanding(page.querySelector(".standing"), shown, reason);
  for (const input of steps?.querySelectorAll("input[data-required]") ?? []) {
    const waits = shown.filter((photo) => photo.state === "waiting" && photo.step === input.value).length;
    input.dataset.pending = String(waits);
    const pending = input.parentElement.querySelector(".pending");
    pending.hidden = waits === 0;
    pending.textContent = `+${waits}`;
  }
  const now = shown.filter((photo) => photo.state === "stored").length;
  if (now > stored) refresh();
  stored = now;
}

/** What the server says of the steps by now; without an answer the page stays as it was. */
async function refresh() {
  let order;
  try {
    const answer = await fetch(`/v1/work-orders/${about.order}`, { cache: "no-store" });
    if (!answer.ok) return;
    order = (await answer.json()).data;
  } catch {
    return;
  }
  for (const step of order.requiredPhotos ?? []) {
    const input = steps?.querySelector(`input[value="${CSS.escape(step.step)}"]`);
    if (input) count(input, step.stored);
  }
  const missing = (order.photoProgress?.required ?? 0) - (order.photoProgress?.stored ?? 0);
  const whole = page.querySelector(".whole");
  if (whole) whole.hidden = missing > 0;
  page.dataset.status = order.status;
}

function count(input, number) {
  input.dataset.stored = String(number);
  const label = input.parentElement;
  label.querySelector(".tally").textContent = `${number}/${input.dataset.required}`;
  label.classList.toggle("done", number >= Number(input.dataset.required));
}
