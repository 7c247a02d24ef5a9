// The page: which panes stand, what the platform tells them, light and dark.

import { Pane } from "./pane.js";
import { connect, find, narrow, panes, phone, toast, world } from "./shared.js";

// Which panes stand on the page

const PANE = 296; // the least width of a pane, as in style.css

function show(user) {
  const pane = panes.get(user);
  if (narrow.matches) phone.user = user;
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
  if (!narrow.matches) [...panes.values()].forEach((pane, at) => { pane.root.hidden = at >= fitting; });
  arrange();
}

// The wire

function hello(message) {
  world.robot = message.robot;
  world.personas = message.personas;
  world.places = new Map(message.places.map((place) => [place.id, place]));
  world.bubbles = new Map(message.bubbles.map((bubble) => [bubble.key, bubble]));
  find("brand").textContent = message.robot;
  panes.clear();
  for (const persona of message.personas) panes.set(persona.id, new Pane(persona, show));
  find("panes").replaceChildren(...[...panes.values()].map((pane) => pane.root));
  find("personas").replaceChildren(...[...panes.values()].map((pane) => pane.switcher));
  if (!panes.has(phone.user)) phone.user = message.personas[0].id;
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
document.addEventListener("visibilitychange", () => { for (const pane of panes.values()) pane.seen(); });
connect(receive, () => {
  online(false);
  find("online").lastElementChild.textContent = "演示平台未连接";
});
