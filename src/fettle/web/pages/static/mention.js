// `@` in a comment offers the people of the company; the keyboard chooses, and so does a tap.

let list = null;
let field = null;

/** The letters after the last `@` before the caret, or null where nobody is being named. */
function wanted(textarea) {
  const before = textarea.value.slice(0, textarea.selectionStart);
  return /(?:^|\s)@([^@\n]{0,60})$/u.exec(before)?.[1] ?? null;
}

function close() {
  list?.remove();
  list = null;
  for (const name of ["aria-activedescendant", "aria-controls"]) field?.removeAttribute(name);
}

function select(item) {
  for (const each of list.children) each.setAttribute("aria-selected", String(each === item));
  field.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function offer() {
  const letters = wanted(field)?.toLowerCase();
  close();
  if (letters === undefined) return;
  const names = [...document.getElementById(field.dataset.mention).content.children].map((each) => each.textContent);
  const fitting = names.filter((name) => name.toLowerCase().startsWith(letters) && name.toLowerCase() !== letters);
  if (!fitting.length) return;
  list = document.createElement("ul");
  list.className = "people";
  list.id = "people-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.labels[0].textContent);
  list.append(...fitting.slice(0, 8).map((name, at) => {
    const item = document.createElement("li");
    item.id = `people-${at}`;
    item.setAttribute("role", "option");
    item.textContent = name;
    return item;
  }));
  field.parentElement.append(list);
  field.setAttribute("aria-controls", list.id);
  select(list.firstElementChild);
}

function insert(name) {
  const caret = field.selectionStart;
  const start = caret - wanted(field).length;
  field.setRangeText(`${name} `, start, caret, "end");
  close();
  field.focus();
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-mention]")) return;
  field = event.target;
  offer();
});
document.addEventListener("keydown", (event) => {
  if (event.target !== field) return;
  const chosen = list?.querySelector("[aria-selected=true]");
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (chosen && step) select(chosen[step] ?? chosen);
  else if (chosen && (event.key === "Enter" || event.key === "Tab")) insert(chosen.textContent);
  else if (chosen && event.key === "Escape") close();
  else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
  else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest(".people li");
  if (item) {
    event.preventDefault();
    insert(item.textContent);
  } else if (list && event.target !== field) close();
});
document.addEventListener("focusout", (event) => {
  if (event.target === field) close();
});
