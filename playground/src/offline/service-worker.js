// Keeps what the page is made of, so that it opens without a network. The build fills in the two constants.

const VERSION = "__VERSION__";
const FILES = ["__FILES__"].flat();
const CACHE = `sidewinder-playground-${VERSION}`;

self.addEventListener("install", (event) => {
  // `reload`: past the browser's own cache, which may hold files of an older version.
  const requests = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOlder().then(() => self.clients.claim()));
});

async function removeOlder() {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith("sidewinder-playground-") && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(CACHE);
  // A page is looked up as its folder: whatever query it was opened with, it is the same one.
  const kept = await cache.match(request.mode === "navigate" ? "./" : request, { ignoreVary: true });
  return kept ?? fetch(request);
}
