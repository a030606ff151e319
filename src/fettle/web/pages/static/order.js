// The page of one work order: what others change appears by itself, and nothing that is open or being typed is lost.

import "./compare.js";
import "./lightbox.js";
import "./mention.js";
import "./paper.js";

const ASK_AGAIN_MS = 4000;
const order = document.getElementById("order");

/** What the browser alone knows stays when new content is laid over old: what is unfolded, and where sliders stand. */
function keepOwnState() {
  const own = { open: "DETAILS", style: "DIV" };
  window.htmx.registerExtension("own-state", {
    htmx_before_morph_attr: (element, { attrName }) => own[attrName] !== element.tagName,
  });
}

/** Whether the order is no longer as it is shown; the server answers a tag that still holds without reading anything. */
async function hasChanged() {
  const tag = document.getElementById("tag").dataset.tag;
  const answer = await fetch(order.dataset.parts, { method: "HEAD", headers: { "If-None-Match": tag || '"-"' } });
  return answer.ok;
}

let isAsking = false;

async function refresh() {
  if (document.hidden || isAsking || !navigator.onLine) return;
  isAsking = true;
  try {
    if (await hasChanged()) {
      const events = Math.max(1, order.querySelectorAll(".event").length);
      await window.htmx.ajax("GET", `${order.dataset.parts}?events=${events}`, { source: order, target: "#order", swap: "innerMorph" });
    }
  } catch {
    // The network is away: the next question comes soon enough.
  } finally {
    isAsking = false;
  }
}

/** A form that did its work is as fresh as when the page came; one that was refused keeps what was typed. */
function settle(event) {
  const form = event.detail.ctx?.sourceElement;
  if (!(form instanceof HTMLFormElement) || !form.closest("#order") || form.querySelector("[role=alert]")) return;
  form.reset();
  keys.delete(form);
  form.closest("details.ask, details.asking, details.again")?.removeAttribute("open");
}

// A form that is sent again, for the answer was lost, does what it says once; another text or button is another wish.
const keys = new WeakMap();

function keyOf(form, button) {
  if (!keys.has(form)) keys.set(form, crypto.getRandomValues(new Uint32Array(4)).join("-"));
  return `${keys.get(form)} ${button?.value ?? ""}`.trim();
}

/** What a person asked for and did not get has to be told; questions of the page's own are asked again. */
function tell(event) {
  if (!event.detail.ctx?.sourceElement?.matches("form, a")) return;
  const said = document.getElementById("unreachable").content.cloneNode(true);
  document.getElementById("trouble").replaceChildren(said);
}

document.addEventListener("DOMContentLoaded", () => {
  keepOwnState();
  setInterval(refresh, ASK_AGAIN_MS);
  document.addEventListener("visibilitychange", refresh);
});
document.addEventListener("htmx:error", tell);
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (!sourceElement.matches("form, a")) return;
  document.getElementById("trouble").replaceChildren();
  if (sourceElement.matches("form")) request.headers["Idempotency-Key"] = keyOf(sourceElement, request.submitter);
});
document.addEventListener("input", (event) => keys.delete(event.target.form));
document.addEventListener("htmx:after:swap", settle);
// What opens over the page closes like everything else that does.
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.ask[open]");
  if (!open) return;
  open.removeAttribute("open");
  open.querySelector("summary").focus();
});
