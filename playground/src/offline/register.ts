/** Makes the page open without a network, where the browser can; not while developing, where files change. */
export function workOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // Private windows and plain HTTP refuse: the page works all the same, with the network.
  });
}
