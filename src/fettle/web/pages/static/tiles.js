// The little pictures of photos that this device keeps, each with what is true of it now.

import { allOf, bytesOf, change, discard, photos } from "./queue.js";
import { giveUp, obstacle, wakeNow } from "./sending.js";

const EDGE_PX = 320;
const language = document.documentElement.lang;
const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const drawing = new Set();

/** Keep a small copy of the picture with its row; what the browser cannot read stays without one. */
async function draw(photo) {
  if (photo.thumbnail !== undefined || drawing.has(photo.key)) return;
  drawing.add(photo.key);
  let thumbnail = "";
  try {
    const bytes = await bytesOf(photo.key);
    if (!bytes) return;
    const picture = await createImageBitmap(bytes, { resizeWidth: EDGE_PX, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    picture.close();
    thumbnail = canvas.toDataURL("image/jpeg", 0.7);
  } catch {
    // A picture of a kind that this browser does not know, or one that is damaged.
  } finally {
    drawing.delete(photo.key);
  }
  await change(photo.key, { thumbnail });
}

/** A list that shows the photos of `user` that `isShown` takes, newest first, and keeps showing what becomes of them. */
export class Tiles {
  #list;
  #user;
  #isShown;
  #percents = new Map();
  #changed;
  #isStale = false;
  #showing;

  constructor(list, user, { isShown, changed = () => {} }) {
    this.#list = list;
    this.#user = user;
    this.#isShown = isShown;
    this.#changed = changed;
    list.addEventListener("click", (event) => this.#act(event));
    photos.addEventListener("change", ({ detail }) => this.#hear(detail));
    this.show();
  }

  /** One reading at a time, and another after it for whoever asked meanwhile: an older one must not be shown last. */
  async show() {
    this.#isStale = true;
    this.#showing ??= this.#showAll();
    await this.#showing;
  }

  async #showAll() {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#showOnce();
      }
    } finally {
      this.#showing = undefined;
    }
  }

  async #showOnce() {
    const shown = (await allOf(this.#user)).filter(this.#isShown).reverse();
    const before = new Map(Array.from(this.#list.children, (tile) => [tile.dataset.key, tile]));
    for (const [place, photo] of shown.entries()) {
      const tile = before.get(photo.key) ?? this.#make(photo);
      before.delete(photo.key);
      this.#fill(tile, photo);
      if (this.#list.children[place] !== tile) this.#list.insertBefore(tile, this.#list.children[place] ?? null);
    }
    for (const tile of before.values()) tile.remove();
    this.#changed(shown, obstacle);
    this.#draw(shown);
  }

  async #draw(shown) {
    for (const photo of shown) await draw(photo);
  }

  #hear(detail) {
    if (detail.percent !== undefined) {
      this.#percents.set(detail.key, detail.percent);
      const tile = this.#list.querySelector(`[data-key="${detail.key}"]`);
      if (tile?.dataset.state === "waiting" || tile?.dataset.state === "sending") this.#progress(tile, detail.percent);
      return;
    }
    if (detail.key) this.#percents.delete(detail.key);
    else this.#percents.clear();
    this.show();
  }

  #make(photo) {
    const tile = document.getElementById("photo").content.firstElementChild.cloneNode(true);
    tile.dataset.key = photo.key;
    return tile;
  }

  #fill(tile, photo) {
    const part = (name) => tile.querySelector(`.${name}`);
    const percent = this.#percents.get(photo.key);
    tile.dataset.state = photo.state;
    tile.toggleAttribute("data-late", Boolean(photo.late));
    if (part("order")) {
      part("order").textContent = `${photo.number} · ${photo.name}`;
      part("order").href = `/orders/${photo.number}/capture`;
    }
    part("step").textContent = photo.label ?? "";
    part("said").textContent = photo.code === "GONE" ? part("said").dataset.gone : (photo.said ?? "");
    const image = part("picture");
    if (photo.thumbnail && image.getAttribute("src") !== photo.thumbnail) image.src = photo.thumbnail;
    image.alt = [photo.label, time.format(new Date(photo.takenAt))].filter(Boolean).join(", ");
    if (photo.state === "waiting" && percent !== undefined) this.#progress(tile, percent);
  }

  #progress(tile, percent) {
    tile.dataset.state = "sending";
    tile.querySelector("progress").value = percent;
    tile.querySelector(".percent").textContent = String(percent);
  }

  async #act({ target }) {
    const tile = target.closest("li");
    const photo = (await allOf(this.#user)).find((each) => each.key === tile?.dataset.key);
    if (!photo) return;
    if (target.closest(".again")) {
      await change(photo.key, { state: "waiting", said: undefined, code: undefined, attempts: 0 });
      wakeNow();
    }
    if (target.closest(".discard") && confirm(target.closest(".discard").dataset.confirm)) {
      await discard(photo.key);
      await giveUp(photo);
    }
  }
}

/** Write a number into an element that has words for one and for many; none hides it. */
export function showCount(part, count) {
  part.hidden = count === 0;
  part.toggleAttribute("data-one", count === 1);
  part.querySelector("b").textContent = String(count);
}

/** Tell in `place` how many photos are in which state, and what keeps them from being sent. */
export function tellStanding(place, shown, reason) {
  const counts = { waiting: 0, refused: 0, stored: 0 };
  for (const photo of shown) counts[photo.state] += 1;
  for (const part of place.querySelectorAll("[data-count]")) {
    showCount(part, counts[part.dataset.count]);
  }
  const waits = counts.waiting > 0;
  const why = waits && !navigator.onLine ? "offline" : reason;
  for (const part of place.querySelectorAll("[data-obstacle]")) part.hidden = !waits || part.dataset.obstacle !== why;
}
