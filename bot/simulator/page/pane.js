// One persona's pane: conversations, messages, writing, forwarding, the records of a bubble.

import { avatar, body, clock, gist, robotAvatar, stamp } from "./bubbles.js";
import { doorBar, happened, hintAt } from "./doors.js";
import { element, icon } from "./markdown.js";
import { narrow, phone, send, toast, world } from "./shared.js";

const CHIPS = ["菜单", "我要反映问题", "进度", "确认", "补充", "催办", "继续", "取消", "转人工"];
const STAFF_CHIPS = ["菜单", "清单", "确认", "修改", "继续", "取消", "转人工"];
const REPORTER = "企业家"; // the role whose words are those of CHIPS
const LARGEST = 20 * 1024 * 1024;
const SYMBOLS = { group: "group", direct: "robot" };
const GAP = 5 * 60 * 1000;

function button(label, symbol, properties) {
  return element("button", { type: "button", class: "icon", title: label, "aria-label": label, ...properties }, icon(symbol));
}

function kindOf(place) {
  if (place.group) return "group";
  return place.channel === "dingtalk" ? "direct" : place.channel;
}

export class Pane {
  constructor(persona, choose) {
    this.choose = choose;
    this.user = persona.id;
    this.persona = persona;
    this.robot = world.robot;
    this.place = persona.places[0];
    this.unread = new Map(persona.places.map((id) => [id, 0]));
    this.rows = new Map();
    this.pressing = new Set();
    this.picked = null;
    this.replyTo = null;
    this.at = true;
    this.drafts = new Map();
    this.build();
  }

  get spot() { return world.places.get(this.place); }

  // Another platform than DingTalk: what is done here goes through its door.
  get door() { return this.spot.channel === "dingtalk" ? {} : { door: this.place }; }

  get group() { return world.places.get(this.place).group; }

  get words() { return this.persona.role === REPORTER ? CHIPS : STAFF_CHIPS; }

  build() {
    const { persona } = this;
    this.tabs = element("nav", { class: "tabs", role: "tablist", "aria-label": `${persona.nick}的会话` });
    this.log = element("div", { class: "log", role: "log", tabIndex: 0, "aria-label": "消息", dataset: { testid: "log" } });
    this.foot = element("div", { class: "foot" });
    this.where = element("p", { dataset: { testid: "where" } });
    // Stay at the newest message while pictures load and cards grow, unless the reader scrolled up.
    this.stuck = true;
    this.log.addEventListener("scroll", () => { this.stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 120; });
    this.log.addEventListener("load", () => { if (this.stuck) this.toEnd(); }, true);
    this.root = element("section", { class: "pane", "aria-label": `${persona.nick}（${persona.role}）`, dataset: { testid: `pane-${persona.id}`, user: persona.id } },
      element("header", { class: "pane-head" }, avatar(persona.nick, persona.colour), element("div", {}, element("h2", {}, persona.nick), this.where)),
      this.tabs, this.log, this.foot);
    const first = world.places.get(persona.places[0]), here = first.channel === "dingtalk";
    const called = persona.role && persona.role !== persona.nick ? `${persona.nick} · ${persona.role}` : persona.nick;
    this.switcher = element("button", { type: "button", class: "persona", title: called, "aria-label": called, dataset: { testid: `persona-${persona.id}` }, onclick: () => this.choose(this.user) },
      avatar(persona.nick, persona.colour), persona.nick, called === persona.nick ? null : element("small", {}, here ? persona.role : first.title), element("span", { class: "dot" }));
    this.buildFoot();
    this.listenForFiles();
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.escape(); });
    this.drawTabs();
    this.redraw();
  }

  buildFoot() {
    this.chips = element("div", { class: "chips", "aria-label": "快捷词" }, this.words.map((word) =>
      element("button", { type: "button", class: "chip", dataset: { testid: "chip", word }, onclick: () => this.say(word) }, word)));
    this.doorBar = element("div", { class: "doorbar", hidden: true });
    this.reply = element("div", { class: "replying", hidden: true });
    this.input = element("textarea", { rows: 1, "aria-label": `以${this.persona.nick}的身份输入消息`, dataset: { testid: "input" }, oninput: () => this.fit(), onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event) });
    this.pictureInput = this.chooser("picture", "image/jpeg,image/png,image/gif,image/bmp");
    this.fileInput = this.chooser("file", "");
    this.atButton = element("button", { type: "button", class: "icon at", "aria-label": "@机器人", title: "@机器人：不@时机器人收不到", dataset: { testid: "at" }, onclick: () => { this.at = !this.at; this.drawFoot(); } }, "@");
    this.fileButton = button("发送文件", "file", { onclick: () => this.fileInput.click(), dataset: { testid: "file" } });
    this.voiceButton = button("把输入的文字作为语音发送", "voice", { onclick: () => this.speak(), dataset: { testid: "voice" } });
    this.composer = element("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.say(this.input.value, true); } },
      this.atButton, button("发送图片", "picture", { onclick: () => this.pictureInput.click(), dataset: { testid: "picture" } }), this.fileButton, this.voiceButton,
      this.input, element("button", { type: "submit", class: "icon send", title: "发送（Enter）", "aria-label": "发送", dataset: { testid: "send" } }, icon("send")),
      this.pictureInput, this.fileInput);
    this.pickBar = element("div", { class: "picking", hidden: true });
    this.deaf = element("p", { class: "deaf", hidden: true, dataset: { testid: "deaf" } }, "这个群只收推送：机器人听不到群里的话");
    this.foot.append(this.chips, this.reply, this.composer, this.doorBar, this.deaf, this.pickBar);
  }

  chooser(kind, accept) {
    return element("input", { type: "file", hidden: true, accept, tabIndex: -1, dataset: { testid: `${kind}-input` }, onchange: (event) => {
      for (const file of event.target.files) this.upload(file, kind);
      event.target.value = "";
    } });
  }

  listenForFiles() {
    const drag = (event, on) => { event.preventDefault(); this.root.classList.toggle("dropping", on); };
    this.root.addEventListener("dragover", (event) => drag(event, true));
    this.root.addEventListener("dragleave", (event) => drag(event, false));
    this.root.addEventListener("drop", (event) => {
      drag(event, false);
      for (const file of event.dataTransfer.files) this.upload(file, file.type.startsWith("image/") ? "picture" : "file");
    });
  }

  // Tabs

  drawTabs() {
    this.tabs.replaceChildren(...this.persona.places.map((id) => {
      const place = world.places.get(id), chosen = id === this.place, count = this.unread.get(id);
      return element("button", {
        type: "button", class: "tab", role: "tab", "aria-selected": String(chosen), title: place.title,
        "aria-label": place.title + (count ? `，${count} 条未读` : ""),
        dataset: { testid: "tab", place: id, kind: kindOf(place) }, onclick: () => this.open(id),
      }, icon(SYMBOLS[kindOf(place)] || "chats"), element("span", { class: "name" }, place.title), element("span", { class: "dot" }, count ? String(Math.min(count, 99)) : ""));
    }));
    const total = [...this.unread.values()].reduce((sum, n) => sum + n, 0);
    this.switcher.querySelector(".dot").textContent = total && !this.visible ? String(Math.min(total, 99)) : "";
  }

  get visible() { return narrow.matches ? phone.user === this.user : !this.root.hidden; }

  open(place) {
    this.drafts.set(this.place, this.input.value);
    this.place = place;
    this.input.value = this.drafts.get(place) || "";
    this.picked = null;
    this.replyTo = null;
    this.seen();
    this.redraw();
    if (!narrow.matches && this.spot.hears !== false) this.input.focus();
  }

  seen() {
    if (!this.visible || document.hidden) return;
    if (this.unread.get(this.place) && this.spot.channel === "dingtalk") send({ type: "read", user: this.user, place: this.place });
    this.unread.set(this.place, 0);
    this.drawTabs();
  }

  // Messages

  sees(bubble) {
    return this.persona.places.includes(bubble.place) && (!bubble.onlyFor || bubble.onlyFor.includes(this.user));
  }

  redraw() {
    this.rows.clear();
    this.lastAt = 0;
    this.log.replaceChildren();
    const mine = [...world.bubbles.values()].filter((b) => b.place === this.place && this.sees(b)).sort((a, b) => a.seq - b.seq);
    for (const bubble of mine) this.append(bubble);
    if (!mine.length) this.log.append(this.hint());
    this.drawFoot();
    this.toEnd();
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.stuck = true;
  }

  hint() {
    if (this.spot.channel !== "dingtalk") return hintAt(this.spot);
    const words = this.group ? `在群里 @${world.robot} 才会收到` : `点下面的“菜单”或“${this.words[1]}”开始`;
    return element("div", { class: "empty" }, element("div", {}, element("strong", {}, this.group ? world.places.get(this.place).title : `与${world.robot}的单聊`), words));
  }

  append(bubble) {
    this.log.querySelector(".empty")?.remove();
    if (bubble.at - this.lastAt > GAP) this.log.append(element("p", { class: "stamp" }, stamp(bubble.at)));
    this.lastAt = bubble.at;
    const row = this.row(bubble);
    this.rows.set(bubble.key, row);
    this.log.append(row);
  }

  // A chat at another platform looks different now: its menu, whether its person follows.
  moved(place) {
    if (place !== this.place) return;
    const empty = this.log.querySelector(".empty");
    if (empty) empty.replaceWith(this.hint());
    this.drawFoot();
  }

  take(bubble, isNew) {
    if (!this.sees(bubble)) return;
    if (bubble.place === this.place) {
      const stay = this.stuck || (isNew && bubble.sender === this.user);
      const old = this.rows.get(bubble.key);
      if (old) {
        const row = this.row(bubble);
        const focused = old.contains(document.activeElement) ? document.activeElement.dataset.action : null;
        old.replaceWith(row);
        this.rows.set(bubble.key, row);
        if (focused) row.querySelector(`[data-action="${CSS.escape(focused)}"]`)?.focus();
      } else this.append(bubble);
      if (stay) this.toEnd();
    }
    if (isNew && bubble.sender !== this.user) {
      this.unread.set(bubble.place, (this.unread.get(bubble.place) || 0) + 1);
      this.drawTabs();
      if (bubble.place === this.place) this.seen();
    }
  }

  row(bubble) {
    const me = bubble.sender === this.user;
    if (bubble.kind === "event") return happened(bubble, () => this.ask(bubble.key));
    const robot = bubble.sender === "robot" || bubble.sender === "custom-robot";
    const wide = bubble.card || bubble.kind === "actionCard";
    const stack = element("div", { class: "stack" },
      this.group && !me ? element("span", { class: "who" }, bubble.nick) : null,
      bubble.card ? Object.values(bubble.mentions).map((nick) => element("span", { class: "mention" }, "@" + nick)) : null,
      body(bubble, this), this.meta(bubble, me));
    const row = element("div", {
      class: ["row", me ? "me" : "", wide ? "has-card" : "", this.picked ? "pickable" : ""].join(" ").trim(),
      dataset: { testid: "bubble", key: bubble.key, kind: bubble.kind, sender: me ? "me" : robot ? "robot" : "other" },
    }, robot ? robotAvatar() : avatar(bubble.nick, bubble.colour), stack);
    if (this.picked && !bubble.recalled) {
      row.append(element("input", { type: "checkbox", class: "pick", checked: this.picked.has(bubble.key), "aria-label": "选择这条消息", onchange: () => this.pick(bubble.key) }));
    }
    return row;
  }

  meta(bubble, me) {
    const bad = ["机器人不在线", "服务没有应答"].includes(bubble.state);
    const small = (label, symbol, testid, act) => element("button", { type: "button", class: symbol === "info" ? "" : "quiet", title: label, "aria-label": label, dataset: { testid }, onclick: act }, icon(symbol));
    return element("div", { class: "meta" },
      element("time", { dateTime: new Date(bubble.at).toISOString() }, clock(bubble.at)),
      me && bubble.state ? element("span", { class: bad ? "state bad" : "state", dataset: { testid: "state" } }, bubble.state) : null,
      small("查看记录与送达", "info", "info", () => this.ask(bubble.key)),
      bubble.recalled || this.spot.channel !== "dingtalk" ? null : small("引用回复", "quote", "quote", () => this.quote(bubble)),
      this.group && this.spot.channel === "dingtalk" && !bubble.recalled ? small("转发给机器人", "forward", "forward", () => this.startPicking(bubble.key)) : null);
  }

  // Writing

  drawFoot() {
    const place = this.spot, here = place.channel === "dingtalk", left = place.follows === false, deaf = place.hears === false;
    this.root.dataset.channel = place.channel;
    this.where.textContent = here ? this.persona.role : `${this.persona.role} · ${place.title}`;
    this.atButton.hidden = !place.group;
    this.fileButton.hidden = place.group || place.channel === "wechat";
    this.voiceButton.hidden = place.group || !here;
    doorBar(this);
    this.atButton.setAttribute("aria-pressed", String(this.at));
    this.input.placeholder = place.group ? (this.at ? `@${world.robot}` : "发到群里") : "发消息";
    this.deaf.hidden = !deaf;
    this.chips.hidden = this.composer.hidden = Boolean(this.picked) || left || deaf;
    this.reply.hidden = !this.replyTo || Boolean(this.picked);
    if (this.replyTo) this.reply.replaceChildren(element("span", {}, `引用 ${this.replyTo.nick}：${gist(this.replyTo)}`), button("取消引用", "close", { onclick: () => this.quote(null) }));
    this.pickBar.hidden = !this.picked;
    if (this.picked) this.pickBar.replaceChildren(element("span", {}, `已选 ${this.picked.size} 条`),
      element("button", { type: "button", class: "button", onclick: () => this.stopPicking() }, "取消"),
      element("button", { type: "button", class: "button primary", disabled: !this.picked.size, dataset: { testid: "forward-send" }, onclick: () => this.forward() }, "转发给机器人"));
    this.fit();
  }

  fit() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = Math.min(this.input.scrollHeight + 2, 132) + "px";
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say(this.input.value, true);
  }

  say(text, typed) {
    if (!text.trim()) return;
    send({ type: "say", user: this.user, text, ...this.door, group: this.group ? this.place : null, at: this.at, quoted: typed && this.replyTo ? this.replyTo.key : null });
    if (!typed) return;
    this.input.value = "";
    this.replyTo = null;
    this.drawFoot();
  }

  speak() {
    const text = this.input.value.trim();
    if (!text) { toast("先输入文字，再按话筒：演示里把它当作语音识别的结果"); return; }
    send({ type: "audio", user: this.user, text });
    this.input.value = "";
    this.fit();
  }

  quote(bubble) {
    this.replyTo = bubble;
    this.drawFoot();
    this.input.focus();
  }

  paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) this.upload(file, file.type.startsWith("image/") ? "picture" : "file");
  }

  async upload(file, kind) {
    if (this.spot.hears === false) { toast(this.deaf.textContent); return; }
    if (file.size > LARGEST) { toast("文件不能超过 20 MB"); return; }
    const query = new URLSearchParams({ user: this.user, name: file.name || "图片.png", kind, at: this.at ? "1" : "0" });
    if (this.group) query.set("group", this.place);
    if (this.door.door) query.set("door", this.place);
    try {
      const answer = await fetch("/page/upload?" + query, { method: "POST", body: file });
      if (!answer.ok) toast((await answer.json()).error || "上传失败");
    } catch (error) {
      toast("上传失败，请重试");
    }
  }

  // Forwarding

  startPicking(key) { this.picked = new Set([key]); this.keepScroll(() => this.redraw()); }

  stopPicking() { this.picked = null; this.keepScroll(() => this.redraw()); }

  keepScroll(act) { const top = this.log.scrollTop; act(); this.log.scrollTop = top; }

  pick(key) {
    if (!this.picked.delete(key)) this.picked.add(key);
    this.drawFoot();
  }

  forward() {
    const keys = [...world.bubbles.values()].filter((b) => this.picked.has(b.key)).sort((a, b) => a.seq - b.seq).map((b) => b.key);
    send({ type: "forward", user: this.user, keys });
    this.picked = null;
    this.open(this.persona.places[0]);
  }

  // Cards and records

  busy(track, action) { return this.pressing.has(track + "\n" + action); }

  press(track, action) {
    const id = track + "\n" + action;
    if (this.pressing.has(id)) return;
    this.pressing.add(id);
    send({ type: "press", user: this.user, track, action, ...this.door });
    this.refreshCard(track);
    setTimeout(() => { if (this.pressing.delete(id)) this.refreshCard(track); }, 4000);
  }

  pressed(answer) {
    this.pressing.delete(answer.track + "\n" + answer.action);
    this.refreshCard(answer.track);
    if (answer.text) toast(answer.text);
  }

  refreshCard(track) {
    for (const bubble of world.bubbles.values()) if (bubble.card && bubble.card.track === track && this.rows.has(bubble.key)) this.take(bubble, false);
  }

  ask(key) {
    this.askedFrom = document.activeElement;
    send({ type: "trace", user: this.user, key });
  }

  sheet(answer) {
    this.closeSheet();
    const list = (rows) => element("dl", {}, rows.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
    const close = button("关闭", "close", { onclick: () => this.closeSheet(), dataset: { testid: "trace-close" } });
    this.root.append(element("div", { class: "sheet", role: "dialog", "aria-label": "这条消息的记录", dataset: { testid: "trace" } },
      element("div", { class: "sheet-head" }, element("h3", {}, "这条消息的记录"), close),
      element("h4", {}, "机器人的记录"),
      answer.bot.length ? list(answer.bot) : element("p", { class: "none" }, "这条消息没有到机器人，或机器人没有提供记录"),
      element("h4", {}, "平台"), list(answer.platform)));
    close.focus();
  }

  closeSheet() {
    const sheet = this.root.querySelector(".sheet");
    if (!sheet) return false;
    sheet.remove();
    if (this.askedFrom && this.askedFrom.isConnected) this.askedFrom.focus();
    return true;
  }

  escape() {
    if (this.closeSheet()) return;
    if (this.picked) this.stopPicking();
    else if (this.replyTo) this.quote(null);
  }
}
