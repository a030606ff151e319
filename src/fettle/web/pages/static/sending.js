// Sends the photos that wait, one after the other, until the server has said of each that it is stored.

import { allOf, bytesOf, change, settle, tell } from "./queue.js";

const DELAYS_MS = [1000, 2000, 5000, 15_000, 30_000, 60_000];
const LOOK_EVERY_MS = 5000;
// What is lost at most where a proxy hands nothing on of a request that was cut.
const CHUNK_BYTES = 2 * 1024 * 1024;
const SILENT_MS = 45_000;
const QUICK_ATTEMPTS = 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const COME_AGAIN = new Set([408, 423, 425, 429]);

/** Why nothing is sent now: "session" (it has ended), "stranger" (somebody else is signed in), "offline", "server"; else null. */
export let obstacle = null;
let user;
let failures = 0;
let pausedUntil = 0;
let isBusy = false;

/** What the server answered, or that it did not. */
class Refusal extends Error {
  constructor(status, problem = {}) {
    super(problem.message ?? (status ? `HTTP ${status}` : "no answer"));
    this.status = status;
    this.code = problem.code;
  }
}

class Obstacle extends Error {}

/** Send what waits of this user, now and whenever there is a chance, as long as the page is open. */
export function startSending(userId) {
  user = userId;
  addEventListener("online", wakeNow);
  addEventListener("pageshow", wakeNow);
  document.addEventListener("resume", wakeNow);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wakeNow();
  });
  setInterval(wake, LOOK_EVERY_MS);
  wakeNow();
}

/** The tab that somebody looks at takes over at once: one in the background may be asleep. */
export function wakeNow() {
  pausedUntil = 0;
  return wake({ steal: document.visibilityState === "visible" });
}

async function wake({ steal = false } = {}) {
  if (isBusy || Date.now() < pausedUntil) return;
  isBusy = true;
  try {
    if ((await waiting()).length > 0) await alone(steal, sendAll);
    else meet(null);
  } finally {
    isBusy = false;
  }
}

async function waiting() {
  const found = (await allOf(user)).filter((photo) => photo.state === "waiting");
  return found.sort((one, other) => one.attempts - other.attempts || one.addedAt - other.addedAt);
}

/** One tab at a time. Where there are no locks (plain http) the server still keeps each photo once. */
async function alone(steal, work) {
  const taken = new AbortController();
  if (!navigator.locks) return work(taken.signal);
  const how = steal ? { steal: true } : { ifAvailable: true };
  try {
    await navigator.locks.request("fettle-sending", how, (lock) => (lock ? work(taken.signal) : undefined));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    taken.abort();
  }
}

async function sendAll(taken) {
  try {
    await import("./tus-js-client-4.3.1.min.js");
  } catch {
    return pause("offline");
  }
  for (let [photo] = await waiting(); photo && !taken.aborted; [photo] = await waiting()) {
    try {
      await send(photo, taken);
      failures = 0;
      meet(null);
    } catch (error) {
      if (taken.aborted) return;
      const goesOn = await judge(photo, error);
      if (!goesOn) return;
    }
  }
}

/** Note what became of a photo that was not stored; whether the next one can be tried at once. */
async function judge(photo, error) {
  if (error instanceof Obstacle) return pause(error.message);
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 401) return pause("session");
  if (photo.url && (error.status === 404 || error.status === 410)) return startOver(photo);
  const isSpoilt = error.status === 460 || error.code === "IDEMPOTENCY_KEY_REUSED";
  if (isSpoilt && photo.attempts < QUICK_ATTEMPTS) return startOver(photo);
  const comesAgain = !error.status || error.status >= 500 || COME_AGAIN.has(error.status) || error.code === "UPLOAD_OFFSET";
  if (!comesAgain) {
    await change(photo.key, { state: "refused", said: error.message, code: error.code });
    return true;
  }
  await change(photo.key, { attempts: photo.attempts + 1, said: error.status ? error.message : undefined });
  if (error.code === "UPLOAD_OFFSET" && photo.attempts < QUICK_ATTEMPTS) return true;
  return pause(error.status ? "server" : "offline");
}

/** The upload is there no more, nor is what it was begun with; only what had become a photo before is not sent again. */
async function startOver(photo) {
  let there;
  try {
    there = await findPhoto(photo);
  } catch {
    return pause("offline");
  }
  if (there) await settle(photo.key, { evidenceId: there.id });
  else {
    const fresh = Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-");
    await change(photo.key, { url: undefined, repeatKey: fresh, attempts: photo.attempts + 1 });
  }
  return true;
}

function pause(reason) {
  meet(reason);
  const delay = DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)];
  failures += 1;
  pausedUntil = Date.now() + delay;
  setTimeout(wake, delay + 1);
  return false;
}

function meet(reason) {
  if (obstacle === reason) return;
  obstacle = reason;
  tell({ obstacle });
}

async function ask(address) {
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(SILENT_MS) });
  } catch {
    throw new Refusal(0);
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, body);
  return body;
}

async function send(photo, taken) {
  // The cookie of this browser may be somebody else's by now, and nobody sends a photo in another's name.
  if ((await ask("/v1/me")).data.userId !== user) throw new Obstacle("stranger");
  const bytes = await bytesOf(photo.key);
  if (!bytes) {
    await change(photo.key, { state: "refused", code: "GONE" });
    return;
  }
  const known = await makeKnown(photo, bytes);
  const evidenceId = await upload({ ...photo, ...known }, bytes, taken);
  if (!evidenceId) throw new Refusal(0);
  await settle(photo.key, { evidenceId, said: undefined });
  const path = `/v1/work-orders/${known.order}/photos/${evidenceId}`;
  const late = await ask(path).then(({ data }) => Boolean(data.late), () => false);
  if (late) await change(photo.key, { late });
}

/** What has to be known before the first byte is sent, and must not change after it. */
async function makeKnown(photo, bytes) {
  const known = { order: photo.order, sha256: photo.sha256 };
  if (!UUID.test(known.order)) known.order = (await ask(`/v1/work-orders/${known.order}`)).data.id;
  if (!known.sha256 && crypto.subtle) {
    const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
    known.sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  if (known.order !== photo.order || known.sha256 !== photo.sha256) await change(photo.key, known);
  return known;
}

function metadataOf(photo) {
  const said = { workOrderId: photo.order, kind: "photo", takenAt: photo.takenAt };
  if (photo.step) said.step = photo.step;
  if (photo.fileName) said.filename = photo.fileName;
  if (photo.sha256) said.sha256 = photo.sha256;
  return said;
}

/** Send the bytes, or the rest of them; the id of the photo that they became. Raises Refusal. */
function upload(photo, bytes, taken) {
  return new Promise((resolve, reject) => {
    let timer;
    const stop = () => {
      clearTimeout(timer);
      made.abort();
      reject(new Refusal(0));
    };
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, SILENT_MS);
    };
    const made = new tus.Upload(bytes, {
      // With an address of its own an upload that is gone is told, instead of begun again.
      ...(photo.url ? { uploadUrl: photo.url } : { endpoint: "/v1/uploads" }),
      chunkSize: CHUNK_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: metadataOf(photo),
      onBeforeRequest: (request) => {
        heard();
        if (request.getMethod() === "POST") request.setHeader("Idempotency-Key", photo.repeatKey);
      },
      onUploadUrlAvailable: () => {
        if (made.url !== photo.url) change(photo.key, { url: made.url });
      },
      onProgress: (sent, total) => {
        heard();
        tell({ key: photo.key, percent: Math.min(99, Math.floor((100 * sent) / total)) });
      },
      onSuccess: ({ lastResponse }) => {
        clearTimeout(timer);
        resolve(lastResponse.getHeader("Fettle-Evidence-Id"));
      },
      onError: (error) => {
        clearTimeout(timer);
        reject(refusalOf(error));
      },
    });
    taken.addEventListener("abort", stop, { once: true });
    heard();
    made.start();
  });
}

function refusalOf(error) {
  const answer = error.originalResponse;
  if (!answer) return new Refusal(0);
  let problem = {};
  try {
    problem = JSON.parse(answer.getBody());
  } catch {
    // A proxy's page, or nothing: the status has to do.
  }
  return new Refusal(answer.getStatus(), problem);
}

/** The photo of the work order with these very bytes and this time, if there is one. */
async function findPhoto(photo) {
  if (!photo.sha256) return undefined;
  let cursor = "";
  do {
    const page = await ask(`/v1/work-orders/${photo.order}/photos?pageSize=100${cursor}`);
    const found = page.data.find((each) => each.sha256 === photo.sha256 && each.takenAt === photo.takenAt);
    if (found) return found;
    cursor = page.meta.nextCursor && `&cursor=${encodeURIComponent(page.meta.nextCursor)}`;
  } while (cursor);
  return undefined;
}

/** Give an upload up that was begun; whether that reached the server makes no difference, for it expires. */
export async function giveUp(photo) {
  if (!photo.url) return;
  await fetch(photo.url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => undefined);
}
