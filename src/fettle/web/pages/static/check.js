// Checking a pack without leaving the page: dropped or chosen, with the progress of sending it, and what was found.

const form = document.querySelector("[data-check]");
const [file, target, chosen] = [form.elements.pack, form.querySelector(".target"), form.querySelector("[data-chosen]")];
const [bar, state, button] = [form.querySelector("progress"), form.querySelector("[data-state]"), form.querySelector("button")];
const verdict = document.querySelector("#verdict");

function showChosen() {
  chosen.textContent = file.files.length ? file.files[0].name : "";
  verdict.replaceChildren();
}

function showSending(sent) {
  bar.value = sent;
  state.textContent = sent < 1 ? `${form.dataset.sending} ${Math.floor(sent * 100)} %` : form.dataset.checking;
  if (sent >= 1) bar.removeAttribute("value");
}

function end(said) {
  button.disabled = false;
  bar.hidden = true;
  state.textContent = said;
}

function send() {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => showSending(event.total ? event.loaded / event.total : 0));
  request.upload.addEventListener("load", () => showSending(1));
  request.addEventListener("error", () => end(form.dataset.lost));
  request.addEventListener("load", () => {
    const signIn = request.getResponseHeader("HX-Redirect");
    if (signIn) location.assign(signIn);
    end("");
    verdict.innerHTML = request.responseText;
    verdict.scrollIntoView({ block: "nearest" });
  });
  button.disabled = true;
  bar.hidden = false;
  verdict.replaceChildren();
  showSending(0);
  request.send(new FormData(form));
}

file.addEventListener("change", showChosen);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
for (const name of ["dragenter", "dragover"]) {
  target.addEventListener(name, (event) => {
    event.preventDefault();
    target.classList.add("over");
  });
}
target.addEventListener("dragleave", () => target.classList.remove("over"));
target.addEventListener("drop", (event) => {
  event.preventDefault();
  target.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  showChosen();
  send();
});
