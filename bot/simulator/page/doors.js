// What is peculiar to a chat at 公众号 or 企业微信: the menu below it, following and leaving.

import { clock } from "./bubbles.js";
import { element, icon } from "./markdown.js";
import { send } from "./shared.js";

const ASK = "查看记录与送达";

// What somebody did without a word, as a line of its own.
export function happened(bubble, ask) {
  const failed = bubble.state === "服务没有应答" ? ` · ${bubble.state}` : "";
  return element("p", { class: "stamp happened", dataset: { testid: "bubble", key: bubble.key, kind: "event", sender: "me" } },
    element("span", {}, `${bubble.content.text} · ${clock(bubble.at)}${failed}`),
    element("button", { type: "button", title: ASK, "aria-label": ASK, dataset: { testid: "info" }, onclick: ask }, icon("info")));
}

export function hintAt(place) {
  const words = place.hears === false ? "推送发到这里" : place.follows === false ? "关注后开始" : "直接打字，或点下面的菜单";
  return element("div", { class: "empty" }, element("div", {}, element("strong", {}, place.title), words));
}

function entry(pane, item, close) {
  const tap = () => {
    close();
    if (item.url) open(item.url, "_blank", "noopener,noreferrer");
    else send({ type: "menu", user: pane.user, key: item.key, ...pane.door });
  };
  return element("button", { type: "button", dataset: { testid: "menu", key: item.key }, onclick: tap }, item.name);
}

function folded(pane, item) {
  const below = element("div", { class: "below", hidden: true });
  const button = element("button", { type: "button", "aria-expanded": "false", dataset: { testid: "menu-more" }, onclick: () => show(below.hidden) }, icon("menu"), item.name);
  const box = element("div", { class: "menu-item" }, button, below);
  function show(on) {
    below.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
  }
  below.append(...item.below.map((one) => entry(pane, one, () => { show(false); button.focus(); })));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || below.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  box.addEventListener("focusout", (event) => { if (event.relatedTarget && !box.contains(event.relatedTarget)) show(false); });
  return box;
}

function follow(pane, on) {
  return element("button", { type: "button", class: on ? "follow" : "leave", dataset: { testid: on ? "follow" : "leave" }, onclick: () => send({ type: "follow", user: pane.user, on, ...pane.door }) },
    on ? "关注公众号" : "取消关注");
}

export function doorBar(pane) {
  const { spot, doorBar: bar } = pane;
  const menu = spot.menu || [], follows = spot.follows;
  bar.hidden = Boolean(pane.picked) || spot.channel === "dingtalk" || (!menu.length && follows === undefined);
  if (bar.hidden) return;
  // Drawn anew only when it is another: a menu that somebody opened stays open.
  const drawn = JSON.stringify([pane.place, menu, follows]);
  if (bar.dataset.drawn === drawn) return;
  bar.dataset.drawn = drawn;
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", `${spot.title}菜单`);
  if (follows === false) return bar.replaceChildren(follow(pane, true));
  const items = menu.map((item) => (item.below.length ? folded(pane, item) : element("div", { class: "menu-item" }, entry(pane, item, () => {}))));
  bar.replaceChildren(...items, ...(follows ? [follow(pane, false)] : []));
}
