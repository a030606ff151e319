// The photos that are required, as rows that are added, removed and moved; the text below stays what the form sends.

const LINE = /^\s*(?:(\d{1,3})\s*[x×]\s*(?=\S))?(.*)$/i;

/** How many photos a line of the text wants, and of what. */
export function parts(line) {
  const [, count, label] = LINE.exec(line);
  return [Number(count ?? 1), label.trim()];
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

  function row(count, label) {
    const made = blank.cloneNode(true);
    made.querySelector(".count").value = count;
    made.querySelector(".label").value = label;
    list.append(made);
    return made;
  }

  /** From the text to the rows. */
  function read() {
    list.replaceChildren();
    for (const line of area.value.split("\n").filter((each) => each.trim())) {
      row(...parts(line));
    }
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
  area.read = read;
  read();
}
