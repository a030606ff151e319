// Looking at photos: arrows or a swipe lead from one to the next, two fingers, the wheel or a double tap come closer.

const box = document.getElementById("lightbox");
const stage = box.querySelector(".stage");
const low = box.querySelector(".low");
const full = box.querySelector(".full");
const facts = document.getElementById("photo-facts");
const MOST = 8;
const SWIPE = 60;
const PAGE_FACTS_MS = 120;

let links = [];
let at = 0;
let view = { scale: 1, x: 0, y: 0 };
let asking;

function draw({ scale, x, y }) {
  for (const image of [low, full]) image.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
}

function place({ scale, x, y }) {
  const limit = (size) => (size * (scale - 1)) / 2;
  const within = (value, size) => Math.min(limit(size), Math.max(-limit(size), value));
  view = { scale, x: within(x, stage.clientWidth), y: within(y, stage.clientHeight) };
  draw(view);
  if (scale > 1.5) load("large");
}

/** Scale about a point of the stage, which stays where it is. */
function zoom(scale, x, y) {
  const next = Math.min(MOST, Math.max(1, scale));
  const bounds = stage.getBoundingClientRect();
  const from = { x: x - bounds.left - bounds.width / 2, y: y - bounds.top - bounds.height / 2 };
  const ratio = next / view.scale;
  place({ scale: next, x: from.x - (from.x - view.x) * ratio, y: from.y - (from.y - view.y) * ratio });
}

const pathOf = (link) => link.dataset.picture;

/** Show a larger picture once it is all there; until then the smaller one stands. */
async function load(kind) {
  const link = links[at];
  if (full.dataset.kind === "large" && full.dataset.of === pathOf(link)) return;
  Object.assign(full.dataset, { kind, of: pathOf(link) });
  const image = new Image();
  image.src = `${pathOf(link)}/${kind}`;
  try {
    await image.decode();
  } catch {
    return; // The smaller one goes on standing.
  }
  if (links[at] === link) full.src = image.src;
}

async function tell(link) {
  const address = link.dataset.facts ?? link.getAttribute("href");
  await window.htmx.ajax("GET", address, { source: facts, target: "#photo-facts", swap: "innerHTML" });
}

function show(index) {
  at = index;
  const link = links[at];
  const title = link.title || link.textContent.trim();
  place({ scale: 1, x: 0, y: 0 });
  full.removeAttribute("src");
  low.src = `${pathOf(link)}/thumbnail`;
  full.alt = title;
  box.querySelector(".place").textContent = links.length > 1 ? `${at + 1} / ${links.length}` : "";
  box.querySelector(".title").textContent = title;
  box.querySelector("[data-original]").href = pathOf(link);
  box.querySelector("[data-previous]").hidden = at === 0;
  box.querySelector("[data-next]").hidden = at === links.length - 1;
  load(window.innerWidth * window.devicePixelRatio > 1600 ? "large" : "preview");
  for (const near of [links[at + 1], links[at - 1]]) if (near) new Image().src = `${pathOf(near)}/preview`;
  clearTimeout(asking);
  facts.replaceChildren();
  asking = setTimeout(() => tell(link), PAGE_FACTS_MS);
}

const move = (by) => links[at + by] && show(at + by);

function open(link) {
  const together = link.closest(".documents") ? ".documents" : ".photos";
  const seen = new Set();
  links = [...document.querySelectorAll(`${together} a[data-picture]`)].filter(
    (each) => !seen.has(pathOf(each)) && seen.add(pathOf(each)),
  );
  box.classList.toggle("told", window.innerWidth >= 1200);
  box.showModal();
  history.pushState({ lightbox: true }, "");
  show(links.findIndex((each) => pathOf(each) === pathOf(link)));
}

/** Closing goes back in history, so that the phone's own way back closes too. */
const close = () => (history.state?.lightbox ? history.back() : box.close());

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-picture]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
window.addEventListener("popstate", () => box.open && box.close());
box.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});
box.addEventListener("close", () => {
  clearTimeout(asking);
  const link = links[at] && document.getElementById(links[at].id);
  (link ?? links[at])?.focus();
});
box.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if ("close" in button.dataset) close();
  if ("previous" in button.dataset) move(-1);
  if ("next" in button.dataset) move(1);
  if ("facts" in button.dataset) box.classList.toggle("told");
});
box.addEventListener("keydown", (event) => {
  if (event.target.closest("textarea, input, select")) return;
  const middle = [window.innerWidth / 2, window.innerHeight / 2];
  const acts = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    Home: () => show(0),
    End: () => show(links.length - 1),
    i: () => box.classList.toggle("told"),
    "+": () => zoom(view.scale * 1.5, ...middle),
    "-": () => zoom(view.scale / 1.5, ...middle),
    0: () => place({ scale: 1, x: 0, y: 0 }),
  };
  if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  acts[event.key]();
});

// Fingers and the mouse: one moves the picture or turns to the next, two scale.
const fingers = new Map();
let began = null;
let lastTap = 0;

const distance = ([a, b]) => Math.hypot(a.x - b.x, a.y - b.y);
const middleOf = ([a, b]) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

function begin() {
  const points = [...fingers.values()];
  began = { points, view, at: points.length === 2 ? distance(points) : 0 };
}

function turnOrClose(from, to) {
  const [x, y] = [to.x - from.x, to.y - from.y];
  if (Math.abs(x) > SWIPE && Math.abs(x) > Math.abs(y)) move(x < 0 ? 1 : -1);
  else if (y > 2 * SWIPE) close();
  else if (y < -SWIPE) box.classList.add("told");
}

stage.addEventListener("pointerdown", (event) => {
  stage.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  begin();
});
stage.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  const points = [...fingers.values()];
  if (points.length === 2) {
    const centre = middleOf(points);
    zoom((began.view.scale * distance(points)) / began.at, centre.x, centre.y);
  } else if (began.view.scale > 1) {
    const [from] = began.points;
    place({ ...view, x: began.view.x + points[0].x - from.x, y: began.view.y + points[0].y - from.y });
  } else {
    const [from] = began.points;
    const [x, y] = [points[0].x - from.x, points[0].y - from.y];
    draw(Math.abs(x) > Math.abs(y) ? { scale: 1, x, y: 0 } : { scale: 1, x: 0, y: Math.max(0, y) });
  }
});

function lift(event) {
  const wasOne = fingers.size === 1;
  if (!fingers.delete(event.pointerId)) return;
  draw(view);
  const to = { x: event.clientX, y: event.clientY };
  if (wasOne && began.points.length === 1 && event.type === "pointerup") {
    const [from] = began.points;
    const isTap = Math.hypot(to.x - from.x, to.y - from.y) < 10;
    if (isTap && event.timeStamp - lastTap < 300) zoom(view.scale > 1 ? 1 : 2.5, to.x, to.y);
    else if (!isTap && view.scale === 1) turnOrClose(from, to);
    lastTap = isTap ? event.timeStamp : 0;
  }
  if (fingers.size) begin();
}

stage.addEventListener("pointerup", lift);
stage.addEventListener("pointercancel", lift);
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  zoom(view.scale * Math.exp(-event.deltaY / 400), event.clientX, event.clientY);
}, { passive: false });
