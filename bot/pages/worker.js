"use strict";
// What a door's phone scans is opened below /in. Without a network this page answers instead, and
// the page's script keeps the code.
const NAME = "qinqing-door";
const PAGE = new URL("offline", self.location.href).href;
const KEPT = [PAGE, "../door/style.css", "../door/at-door.js"].map(
  (one) => new URL(one, self.location.href).href,
);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (KEPT.includes(request.url)) {
    event.respondWith(fetch(request).catch(() => caches.match(request.url)));
  }
});
