// What the parts of the page share: the world, the wire, the note at the bottom.

export const world = { robot: "", personas: [], layouts: [], places: new Map(), bubbles: new Map() };
export const narrow = matchMedia("(max-width: 759px)");
export const panes = new Map();

// On a phone one pane stands; this is whose.
export const phone = { user: null };

let socket = null;

export const find = (id) => document.getElementById(id);

export function toast(text) {
  const node = find("toast");
  node.textContent = text;
  node.classList.add("show");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => node.classList.remove("show"), 3600);
}

export function send(order) {
  if (!socket || socket.readyState !== WebSocket.OPEN) return toast("与演示平台的连接断开，正在重连");
  socket.send(JSON.stringify(order));
}

// Connect, and connect again whenever the connection ends.
export function connect(receive, lost, wait = 500) {
  socket = new WebSocket(`ws://${location.host}/page`);
  socket.addEventListener("open", () => { wait = 500; });
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", () => {
    lost();
    setTimeout(() => connect(receive, lost, Math.min(wait * 2, 8000)), wait);
  });
}
