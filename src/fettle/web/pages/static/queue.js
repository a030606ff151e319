// The photos that this device keeps until the server has them. What is known of each is apart from its bytes, so that
// noting a change writes a few hundred bytes and not some million.

const SHOWN_MS = 24 * 3600 * 1000;
const channel = new BroadcastChannel("fettle-photos");
let opened;

/** Tells of every change, here and in the other tabs: `key` of a photo, and `percent` while it is on its way. */
export const photos = new EventTarget();

channel.addEventListener("message", ({ data }) => photos.dispatchEvent(new CustomEvent("change", { detail: data })));

export function tell(detail) {
  photos.dispatchEvent(new CustomEvent("change", { detail }));
  channel.postMessage(detail);
}

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("fettle", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("photos", { keyPath: "key" });
      request.result.createObjectStore("bytes");
    };
    request.onsuccess = () => {
      request.result.onclose = () => { opened = undefined; };
      resolve(request.result);
    };
    request.onerror = () => {
      opened = undefined;
      reject(request.error);
    };
  });
  return opened;
}

/** Run `work` in one transaction over both stores; settles once that is on the disk, with what the request it returns found. */
async function transact(mode, work) {
  const known = await database();
  return new Promise((resolve, reject) => {
    const transaction = known.transaction(["photos", "bytes"], mode, { durability: "strict" });
    const request = work(transaction.objectStore("photos"), transaction.objectStore("bytes"));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An instant as the clock of this device shows it, with its offset. */
export function localInstant(milliseconds) {
  const offset = -new Date(milliseconds).getTimezoneOffset();
  const shown = new Date(milliseconds + offset * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const zone = `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  return `${shown}${offset < 0 ? "-" : "+"}${zone}`;
}

/** Keep a photo; once this settles it outlasts the page. `about` names its user, its work order and its step. */
export async function keep(file, about) {
  const now = Date.now();
  const takenAt = file.lastModified > 0 && file.lastModified < now ? file.lastModified : now;
  const photo = {
    ...about,
    key: randomKey(),
    repeatKey: randomKey(),
    takenAt: localInstant(takenAt),
    fileName: file.name,
    size: file.size,
    addedAt: now,
    attempts: 0,
    state: "waiting",
  };
  const bytes = new Blob([await file.arrayBuffer()], { type: file.type });
  await transact("readwrite", (rows, contents) => {
    contents.add(bytes, photo.key);
    return rows.add(photo);
  });
  tell({ key: photo.key });
  return photo;
}

/** Every photo that is known of here, in the order in which they were added, those of other people too. */
export async function all() {
  return (await transact("readonly", (rows) => rows.getAll())).sort((one, other) => one.addedAt - other.addedAt);
}

/** What `user` has on this device. */
export async function allOf(user) {
  return (await all()).filter((photo) => photo.userId === user);
}

export function bytesOf(key) {
  return transact("readonly", (_, contents) => contents.get(key));
}

/** Note these fields of a photo, unless it is gone. What is stored stays so, whatever a tab says that was overtaken. */
export async function change(key, fields) {
  await transact("readwrite", (rows) => {
    const found = rows.get(key);
    found.onsuccess = () => {
      if (!found.result || (found.result.state === "stored" && fields.state)) return;
      rows.put({ ...found.result, ...fields });
    };
  });
  tell({ key });
}

/** The server has it: its bytes need not be here any more. */
export async function settle(key, fields) {
  await transact("readwrite", (rows, contents) => {
    const found = rows.get(key);
    found.onsuccess = () => {
      if (found.result) rows.put({ ...found.result, ...fields, state: "stored", storedAt: Date.now() });
      contents.delete(key);
    };
  });
  tell({ key });
}

export async function discard(key) {
  await transact("readwrite", (rows, contents) => {
    rows.delete(key);
    contents.delete(key);
  });
  tell({ key });
}

/** Forget what the server has: all of it, or what it has had for a day. What still waits stays. */
export async function forgetStored({ olderThanMs = SHOWN_MS } = {}) {
  const latest = Date.now() - olderThanMs;
  const gone = (await all()).filter((photo) => photo.state === "stored" && photo.storedAt <= latest);
  for (const photo of gone) await discard(photo.key);
}
