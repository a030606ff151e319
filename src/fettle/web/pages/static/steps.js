// The photos that are required, as rows that are added, removed and moved; the text below stays what the form sends.

const LONGEST_STEP = 100;
const LINE = /^\s*(?:(\d{1,3})\s*[x×]\s*(?=\S))?(.*)$/i;

function parts(line) {
  const [, count, label] = LINE.exec(line);
  return [Number(count ?? 1), label.trim()];
}

function fresh(label, used) {
  let step = label.slice(0, LONGEST_STEP);
  // The same label twice is a slip that the server tells; a step that was renamed is not.
  for (let number = 2; used.has(step); number++) step = `${label.slice(0, LONGEST_STEP - 4)} ${number}`;
  return step;
}

/** Rows in place of the text `area`; each change is written to it and told by its "input". */
export function rows(area) {
  const field = area.closest(".field");
  const list = document.createElement("ol");
  const blank = document.getElementById("step").content.firstElementChild;
  const add = document.getElementById("add-step").content.firstElementChild.cloneNode(true);
  list.className = "rows";
  area.after(list, add);
  field.classList.add("rich");
  field.querySelector("label").removeAttribute("for");
  field.querySelector("label").id = "photos-label";
  list.setAttribute("aria-labelledby", "photos-label");

  function row(count, label, step) {
    const made = blank.cloneNode(true);
    if (step) made.dataset.step = step;
    made.querySelector(".count").value = count;
    made.querySelector(".label").value = label;
    list.append(made);
    return made;
  }

  /** From the text to the rows; each keeps its step of `known`, whatever it is called later. Labels may be shared. */
  function read(known = []) {
    const left = [...known];
    list.replaceChildren();
    for (const line of area.value.split("\n").filter((each) => each.trim())) {
      const [count, label] = parts(line);
      const place = left.findIndex((each) => each.label.trim() === label);
      row(count, label, place < 0 ? undefined : left.splice(place, 1)[0].step);
    }
  }

  /** What is required: new rows are called by their labels, apart from steps that there are. */
  function steps() {
    const named = [...list.children].map((each) => [each, each.querySelector(".label").value.trim()]).filter(([, label]) => label);
    const used = new Set(named.map(([each]) => each.dataset.step).filter(Boolean));
    return named.map(([each, label]) => {
      const count = each.querySelector(".count").value;
      return { step: each.dataset.step ?? fresh(label, used), label, minCount: Number(count || 1) };
    });
  }

  function write() {
    const said = [...list.children].map((each) => [each.querySelector(".count").value || 1, each.querySelector(".label").value.trim()]);
    area.value = said.filter(([, label]) => label).map(([count, label]) => `${count} × ${label}`).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  list.addEventListener("input", (event) => { event.stopPropagation(); write(); });
  list.addEventListener("change", (event) => { event.stopPropagation(); area.dispatchEvent(new Event("change", { bubbles: true })); });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    add.click();
  });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const one = button.closest("li");
    const next = one.nextElementSibling ?? one.previousElementSibling;
    if (button.dataset.do === "up") one.previousElementSibling?.before(one);
    if (button.dataset.do === "down") one.nextElementSibling?.after(one);
    if (button.dataset.do === "remove") one.remove();
    (one.isConnected ? button : next?.querySelector(".label") ?? add).focus();
    write();
  });
  add.addEventListener("click", () => row(1, "").querySelector(".label").focus());
  Object.assign(area, { read, steps });
  read(JSON.parse(area.form.dataset.steps ?? "[]"));
}
