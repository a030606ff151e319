// Found as one types, or made in place: a text field with a list of what there is below it (ARIA 1.2 combobox).

const PATHS = { component: "/v1/components", part_number: "/v1/part-numbers" };
const PAUSE_MS = 150;

/** Let a `.combo` offer what its source finds. `context()` gives further conditions; "picked" is told on its field. */
export function offer(combo, context = () => ({})) {
  const field = combo.querySelector("input:not([type=hidden])");
  const id = combo.querySelector("input[type=hidden]");
  const list = combo.querySelector("ul");
  let active = null;
  let asked = 0;
  let pause;

  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }).forEach(
    ([name, value]) => field.setAttribute(name, value),
  );

  async function find() {
    const mine = ++asked;
    const query = new URLSearchParams({ q: field.value, ...context() });
    const answer = await fetch(`${combo.dataset.source}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (mine !== asked || !answer?.ok || document.activeElement !== field) return;
    list.innerHTML = await answer.text();
    show(true);
    mark(field.value ? options().find((option) => option.dataset.id) : null); // making wants to be chosen
  }

  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];

  function show(open) {
    list.hidden = !open;
    field.setAttribute("aria-expanded", String(open));
    if (!open) mark(null);
  }

  function mark(option) {
    active?.setAttribute("aria-selected", "false");
    active = option ?? null;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) field.setAttribute("aria-activedescendant", active.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function step(by) {
    const all = options();
    if (list.hidden || all.length === 0) return void find();
    mark(all[(all.indexOf(active) + by + all.length) % all.length]);
  }

  async function pick(option) {
    asked++;
    show(false);
    if (option.dataset.make) return make(option);
    settle(option.dataset.id, option.dataset.text);
  }

  async function make({ dataset }) {
    const body = field.name === "component"
      ? { name: dataset.text, componentType: dataset.make }
      : { partNumber: dataset.text, componentId: context().component };
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(PATHS[field.name], { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    const said = await answer?.json().catch(() => null);
    if (answer?.ok) return settle(said.data.id, dataset.text);
    say(said?.details?.[0]?.message ?? said?.message ?? field.form.dataset.unreachable ?? "…");
  }

  function settle(chosen, text) {
    id.value = chosen;
    field.value = text;
    combo.settled = text;
    say("");
    field.classList.toggle("chosen", chosen !== "");
    field.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
  }

  function say(text) {
    combo.querySelector(".trouble").textContent = text;
    if (text) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  /** What was typed to the letter is what is meant; anything else has to be chosen, where the page saves by itself. */
  function leave() {
    show(false);
    clearTimeout(pause);
    const same = options().find((option) => option.dataset.id && option.dataset.text === field.value.trim());
    if (field.value.trim() === (combo.settled ?? "")) return;
    if (field.value.trim() === "" && !field.required) return settle("", "");
    if (same) return settle(same.dataset.id, same.dataset.text);
    if (field.form.dataset.order) say(field.form.dataset.choose);
  }

  combo.settled = field.value;
  combo.settle = (chosen, text) => settle(chosen, text);
  field.addEventListener("input", () => {
    if (field.value !== combo.settled) id.value = "";
    asked++; // what was found for less is not what is meant now, and must not be made
    list.querySelectorAll(".make").forEach((option) => option.remove());
    mark(null);
    clearTimeout(pause);
    pause = setTimeout(find, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && active) {
      event.preventDefault();
      pick(active);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      show(false);
    }
  });
  field.addEventListener("click", () => list.hidden && find());
  field.addEventListener("blur", leave);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) pick(option);
  });
}
