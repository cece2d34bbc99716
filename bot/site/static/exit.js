// Leaving at once, on every page: the button, Shift three times, Esc twice. And nothing shows when somebody comes back.
"use strict";
(() => {
  const root = document.documentElement;
  const exit = document.currentScript.dataset.exit;
  const framed = window !== window.parent;
  const PATIENCE = 3000; // milliseconds between the first and the last key
  let left = false;

  function leave() {
    if (left) return;
    left = true;
    document.dispatchEvent(new Event("leave"));
    root.replaceChildren();
    if (framed) {
      window.parent.postMessage("signaalwijzer:leave", "*");
      try {
        window.top.location.replace(exit);
      } catch {
        // The embedding page leaves by itself when it hears the message.
      }
      return;
    }
    window.location.replace(exit);
  }

  // Keys: a run of the same key with nothing in between, so that typing capitals never counts.
  const wanted = { Shift: 3, Escape: 2 };
  let run = { key: null, times: 0, since: 0 };
  window.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    const now = event.timeStamp;
    const goesOn = event.key === run.key && now - run.since < PATIENCE;
    run = goesOn ? { ...run, times: run.times + 1 } : { key: event.key, times: 1, since: now };
    if (run.times === wanted[event.key]) leave();
  }, true);

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest(".exit")) {
      event.preventDefault();
      leave();
      return;
    }
    // The chat takes the place of this page in the history of the tab: Back does not lead here.
    const link = event.target.closest("a[data-chat]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      window.location.replace(link.href);
    }
    if (event.target.closest(".unveil")) root.classList.remove("veil");
  });
  window.addEventListener("message", (event) => {
    if (framed && event.source === window.parent && event.data === "signaalwijzer:leave") leave();
  });

  // Coming back with Back from another site shows a curtain first; Back within this site does not.
  function fromElsewhere() {
    const { navigation } = window;
    return !navigation?.currentEntry || navigation.currentEntry.index === navigation.entries().length - 1;
  }
  const [entry] = performance.getEntriesByType("navigation");
  root.classList.add("js");
  if (!framed && entry?.type === "back_forward" && fromElsewhere()) root.classList.add("veil");
  if (!framed) window.addEventListener("pagehide", () => root.classList.add("veil"));
  window.addEventListener("pageshow", (event) => {
    if (left) window.location.replace(exit);
    else if (event.persisted && !fromElsewhere()) root.classList.remove("veil");
  });

  // Zoomed in, or with a keyboard open, the header follows what is seen of the page.
  const seen = window.visualViewport;
  const follow = () => root.style.setProperty("--shift", `${Math.round(seen.offsetTop)}px`);
  seen?.addEventListener("scroll", follow);
  seen?.addEventListener("resize", follow);
})();
