// The subset of markdown that chat clients draw, built from text nodes: markup in the source stays text.

const BLOCKS = { heading: /^(#{1,6})\s+(.*)$/, quote: /^>\s?(.*)$/, bullet: /^\s*[-*+]\s+(.*)$/, number: /^\s*\d+[.、)]\s+(.*)$/, rule: /^\s*(-{3,}|\*{3,})\s*$/ };
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&nbsp;": " " };
const INLINE = /\\([\\`*_{}[\]()#+\-.!>~|<])|(&(?:lt|gt|amp|quot|nbsp);)|\*\*(?=\S)([\s\S]+?)\*\*|`([^`]+)`|!?\[([^\]]*)\]\(([^)\s]+)\)|\*(?=\S)([^*]+?)\*|(https?:\/\/[^\s<>"'，。；！？、（）【】《》]+)/g;

export function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  for (const child of children.flat(2)) if (child !== null && child !== undefined) node.append(child);
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + name);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

// Links lead to http(s) only; the client's own page links are unwrapped to what they carry.
export function safeAddress(address) {
  try {
    let url = new URL(address);
    if (url.protocol === "dingtalk:" && url.searchParams.get("url")) url = new URL(url.searchParams.get("url"));
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch (error) {
    return null;
  }
}

export function link(address, ...content) {
  const safe = safeAddress(address);
  return safe ? element("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }, content) : element("span", {}, content);
}

export function inline(text, mentions) {
  const out = [];
  let last = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > last) out.push(...named(text.slice(last, match.index), mentions));
    last = match.index + match[0].length;
    if (match[1] !== undefined) out.push(match[1]);
    else if (match[2] !== undefined) out.push(ENTITIES[match[2]]);
    else if (match[3] !== undefined) out.push(element("strong", {}, inline(match[3], mentions)));
    else if (match[4] !== undefined) out.push(element("code", {}, match[4]));
    else if (match[6] !== undefined) out.push(link(match[6], match[5] || match[6]));
    else if (match[7] !== undefined) out.push(element("em", {}, inline(match[7], mentions)));
    else out.push(link(match[8], match[8]));
  }
  if (last < text.length) out.push(...named(text.slice(last), mentions));
  return out;
}

// Plain text: no markdown, but addresses can be followed and mentioned people are named.
export function plain(text, mentions) {
  const out = [];
  let last = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"'，。；！？、（）【】《》]+/g)) {
    out.push(...named(text.slice(last, match.index), mentions), link(match[0], match[0]));
    last = match.index + match[0].length;
  }
  out.push(...named(text.slice(last), mentions));
  return out;
}

function named(text, mentions) {
  const entries = Object.entries(mentions || {});
  if (!entries.length || !text) return text ? [text] : [];
  const out = [];
  let rest = text;
  while (rest) {
    let found = null;
    for (const [id, nick] of entries) {
      const at = rest.indexOf("@" + id);
      if (at >= 0 && (!found || at < found.at)) found = { at, id, nick };
    }
    if (!found) break;
    out.push(rest.slice(0, found.at), element("span", { class: "mention" }, "@" + found.nick));
    rest = rest.slice(found.at + found.id.length + 1);
  }
  out.push(rest);
  return out.filter((part) => part !== "");
}

function line(text, mentions) {
  const fact = text.match(/^([\u4e00-\u9fff]{2,6})：(?=.)/);
  if (!fact) return inline(text, mentions);
  return [element("span", { class: "label" }, fact[0]), ...inline(text.slice(fact[0].length), mentions)];
}

export function markdown(source, mentions) {
  const root = element("div", { class: "md" });
  let open = null; // the list, quote or paragraph that the next line may continue
  const block = (tag) => {
    if (!open || open.tagName.toLowerCase() !== tag) {
      open = element(tag);
      root.append(open);
    }
    return open;
  };
  const row = (parent, text) => parent.append(element("span", { class: "line" }, line(text, mentions)));
  for (const raw of source.replace(/\r/g, "").split("\n")) {
    const text = raw.trimEnd();
    let match;
    if (!text.trim()) open = null;
    else if (BLOCKS.rule.test(text)) { root.append(element("hr")); open = null; }
    else if ((match = text.match(BLOCKS.heading))) { root.append(element(match[1].length < 4 ? "h3" : "h4", {}, inline(match[2], mentions))); open = null; }
    else if ((match = text.match(BLOCKS.quote))) row(block("blockquote"), match[1]);
    else if ((match = text.match(BLOCKS.bullet))) block("ul").append(element("li", {}, line(match[1], mentions)));
    else if ((match = text.match(BLOCKS.number))) {
      const list = block("ol");
      if (!list.childNodes.length) list.start = parseInt(text, 10) || 1;
      list.append(element("li", {}, line(match[1], mentions)));
    } else row(block("p"), text.trim());
  }
  return root;
}
