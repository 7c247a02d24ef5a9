// The page: which panes stand, what the platform tells them, light and dark.

import { element } from "./markdown.js";
import { Pane } from "./pane.js";
import { connect, find, narrow, panes, phone, toast, world } from "./shared.js";

// Which panes stand on the page

const PANE = 296; // the least width of a pane, as in style.css

// On a phone: whose pane stands, kept while this tab is open.
function choose(user) {
  phone.user = user;
  sessionStorage.setItem("person", user);
}

function show(user) {
  const pane = panes.get(user);
  if (narrow.matches) choose(user);
  else if (pane.root.hidden || [...panes.values()].filter((p) => !p.root.hidden).length > 1) pane.root.hidden = !pane.root.hidden;
  arrange();
  if (!pane.root.hidden) pane.root.scrollIntoView({ block: "nearest", inline: "nearest" });
  pane.switcher.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function arrange() {
  for (const pane of panes.values()) {
    if (narrow.matches) pane.root.hidden = false;
    pane.root.classList.toggle("current", pane.user === phone.user);
  }
  // Only now has every pane its width, and what is measured below its height.
  for (const pane of panes.values()) {
    pane.switcher.setAttribute("aria-pressed", String(pane.visible));
    pane.seen();
    pane.drawTabs();
    pane.fit();
    if (pane.visible) pane.toEnd();
  }
}

function widen() {
  const fitting = Math.max(1, Math.min(4, Math.floor((innerWidth - 12) / (PANE + 12))));
  const layout = laidOut();
  const first = layout ? layout.panes.filter((user) => panes.has(user)) : [...panes.keys()];
  const standing = new Set(first.slice(0, fitting));
  const order = [...new Set([...first, ...panes.keys()])].map((user) => panes.get(user));
  find("panes").replaceChildren(...order.map((pane) => pane.root));
  find("personas").replaceChildren(...order.map((pane) => pane.switcher));
  find("personas").scrollLeft = 0;
  if (!narrow.matches) for (const pane of panes.values()) pane.root.hidden = !standing.has(pane.user);
  arrange();
}

// Layouts: the people of one platform side by side

// What stands behind the # may be anything; what is no name names no layout.
function named() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
}
const laidOut = () => world.layouts.find((layout) => layout.title === named()) || world.layouts[0];

function lay(layout) {
  history.replaceState(null, "", "#" + encodeURIComponent(layout.title));
  if (narrow.matches) choose(layout.panes[0]);
  drawLayouts();
  widen();
}

function drawLayouts() {
  const node = find("layouts");
  node.hidden = world.layouts.length < 2;
  node.replaceChildren(...world.layouts.map((layout) => element("button", {
    type: "button", class: "layout", "aria-pressed": String(layout === laidOut()), dataset: { testid: "layout", layout: layout.title }, onclick: () => lay(layout),
  }, layout.title)));
}

// The wire

function hello(message) {
  world.robot = message.robot;
  world.personas = message.personas;
  world.layouts = message.layouts;
  world.places = new Map(message.places.map((place) => [place.id, place]));
  world.bubbles = new Map(message.bubbles.map((bubble) => [bubble.key, bubble]));
  find("brand").textContent = message.robot;
  panes.clear();
  for (const persona of message.personas) panes.set(persona.id, new Pane(persona, show));
  phone.user ||= sessionStorage.getItem("person");
  if (!panes.has(phone.user)) phone.user = laidOut()?.panes[0] || message.personas[0].id;
  drawLayouts();
  widen();
  online(message.online);
  document.body.dataset.ready = "yes";
}

function online(yes) {
  const node = find("online");
  node.className = "online " + (yes ? "yes" : "no");
  node.lastElementChild.textContent = yes ? "机器人在线" : "机器人不在线";
}

function receive(message) {
  switch (message.type) {
    case "hello": return hello(message);
    case "bubble": {
      const isNew = !world.bubbles.has(message.bubble.key);
      world.bubbles.set(message.bubble.key, message.bubble);
      for (const pane of panes.values()) pane.take(message.bubble, isNew);
      return undefined;
    }
    case "place": {
      world.places.set(message.place.id, message.place);
      for (const pane of panes.values()) pane.moved(message.place.id);
      return undefined;
    }
    case "online": return online(message.online);
    case "pressed": return panes.get(message.user)?.pressed(message);
    case "trace": return panes.get(message.user)?.sheet(message);
    case "toast": return toast(message.text);
    case "reload": return location.reload();
    default: return undefined;
  }
}

// Light and dark

function dress(theme) { document.documentElement.dataset.theme = theme; }

const system = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => localStorage.getItem("theme") || (system.matches ? "dark" : "light");
dress(chosen());
system.addEventListener("change", () => dress(chosen()));
find("theme").addEventListener("click", () => {
  localStorage.setItem("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  dress(chosen());
});
narrow.addEventListener("change", widen);
addEventListener("hashchange", () => {
  const layout = laidOut();
  if (narrow.matches && layout) choose(layout.panes[0]);
  drawLayouts();
  widen();
});
document.addEventListener("visibilitychange", () => { for (const pane of panes.values()) pane.seen(); });
connect(receive, () => {
  online(false);
  find("online").lastElementChild.textContent = "演示平台未连接";
});
