// What every page of somebody who is signed in does: send the photos that wait, and say how many there are.

import { allOf, forgetStored, photos } from "./queue.js";
import { startSending } from "./sending.js";

const user = document.querySelector(".frame").dataset.user;
const badge = document.getElementById("waiting");

async function count() {
  const left = (await allOf(user)).filter((photo) => photo.state !== "stored");
  badge.hidden = left.length === 0;
  document.getElementById("leaving").hidden = left.length === 0;
  badge.querySelector(".badge").textContent = String(left.length);
  badge.classList.toggle("refused", left.some((photo) => photo.state === "refused"));
}

photos.addEventListener("change", ({ detail }) => {
  if (detail.percent === undefined) count();
});
// For the page that is shown without a network, which knows nobody.
localStorage.setItem("fettle-user", user);
await forgetStored();
await count();
startSending(user);
