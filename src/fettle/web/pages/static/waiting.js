// Everything that this device keeps for whoever is signed in, and how much of it is somebody else's.

import { all } from "./queue.js";
import { Tiles, showCount, tellStanding } from "./tiles.js";

const page = document.getElementById("waiting-photos");
const user = document.querySelector(".frame").dataset.user;

new Tiles(page.querySelector(".photos"), user, { isShown: () => true, changed });

async function changed(shown, reason) {
  tellStanding(page.querySelector(".standing"), shown, reason);
  page.querySelector(".empty").hidden = shown.length > 0;
  const others = (await all()).filter((photo) => photo.userId !== user && photo.state !== "stored").length;
  showCount(page.querySelector(".others"), others);
}
