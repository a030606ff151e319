// A draft that saves itself, field by field, each from the version it was read at: what others changed is shown, and
// nothing of theirs is overwritten unseen.

import { local } from "./making.js";

const form = document.getElementById("plan");
const truth = document.getElementById("truth");
const at = (id) => document.getElementById(id);
const order = `/v1/work-orders/${form.dataset.order}`;
const PAUSE_MS = 600;
let version = Number(at("version").value);
let pause;
let busy = false;
let delay_s = 2;
const conflicts = new Map(); // field -> what the server has
const refusals = new Map(); // field -> the value that was refused

const text = (id) => at(id).value.trim();

/** Each field: as the page has it, as `/v1` sends it, how it is put into the page, and shown to a person. */
const fields = {
  name: plain("name", "name"),
  description: plain("description", "description", (value) => value || null),
  quantity: plain("quantity", "quantity", Number),
  phase: plain("phase", "phase", (value) => value, ""),
  assignee: { ...plain("assignee", "assigneeUserId", (value) => value || null), show: nameOfPerson },
  deadline: {
    element: at("deadline"),
    // A time that was not touched keeps its seconds.
    read: () => instant(at("deadline").value),
    sent: (value) => ({ deadline: value }),
    of: (there) => there.deadline ?? null,
    put: (value) => { at("deadline").value = value ? local(value) : ""; },
    show: (value) => (value ? new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(new Date(value)) : "—"),
  },
  component: found("component", "componentId", "/v1/components/", "name", (value) => ({ componentId: value, partNumberId: null })),
  part_number: found("part_number", "partNumberId", "/v1/part-numbers/", "partNumber", (value) => ({ partNumberId: value })),
  photos: {
    element: at("photos"),
    read: () => at("photos").steps(),
    of: (there) => (there.requiredPhotos ?? []).map(({ step, label, minCount }) => ({ step, label: label.trim(), minCount })),
    put: (value) => {
      at("photos").value = lines(value);
      at("photos").read(value);
    },
    show: (value) => lines(value) || "—",
  },
};

function plain(id, key, meant = (value) => value, none = null) {
  return {
    element: at(id),
    read: () => meant(text(id)),
    sent: (value) => ({ [key]: value }),
    of: (there) => meant(String(there[key] ?? none ?? "").replaceAll("\r\n", "\n").trim()),
    put: (value) => { at(id).value = value ?? ""; },
    show: (value) => String(value ?? "") || "—",
  };
}

function found(id, key, path, name, sent) {
  const nameOf = async (value) => {
    if (!value) return "";
    const answer = await fetch(path + value);
    return answer.ok ? (await answer.json()).data[name] : value;
  };
  return {
    element: at(id),
    // What is typed and not chosen yet means nothing.
    read: () => (at(`${id}_id`).value || (text(id) ? undefined : null)),
    sent,
    of: (there) => there[key] ?? null,
    put: async (value) => at(id).closest(".combo").settle(value ?? "", await nameOf(value)),
    show: async (value) => (await nameOf(value)) || "—",
  };
}

function nameOfPerson(value) {
  return [...at("assignee").options].find((option) => option.value === (value ?? ""))?.textContent ?? value;
}

function instant(typed) {
  if (!typed) return null;
  if (base.deadline && local(base.deadline) === typed) return base.deadline;
  const meant = new Date(typed);
  return Number.isNaN(meant.getTime()) ? undefined : meant.toISOString();
}

const lines = (value) => value.map(({ label, minCount }) => `${minCount} × ${label}`).join("\n");
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const base = { deadline: form.dataset.deadline || null };
for (const [name, field] of Object.entries(fields)) base[name] ??= field.read();

const dirty = (name) => !same(fields[name].read(), base[name]);
const open = () => Object.keys(fields).filter((name) => !conflicts.has(name) && dirty(name));
const fit = (name) => {
  const value = fields[name].read();
  return value !== undefined && fields[name].element.checkValidity() && !(refusals.has(name) && same(refusals.get(name), value));
};

function tell(state, words = "") {
  truth.dataset.state = state;
  truth.textContent = words;
}

function tellSaved(isNew) {
  if (conflicts.size) return tell("not", `${truth.dataset.not} ${truth.dataset.conflict}`);
  if (open().length) return tell("not", `${truth.dataset.not} ${truth.dataset.unfit}`);
  const now = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
  tell("saved", isNew ? `${truth.dataset.savedAt} ${now}` : truth.dataset.saved);
}

function mark(name, words) {
  const { element } = fields[name];
  at(`trouble-${name}`).textContent = words;
  if (words) element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
}

/** Save one field after another until none is open; one at a time, for each makes a version of its own. */
async function save() {
  clearTimeout(pause);
  if (busy) return;
  busy = true;
  let isNew = false;
  try {
    for (let name; (name = open().find(fit)); ) {
      tell("saving", truth.dataset.saving);
      if (!(await saveOne(name))) return;
      isNew = true;
    }
    tellSaved(isNew);
  } catch {
    tell("not", `${truth.dataset.not} ${truth.dataset.away}`);
    pause = setTimeout(save, delay_s * 1000);
    delay_s = Math.min(delay_s * 2, 30);
  } finally {
    busy = false;
  }
}

/** Whether to go on; throws where the server cannot be reached. */
async function saveOne(name) {
  const value = fields[name].read();
  const answer = await send(name, value);
  delay_s = 2;
  if (answer.ok) {
    version = (await answer.json()).data.version;
    base[name] = value;
    if (name === "component") base.part_number = null;
    refusals.delete(name);
    mark(name, "");
    return true;
  }
  if (answer.status === 412) return meet();
  return refuse(name, value, answer);
}

async function send(name, value) {
  const isPhotos = name === "photos";
  const body = isPhotos ? { requiredPhotos: value } : fields[name].sent(value);
  return fetch(isPhotos ? `${order}/required-photos` : order, {
    method: isPhotos ? "PUT" : "PATCH",
    headers: { "Content-Type": "application/json", "If-Match": `"${version}"` },
    body: JSON.stringify(body),
  });
}

async function refuse(name, value, answer) {
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 401) {
    tell("not", `${truth.dataset.not} ${truth.dataset.signedOut}`);
    return false;
  }
  if (answer.status === 400) {
    refusals.set(name, value);
    mark(name, said.details?.[0]?.message ?? said.message);
    return true;
  }
  tell("not", `${truth.dataset.not} ${said.message ?? answer.status}`);
  return false;
}

/** Somebody was quicker: take over what they changed and we did not; show what both changed. */
async function meet() {
  const answer = await fetch(order);
  if (!answer.ok) throw new Error(String(answer.status));
  const there = (await answer.json()).data;
  version = there.version;
  if (there.status !== "DRAFT") {
    tell("not", `${truth.dataset.not} ${truth.dataset.closed}`);
    return false;
  }
  for (const [name, field] of Object.entries(fields)) {
    const theirs = field.of(there);
    if (same(theirs, base[name])) continue;
    if (!dirty(name) || same(theirs, field.read())) await take(name, theirs);
    else await show(name, theirs);
  }
  return true;
}

async function take(name, theirs) {
  const isOurs = same(theirs, fields[name].read());
  base[name] = theirs;
  if (isOurs) return;
  await fields[name].put(theirs);
  const note = document.createElement("p");
  note.className = "changed";
  note.setAttribute("role", "status");
  note.textContent = form.dataset.theirsNow;
  fields[name].element.closest(".field").append(note);
  setTimeout(() => note.remove(), 15_000);
}

async function show(name, theirs) {
  const { element, show: shown, read } = fields[name];
  const field = element.closest(".field");
  field.querySelector(".conflict")?.remove();
  conflicts.set(name, theirs);
  const panel = at("conflict").content.firstElementChild.cloneNode(true);
  panel.querySelector(".theirs-is").textContent = await shown(theirs);
  const mine = async () => { panel.querySelector(".mine-is").textContent = read() === undefined ? text(element.id) : await shown(read()); };
  await mine();
  element.addEventListener("input", mine);
  field.append(panel);
  panel.addEventListener("click", async (event) => {
    const kept = event.target.closest("[data-keep]")?.dataset.keep;
    if (!kept) return;
    conflicts.delete(name);
    element.removeEventListener("input", mine);
    panel.remove();
    base[name] = theirs;
    if (kept === "theirs") await fields[name].put(theirs);
    element.focus();
    save();
  });
}

function soon() {
  for (const name of refusals.keys()) if (fit(name) || !dirty(name)) mark(name, "");
  clearTimeout(pause);
  if (!open().length && !busy) return tellSaved(false);
  if (truth.dataset.state === "saved") tell("saving", truth.dataset.saving);
  pause = setTimeout(save, PAUSE_MS);
}

function begin() {
  form.classList.add("alive");
  form.addEventListener("input", soon);
  form.addEventListener("picked", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  addEventListener("online", save);
  addEventListener("focus", () => truth.dataset.state === "not" && save());
  addEventListener("beforeunload", (event) => { if (open().length || conflicts.size) event.preventDefault(); });
  tellSaved(false);
}

// A form that was refused shows what was typed, not what is saved: it stays a plain one.
if (!("refused" in form.dataset)) begin();
