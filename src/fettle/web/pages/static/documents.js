// Documents on their way: dropped, pasted or chosen, folders too; sent through tus, each with its own progress and truth.

const drop = document.getElementById("drop");
const sending = document.getElementById("sending");
const list = document.getElementById("documents");
const blank = document.getElementById("sent").content.firstElementChild;
const AT_ONCE = 3;
const CHUNK_BYTES = 8 << 20;
const RETRY_MS = [0, 1000, 3000, 5000, 10_000, 20_000];
const queue = [];
let running = 0;

/** A file and what it is called: its path where it comes out of a folder. */
function add(file, name) {
  const row = blank.cloneNode(true);
  row.querySelector(".name").textContent = name;
  row.querySelector(".retry").addEventListener("click", () => enqueue(item));
  sending.append(row);
  const item = { file, name, row, kind: isPicture(file) ? "image" : "file" };
  if (file.size === 0) tell(item, "failed", `${drop.dataset.failed} ${drop.dataset.empty}`);
  else enqueue(item);
}

const isPicture = (file) => file.type.startsWith("image/") && file.type !== "image/svg+xml";

function enqueue(item) {
  tell(item, "waiting", drop.dataset.waiting);
  queue.push(item);
  next();
}

function next() {
  while (running < AT_ONCE && queue.length) {
    running++;
    send(queue.shift()).finally(() => { running--; next(); });
  }
}

function tell({ row }, state, words) {
  row.dataset.state = state;
  const how = row.querySelector(".how");
  how.textContent = words;
  how.setAttribute("role", state === "failed" ? "alert" : "none");
  row.querySelector(".retry").hidden = state !== "failed" || words.endsWith(drop.dataset.empty);
}

/** Settles when it is stored or was refused; goes on with an earlier attempt of the same file for this order. */
async function send(item) {
  tell(item, "sending", `${drop.dataset.sending} 0 %`);
  try {
    await upload(item);
    tell(item, "stored", drop.dataset.stored);
    item.row.querySelector("progress").value = 100;
    await refresh();
    item.row.remove();
  } catch (error) {
    const said = refusalOf(error);
    if (said?.code === "NOT_AN_IMAGE" && item.kind === "image") return send({ ...item, kind: "file" });
    tell(item, "failed", `${drop.dataset.failed} ${said?.message ?? drop.dataset.away}`);
  }
}

function upload({ file, name, kind, row }) {
  return new Promise((resolve, reject) => {
    const sent = new tus.Upload(file, {
      endpoint: "/v1/uploads",
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_MS,
      onShouldRetry: (error) => passes(error),
      removeFingerprintOnSuccess: true,
      fingerprint: async () => ["fettle", drop.dataset.order, kind, name, file.size, file.lastModified].join(" "),
      metadata: { workOrderId: drop.dataset.order, kind, name, filename: file.name },
      onProgress: (done, all) => {
        const share = Math.floor((100 * done) / all);
        row.querySelector("progress").value = share;
        row.querySelector(".how").textContent = `${drop.dataset.sending} ${share} %`;
      },
      onSuccess: resolve,
      onError: reject,
    });
    sent.findPreviousUploads().then((earlier) => {
      if (earlier.length) sent.resumeFromPreviousUpload(earlier[0]);
      sent.start();
    }, reject);
  });
}

/** Whether it may go through when it is tried again: no connection, a server that is busy, or another offset. */
function passes(error) {
  const status = error.originalResponse?.getStatus() ?? 0;
  return status < 400 || status >= 500 || [408, 423, 429].includes(status) || refusalOf(error)?.code === "UPLOAD_OFFSET";
}

function refusalOf(error) {
  try {
    const body = JSON.parse(error.originalResponse.getBody());
    return { code: body.code, message: [body.message, ...(body.details ?? []).map((each) => each.message)].join(" ") };
  } catch {
    return null;
  }
}

async function refresh() {
  const answer = await fetch(`/orders/${drop.dataset.number}/edit/documents`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const text = await answer.text();
  const open = [...list.querySelectorAll("details[open] input")].map((field) => [field.id, field.value, field === document.activeElement]);
  list.innerHTML = text;
  htmx.process(list);
  for (const [id, typed, hadFocus] of open) reopen(document.getElementById(id), typed, hadFocus);
}

/** Whoever is just saying why a document goes, goes on. */
function reopen(field, typed, hadFocus) {
  if (!field) return;
  field.closest("details").open = true;
  field.value = typed;
  if (hadFocus) field.focus();
}

/** The files of what was dropped, with the paths that they have in their folders. */
async function* filesOf(entry, path = "") {
  if (entry.isFile) {
    yield [await new Promise((resolve, reject) => entry.file(resolve, reject)), path + entry.name];
    return;
  }
  const reader = entry.createReader();
  // A reader gives a hundred at a time.
  for (let some; (some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))).length; ) {
    for (const each of some) yield* filesOf(each, `${path}${entry.name}/`);
  }
}

async function dropped(transfer) {
  // The entries have to be asked for at once: the transfer is empty after the event.
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const found = items.map((item) => [item.webkitGetAsEntry(), item.getAsFile()]);
  for (const [entry, file] of found) {
    if (!entry) add(file, file.name);
    else for await (const [each, name] of filesOf(entry)) add(each, name);
  }
}

function pasted({ files }) {
  for (const file of files) {
    const isNamed = file.name && !/^image\.\w+$/.test(file.name);
    add(file, isNamed ? file.name : `${drop.dataset.pasted} ${new Date().toISOString().slice(0, 19).replace("T", " ")}`);
  }
}

const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  drop.classList.remove("over");
  dropped(event.dataTransfer);
});
document.addEventListener("paste", (event) => { if (event.clipboardData.files.length) { event.preventDefault(); pasted(event.clipboardData); } });
for (const id of ["files", "folder"]) {
  document.getElementById(id).addEventListener("change", ({ target }) => {
    for (const file of target.files) add(file, file.webkitRelativePath || file.name);
    target.value = "";
  });
}
addEventListener("online", () => sending.querySelectorAll("[data-state=failed] .retry:not([hidden])").forEach((button) => button.click()));
addEventListener("beforeunload", (event) => { if (running || queue.length) event.preventDefault(); });
