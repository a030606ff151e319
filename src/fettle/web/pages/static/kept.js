// Where there is no network and the page was never opened here: what can be done all the same.

const user = localStorage.getItem("fettle-user");
const capture = /^\/orders\/([^/]+)\/capture\/?$/.exec(location.pathname);

addEventListener("online", () => location.reload());
document.getElementById("again").addEventListener("click", () => location.reload());

/** Photos of a work order that is known by its label alone. */
if (capture && user) {
  const page = document.getElementById("capture");
  page.dataset.order = page.dataset.number = decodeURIComponent(capture[1]);
  page.querySelector(".number").textContent = page.dataset.number;
  page.hidden = false;
  await import("./capture.js");
}

async function titleOf(answer) {
  const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
  return shown.title.replace(/ · Fettle$/, "");
}

const pages = await caches.open("fettle-pages");
for (const request of await pages.keys()) {
  const link = document.createElement("a");
  link.href = new URL(request.url).pathname;
  link.textContent = await titleOf(await pages.match(request, { ignoreVary: true }));
  const line = document.createElement("li");
  line.append(link);
  document.querySelector(".kept-pages").append(line);
  document.getElementById("pages").hidden = false;
}
