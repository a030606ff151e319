// The form of a plan: component and part number as one types, photos as rows, the deadline by the reader's clock.

import { offer } from "./combobox.js";
import { rows } from "./steps.js";

const form = document.getElementById("plan");
const at = (id) => document.getElementById(id);
const clock = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A field for date and time as the reader's clock has it, from one of another zone that the server wrote. */
export function local(instant) {
  const there = new Date(instant);
  return new Date(there.getTime() - there.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function localise() {
  const deadline = at("deadline");
  if (at("zone").value === "UTC" && deadline.value) deadline.value = local(`${deadline.value}Z`);
  at("zone").value = clock;
  form.querySelector("[data-zone]").textContent = clock.replaceAll("_", " ");
}

const component = at("component").closest(".combo");
const partNumber = at("part_number").closest(".combo");
offer(component);
offer(partNumber, () => ({ component: at("component_id").value }));
component.addEventListener("picked", () => {
  const field = at("part_number");
  if (at("part_number_id").value) partNumber.settle("", "");
  else if (document.activeElement === field) field.dispatchEvent(new Event("input")); // typed before the component was there
});
rows(at("photos"));
localise();
form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("footer button").forEach((button) => { button.disabled = true; })));
addEventListener("pageshow", () => form.querySelectorAll("footer button").forEach((button) => { button.disabled = false; }));
