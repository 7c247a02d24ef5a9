"use strict";
// The page works without this. With it, a scanned code is pressed by itself, and what is typed or
// scanned without a network is kept on the phone and sent later: each under a name of its own
// (nonce), so that one that was sent twice is checked in once.
const DOOR = "qinqing-door";
const PATIENCE = 8000; // milliseconds for one answer
const AGAIN = 5000;

const read = (name, otherwise) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
};
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));
// Each activity has a queue of its own: the same phone may be at another door tomorrow.
const queued = () =>
  `qinqing-door-queue:${(read(DOOR, {}).home ?? "").split("/").pop().split(".")[0]}`;
const named = (id) => document.getElementById(id);
const drawn = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
const isCode = (text) => /^\d{6}$/.test(text.normalize("NFKC").replace(/\s/g, ""));

const sent = []; // what became of the codes that were kept
let stopped = ""; // why the door takes nothing more

const show = () => {
  const box = named("queue");
  const queue = read(queued(), []);
  if (!box) return;
  const lines = [];
  if (queue.length) {
    const { words, unit, hint } = box.dataset;
    lines.push(`${words} ${queue.length} ${unit}`, hint);
    if (stopped) lines.push(stopped, ...queue.map((one) => one.text));
  }
  if (sent.length) lines.push(`${box.dataset.sent}：`, ...sent);
  box.textContent = lines.join("\n");
  box.hidden = !lines.length;
};

// Who came last, with the way to take it back, is as the page itself draws it.
const refresh = async () => {
  const old = named("latest");
  if (!old) return;
  const page = await (await fetch(read(DOOR, {}).home)).text();
  const drawnAnew = new DOMParser().parseFromString(page, "text/html");
  for (const id of ["latest", "counted"]) {
    const now = drawnAnew.getElementById(id);
    if (now) named(id).replaceWith(now);
  }
};

const keep = (item) => {
  const queue = read(queued(), []);
  if (!queue.some((one) => one.text === item.text)) write(queued(), [...queue, item]);
  if (named("result")) named("result").hidden = true;
  show();
};

class Waits extends Error {}

const post = async (item) => {
  const door = read(DOOR, null);
  if (!door) throw new Waits();
  const body = new URLSearchParams({ ...item, act: "in", form: door.form });
  const response = await fetch(`${door.home}/act`, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 429 || response.status >= 500) throw new Waits();
  const answer = await response.json();
  if (!response.ok) {
    stopped = answer.said;
    throw new Waits();
  }
  stopped = "";
  return answer;
};

const tell = (answer) => {
  const box = named("result");
  if (!box) return;
  box.textContent = answer.said;
  box.className = `said result ${answer.good ? "done" : "refused"}`;
  box.hidden = false;
};

let sending = false;
const flush = async () => {
  if (sending) return;
  sending = true;
  try {
    for (let queue = read(queued(), []); queue.length; queue = read(queued(), [])) {
      const [item] = queue;
      const answer = await post(item);
      write(
        queued(),
        read(queued(), []).filter((one) => one.nonce !== item.nonce),
      );
      sent.push(answer.said.split("\n").slice(0, 3).join("，"));
      await refresh();
    }
  } catch {
    // No network, or the door is shut: what is kept stays kept.
  } finally {
    sending = false;
    show();
  }
};

const find = named("find");
if (find) {
  write(DOOR, { home: find.dataset.home, form: find.elements.form.value });
  navigator.serviceWorker?.register(find.dataset.worker).catch(() => {});
  find.addEventListener("submit", async (event) => {
    const text = find.elements.text.value.trim();
    if (!isCode(text)) {
      if (navigator.onLine) return; // a name is looked up by the page itself
      event.preventDefault();
      tell({ good: false, said: named("queue").dataset.hint });
      return;
    }
    event.preventDefault();
    find.elements.text.value = "";
    const item = { text, nonce: drawn() };
    try {
      tell(await post(item));
    } catch {
      keep(item);
      return;
    }
    refresh().catch(() => {});
  });
}

const scanned = named("queue")?.dataset.scanned !== undefined;
if (scanned) keep({ text: location.pathname.split("/").pop(), nonce: drawn() });
named("press")?.requestSubmit();

addEventListener("online", flush);
setInterval(() => read(queued(), []).length && flush(), AGAIN);
show();
flush();
