// The service worker: what was opened before can be opened without a network. VERSION and FILES come before these lines.
// Pages are asked for first and kept; only what has no answer in time is taken from there. Nothing below /v1 is touched.

const FILES_OF = "fettle-static-";
const STATIC = FILES_OF + VERSION;
const PAGES = "fettle-pages";
const PICTURES = "fettle-pictures";
const OFFLINE = "/offline";
const PATIENCE_MS = 4000;
const OLD_RELEASES = 2;
const MOST_PAGES = 300;
const MOST_PICTURES = 400;
const KEPT = /^\/(waiting|orders(\/(?!new$)[^/]+(\/capture)?)?)$/;
const PICTURE = /^\/files\/[^/]+\/(thumbnail|preview)$/;
const DOOR = /^\/sign-(in|out)$/;

// Whatever was begun under an earlier number must not be kept any more: somebody has signed in or out since.
let generation = 0;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(STATIC).then(async (cache) => {
      await cache.addAll(FILES);
      await cache.add(new Request(OFFLINE, { cache: "reload" }));
    }),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(begin()));

self.addEventListener("message", (event) => {
  const { keep, language } = event.data;
  if (keep && isKept(new URL(keep))) event.waitUntil(renew(keep));
  if (language) event.waitUntil(speak(language));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (DOOR.test(url.pathname)) event.waitUntil(forget());
  else if (request.method !== "GET") return;
  else if (url.pathname.startsWith("/static/")) event.respondWith(findFile(request, url));
  else if (request.mode === "navigate") event.respondWith(findPage(event, url));
  else if (request.destination === "image" && PICTURE.test(url.pathname)) event.respondWith(findPicture(event));
});

function isKept(url) {
  return url.search === "" && KEPT.test(url.pathname);
}

/** After another release pages that are kept still need the files of theirs; those of the oldest releases go together. */
async function begin() {
  await self.clients.claim();
  const kept = (await caches.keys()).filter((name) => name.startsWith(FILES_OF) && name !== STATIC);
  const pages = await caches.open(PAGES);
  for (const name of kept.slice(0, Math.max(0, kept.length - OLD_RELEASES))) {
    await caches.delete(name);
    for (const request of await pages.keys()) {
      const text = await (await pages.match(request, { ignoreVary: true })).text();
      if (text.includes(`/static/${name.slice(FILES_OF.length)}/`)) await pages.delete(request);
    }
  }
}

/** The page that is shown without a network, in the language of the others. */
async function speak(language) {
  const cache = await caches.open(STATIC);
  const kept = await cache.match(OFFLINE, { ignoreVary: true });
  if (kept?.headers.get("content-language") !== language) await cache.add(new Request(OFFLINE, { cache: "reload" }));
}

async function renew(address) {
  const now = generation;
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => undefined);
  await keepPage(new Request(address), answer, now);
}

async function forget() {
  generation += 1;
  await Promise.all([caches.delete(PAGES), caches.delete(PICTURES)]);
}

async function findFile(request, url) {
  const cache = await caches.open(FILES_OF + url.pathname.split("/")[2]);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function findPage(event, url) {
  const now = generation;
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => isKept(url) && keepPage(event.request, answer.clone(), now), () => undefined));
  const kept = isKept(url) ? await (await caches.open(PAGES)).match(url.href, { ignoreVary: true }) : undefined;
  try {
    return await (kept ? Promise.race([asked, late()]) : asked);
  } catch {
    return kept ?? (await (await caches.open(STATIC)).match(OFFLINE, { ignoreVary: true })) ?? Response.error();
  }
}

function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MS));
}

/** Keep a page with the time of its coming. One that leads to the door says that the session is over: nothing stays. */
async function keepPage(request, answer, now) {
  if (!answer || now !== generation) return;
  if (answer.redirected && DOOR.test(new URL(answer.url).pathname)) return forget();
  const pages = await caches.open(PAGES);
  if (answer.status === 404 || answer.status === 403) await pages.delete(request.url);
  if (!answer.ok || answer.redirected || !answer.headers.get("content-type")?.startsWith("text/html")) return;
  const headers = new Headers(answer.headers);
  headers.set("server-timing", `kept;desc="${new Date().toISOString()}"`);
  headers.delete("content-encoding");
  headers.delete("content-length");
  const body = await answer.blob();
  if (now !== generation) return;
  await pages.put(request.url, new Response(body, { headers }));
  await keepAtMost(pages, MOST_PAGES);
}

async function findPicture(event) {
  const now = generation;
  const cache = await caches.open(PICTURES);
  try {
    const answer = await fetch(event.request);
    if (answer.status === 200 && now === generation) event.waitUntil(keepPicture(cache, event.request.url, answer.clone()));
    if (answer.status === 404 || answer.status === 410) await cache.delete(event.request.url);
    return answer;
  } catch {
    return (await cache.match(event.request.url, { ignoreVary: true })) ?? Response.error();
  }
}

async function keepPicture(cache, address, answer) {
  await cache.put(address, answer);
  await keepAtMost(cache, MOST_PICTURES);
}

/** The oldest go first. */
async function keepAtMost(cache, most) {
  const kept = await cache.keys();
  for (const request of kept.slice(0, Math.max(0, kept.length - most))) await cache.delete(request);
}
