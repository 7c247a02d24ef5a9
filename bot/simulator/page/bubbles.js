// One bubble as it looks: text, picture, file, voice, record, link card, interactive card.

import { element, icon, inline, link, markdown, plain, safeAddress } from "./markdown.js";

export function initials(nick) {
  return /[\u4e00-\u9fff]/.test(nick) ? nick.slice(-2) : nick.slice(0, 2).toUpperCase();
}

export function avatar(nick, colour) {
  const node = element("span", { class: "avatar", "aria-hidden": "true" }, initials(nick));
  if (colour) {
    node.style.background = colour;
    node.style.color = readableOn(colour);
  }
  return node;
}

export function robotAvatar() {
  return element("span", { class: "avatar robot", "aria-hidden": "true" }, icon("robot"));
}

// White or near-black, whichever stands out more on the person's colour.
function readableOn(colour) {
  const digits = /^#([0-9a-f]{6})$/i.exec(colour);
  if (!digits) return "#fff";
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(digits[1].slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) >= 4.5 ? "#fff" : "#101828";
}

export function clock(ms) {
  return new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function stamp(ms) {
  const then = new Date(ms), today = new Date();
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86400000);
  const day = days === 0 ? "今天" : days === 1 ? "昨天" : `${then.getMonth() + 1}月${then.getDate()}日`;
  return `${day} ${clock(ms)}`;
}

export function gist(bubble) {
  if (bubble.card) return bubble.card.face.title || "[卡片]";
  const named = { picture: "[图片]", file: "[文件]", audio: "[语音]", video: "[视频]", chatRecord: "[聊天记录]", richText: "[图文]" };
  return named[bubble.kind] || bubble.content.text || bubble.content.title || "[消息]";
}

function size(bytes) {
  return bytes >= 1048576 ? (bytes / 1048576).toFixed(1) + " MB" : Math.max(1, Math.round(bytes / 1024)) + " KB";
}

function picture(src, alt) {
  return element("a", { href: src, target: "_blank", rel: "noopener" }, element("img", { class: "inline-picture", src, alt, loading: "lazy" }));
}

function file(content) {
  const name = content.name || "文件";
  const words = element("span", {}, content.src ? element("a", { href: content.src, download: name }, name) : name, content.size ? element("small", {}, size(content.size)) : null);
  return element("div", { class: "filecard" }, icon("file"), words);
}

function records(content) {
  const items = content.records.map((r) => element("li", {}, `${r.nick}：${r.text}`));
  return element("div", { class: "records" }, element("strong", {}, "聊天记录"), element("small", {}, `共 ${items.length} 条`), element("ul", {}, items));
}

function voice(content) {
  const seconds = Math.max(1, Math.round((content.duration || 1000) / 1000));
  return element("div", { class: "voice" }, icon("voice"), element("span", {}, `${seconds}″ `, content.recognition || ""));
}

function rich(content) {
  return content.parts.map((part) => (part.src ? picture(part.src, "图片") : element("span", {}, plain(part.text || ""))));
}

function links(content) {
  const buttons = (content.links || []).map((item) => {
    const address = safeAddress(item.url);
    return element("a", { class: "action", href: address || undefined, target: "_blank", rel: "noopener noreferrer" }, item.title);
  });
  return frame(content.title, "", markdown(content.text || ""), buttons);
}

function frame(title, status, body, buttons) {
  return element("article", { class: "card", "aria-label": title || "卡片" },
    title || status ? element("div", { class: "card-head" }, element("h3", {}, title), status ? element("span", { class: "pill", dataset: { testid: "card-status" } }, status) : null) : null,
    element("div", { class: "card-body" }, body),
    buttons.length ? element("div", { class: "actions" }, buttons) : null);
}

function card(bubble, view) {
  const face = bubble.card.private[view.user] || bubble.card.face;
  const buttons = face.actions.map((action) => element("button", {
    type: "button",
    class: ["action", ["primary", "danger"].includes(action.style) ? action.style : "", view.busy(bubble.card.track, action.id) ? "busy" : ""].join(" ").trim(),
    disabled: Boolean(action.done),
    dataset: { testid: "action", action: action.id },
    onclick: () => view.press(bubble.card.track, action.id),
  }, action.label || action.id));
  const node = frame(face.title, face.status, face.body ? markdown(face.body, bubble.mentions) : null, buttons);
  node.dataset.testid = "card";
  node.dataset.track = bubble.card.track;
  return node;
}

function spoken(bubble, robot) {
  const text = bubble.content.text || "";
  const name = "@" + robot;
  if (bubble.via === "person" && text.startsWith(name)) return [element("span", { class: "mention" }, name), ...plain(text.slice(name.length))];
  return plain(text, bubble.mentions);
}

// What stands inside the bubble; cards bring their own frame.
export function body(bubble, view) {
  if (bubble.recalled) return element("div", { class: "bubble recalled" }, "消息已撤回");
  const { content } = bubble;
  if (bubble.card) return card(bubble, view);
  if (bubble.kind === "actionCard") return links(content);
  const box = (className, ...inside) => element("div", { class: ("bubble " + className).trim() },
    bubble.quoted ? element("p", { class: "quoted" }, `${bubble.quoted.nick}：${bubble.quoted.text}`) : null, inside);
  switch (bubble.kind) {
    case "markdown": return box("", markdown(content.text || "", bubble.mentions));
    case "picture": return content.src ? box("media", picture(content.src, content.name || "图片")) : box("", "[图片]");
    case "richText": return box("", rich(content));
    case "file": case "video": return box("", file(content));
    case "audio": return box("", voice(content));
    case "chatRecord": return box("", records(content));
    case "link": return box("", element("strong", {}, link(content.url, content.title)), element("div", {}, inline(content.text || "")));
    default: return box("plain", spoken(bubble, view.robot));
  }
}
