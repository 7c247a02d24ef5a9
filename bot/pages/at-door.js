"use strict";
// The page works without this. With it, a scanned code is pressed by itself, and what is typed or
// scanned without a network is kept on the phone and sent later: each under a name of its own
// (nonce), so that one that was sent twice is checked in once.
const DOOR = "qinqing-door";
const PATIENCE = 8000; // milliseconds for one answer
const AGAIN = 5000;
const TICKET = /^\S+-\d+\.(\d+)(\.\d+)?\.[a-z2-7]+$/; // a QR code, with the number of its place

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
const queue = () => read(queued(), []);
const named = (id) => document.getElementById(id);
const drawn = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
const isCode = (text) => /^\d{6}$/.test(text.normalize("NFKC").replace(/\s/g, ""));

// The queue --------------------------------------------------------------------------------------
// A code that was kept waits for the network, or has words beside it (`why`) and buttons: it was
// refused (`ended`), or it stays until somebody decides (`held`), or it is tried again by itself.

const sent = []; // what became of the codes that were kept
let stopped = ""; // why the door takes nothing more
const words = () => named("queue").dataset;

const drop = (nonce) =>
  write(
    queued(),
    queue().filter((one) => one.nonce !== nonce),
  );
const change = (nonce, changed) =>
  write(
    queued(),
    queue().map((one) => (one.nonce === nonce ? { ...one, ...changed } : one)),
  );
const toTheEnd = (nonce) => {
  const kept = queue();
  const mine = kept.filter((one) => one.nonce === nonce);
  write(queued(), [...kept.filter((one) => one.nonce !== nonce), ...mine]);
};

const made = (tag, text, name = "") => {
  const one = document.createElement(tag);
  one.textContent = text;
  one.className = name;
  return one;
};

const button = (label, press) => {
  const one = made("button", label);
  one.type = "button";
  one.addEventListener("click", press);
  return one;
};

const labelled = (text) => {
  const ticket = TICKET.exec(text);
  return ticket ? `${words().scan} ${ticket[1]}` : text;
};

const line = (one) => {
  const row = made("li", "");
  const told = made("span", `\n${one.why ?? stopped}`);
  told.prepend(made("b", labelled(one.text)));
  row.append(told);
  if (!one.ended) {
    row.append(
      button(words().again, () => {
        stopped = "";
        change(one.nonce, { held: false });
        flush();
      }),
    );
  }
  row.append(
    button(words().drop, () => {
      drop(one.nonce);
      show();
    }),
  );
  return row;
};

const listed = (rows) => {
  const list = made("ul", "", "files came");
  list.append(...rows);
  return list;
};

const show = () => {
  const box = named("queue");
  if (!box) return;
  const kept = queue();
  const told = kept.filter((one) => one.why || stopped);
  const waiting = kept.length - told.length;
  const parts = [];
  if (waiting) {
    const { words: offline, unit, hint } = box.dataset;
    parts.push(made("b", `${offline} ${waiting} ${unit}`), made("p", hint));
  }
  if (told.length) parts.push(made("b", box.dataset.waits), listed(told.map(line)));
  if (sent.length) {
    parts.push(made("b", box.dataset.sent), listed(sent.map((one) => made("li", one))));
  }
  box.replaceChildren(...parts);
  box.hidden = !parts.length;
};

const keep = (item) => {
  // Scanned again, a code that has words beside it is tried anew.
  const others = queue().filter((one) => one.text !== item.text || !(one.ended || one.held));
  if (!others.some((one) => one.text === item.text)) write(queued(), [...others, item]);
  if (named("result")) named("result").hidden = true;
  show();
};

// Sending ----------------------------------------------------------------------------------------

class NoNetwork extends Error {}

const asked = async (door, item) => {
  const { text, nonce } = item;
  try {
    const response = await fetch(`${door.home}/act`, {
      method: "POST",
      body: new URLSearchParams({ text, nonce, act: "in", form: door.form }),
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    return [response, await response.text()];
  } catch {
    throw new NoNetwork();
  }
};

const answered = (text) => {
  try {
    const answer = JSON.parse(text);
    return typeof answer.said === "string" ? answer : null;
  } catch {
    return null;
  }
};

// Say what became of a code: `answer` = it was decided. Otherwise `why` it was not, and whether it
// is `held`, or the whole door is `shut`. Raises NoNetwork.
const post = async (item) => {
  const door = read(DOOR, null);
  if (!door) return { why: words().nodoor, shut: true };
  const [response, text] = await asked(door, item);
  const answer = answered(text);
  // A network that wants a login answers in our place.
  if (!answer) return { why: response.ok ? words().stranger : words().busy };
  if (response.ok) return { answer };
  const { status } = response;
  if (status === 408 || status === 429 || status >= 500) return { why: answer.said };
  if ([403, 404, 410].includes(status)) return { why: answer.said, shut: true };
  return { why: answer.said, held: true };
};

const tell = (answer) => {
  const box = named("result");
  if (!box) return;
  box.textContent = answer.said;
  box.className = `said result ${answer.good ? "done" : "refused"}`;
  box.hidden = false;
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

// Note what became of a code that is kept; false = the others are to wait, too.
const noted = async (item, { answer, why, held, shut }) => {
  if (answer?.good) {
    drop(item.nonce);
    sent.push(answer.said.split("\n").slice(0, 3).join("，"));
  } else if (answer) {
    change(item.nonce, { why: answer.said, ended: true });
  } else if (shut) {
    stopped = why;
    return false;
  } else {
    change(item.nonce, { why, held });
    if (!held) toTheEnd(item.nonce); // it must not keep the others from being tried
    return Boolean(held);
  }
  await refresh().catch(() => {});
  return true;
};

const ready = () => queue().find((one) => !one.ended && !one.held);

let sending = false;
const flush = async () => {
  if (sending || stopped || !named("queue")) return;
  sending = true;
  try {
    for (let item = ready(); item; item = ready()) {
      if (!(await noted(item, await post(item)))) break;
    }
  } catch (error) {
    if (!(error instanceof NoNetwork)) throw error;
    for (const one of queue()) if (!one.ended && !one.held) change(one.nonce, { why: undefined });
  } finally {
    sending = false;
    show();
  }
};

const pressed = async (text) => {
  const item = { text, nonce: drawn() };
  try {
    const became = await post(item);
    if (became.answer) {
      tell(became.answer);
      refresh().catch(() => {});
      return;
    }
    keep(item);
    await noted(item, became);
  } catch (error) {
    if (!(error instanceof NoNetwork)) throw error;
    keep(item);
  }
  show();
};

const find = named("find");
if (find) {
  write(DOOR, { home: find.dataset.home, form: find.elements.form.value });
  navigator.serviceWorker?.register(find.dataset.worker).catch(() => {});
  find.addEventListener("submit", (event) => {
    const text = find.elements.text.value.trim();
    if (!isCode(text)) {
      if (navigator.onLine) return; // a name is looked up by the page itself
      event.preventDefault();
      tell({ good: false, said: words().hint });
      return;
    }
    event.preventDefault();
    find.elements.text.value = "";
    pressed(text);
  });
}

const scanned = location.pathname.split("/").pop();
if (named("queue")?.dataset.scanned !== undefined && TICKET.test(scanned)) {
  keep({ text: scanned, nonce: drawn() });
}
named("press")?.requestSubmit();

addEventListener("online", flush);
setInterval(() => ready() && flush(), AGAIN);
show();
flush();
