// Without a network: the worker that keeps pages, what is kept of this one, and how old what is shown is.

const isSignedOut = location.pathname === "/sign-in";

async function forget() {
  localStorage.removeItem("fettle-user");
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (!name.startsWith("fettle-static-")) await caches.delete(name);
  }
  const { forgetStored } = await import("./queue.js");
  await forgetStored({ olderThanMs: 0 });
}

/** Nobody who comes after sees what was opened here; what waits to be sent stays, for whom it is of. */
if (isSignedOut) forget();

const [navigation] = performance.getEntriesByType("navigation");
const kept = navigation?.serverTiming?.find((entry) => entry.name === "kept");
const told = document.getElementById("kept");
if (kept && told) {
  const time = document.createElement("time");
  time.dateTime = kept.description;
  time.dataset.as = "time";
  told.querySelector("time").replaceWith(time);
  told.hidden = false;
}

if ("serviceWorker" in navigator) {
  await navigator.serviceWorker.register("/worker.js").catch(() => undefined);
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({
    language: document.documentElement.lang,
    // The worker may not have been there yet when this page was asked for, even if it is by now.
    keep: isSignedOut || navigation?.workerStart ? undefined : location.href,
  });
}
