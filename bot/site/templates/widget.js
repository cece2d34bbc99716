// Puts a button on a page of somebody else; a press on it opens the chat in a frame of our own origin.
"use strict";
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const exit = {{ look.exit_url | tojson }};
  const words = {{ words | tojson }};
  const { kleur, plaats, gemeente, tekst } = script.dataset;
  const colour = /^#[0-9a-f]{6}$/i.test(kleur ?? "") ? kleur : {{ look.colours.action | tojson }};
  const side = plaats === "links" ? "left" : "right";

  // Black or white, whichever reads better on the chosen colour (WCAG 2.2 relative luminance).
  const linear = (at) => ((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))(parseInt(colour.slice(at, at + 2), 16) / 255);
  const light = 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5) > 0.179;

  const host = document.createElement("div");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button { position: fixed; z-index: 2147483646; bottom: max(16px, env(safe-area-inset-bottom)); ${side}: 16px; min-height: 52px; padding: 8px 34px 8px 20px; border: 0; background: ${colour}; color: ${light ? "#000" : "#fff"}; clip-path: polygon(0 0, calc(100% - 16px) 0, 100% 50%, calc(100% - 16px) 100%, 0 100%); font: 600 17px/1.2 system-ui, sans-serif; cursor: pointer; }
    button:focus-visible { clip-path: none; outline: 3px solid ${colour}; outline-offset: 3px; }
    iframe { position: fixed; z-index: 2147483647; bottom: 84px; ${side}: 16px; width: 400px; height: min(680px, calc(100vh - 100px)); border: 1px solid #7d8d88; border-radius: 14px; background: #f8f5ee; box-shadow: 0 12px 40px rgb(0 0 0 / .25); }
    [hidden] { display: none !important; }
    @media (max-width: 480px), (max-height: 480px) { iframe { inset: 0 0 68px; width: 100%; height: auto; height: calc(100dvh - 68px); border: 0; border-radius: 0; } }
    @media (forced-colors: active) { button { clip-path: none; border: 2px solid; } }
  `);
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.textContent = tekst || words.open;
  shadow.append(button);

  let frame = null;
  function build() {
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-write";
    for (const permission of ["allow-scripts", "allow-same-origin", "allow-forms", "allow-popups", "allow-popups-to-escape-sandbox", "allow-top-navigation-by-user-activation"]) frame.sandbox.add(permission);
    frame.src = `${origin}/chat${gemeente ? `?gemeente=${encodeURIComponent(gemeente)}` : ""}`;
    shadow.append(frame);
  }
  button.addEventListener("click", () => {
    if (frame) frame.hidden = !frame.hidden;
    else build();
    button.setAttribute("aria-expanded", String(!frame.hidden));
    button.textContent = frame.hidden ? tekst || words.open : words.close;
  });

  // Leaving at once: the frame asks for it, or the same keys are pressed on this page while the chat is there.
  function leave() {
    // The frame stays, unseen, to tell the server that the conversation is over.
    if (frame) {
      frame.hidden = true;
      frame.contentWindow.postMessage("signaalwijzer:leave", origin);
    }
    button.hidden = true;
    document.head.replaceChildren();
    for (const node of [...document.body.childNodes]) if (node !== host) node.remove();
    window.location.replace(exit);
  }
  window.addEventListener("message", (event) => {
    if (frame && event.source === frame.contentWindow && event.data === "signaalwijzer:leave") leave();
  });
  const wanted = { Shift: 3, Escape: 2 };
  let run = { key: null, times: 0, since: 0 };
  window.addEventListener("keydown", (event) => {
    if (!frame || event.repeat) return;
    const goesOn = event.key === run.key && event.timeStamp - run.since < 3000;
    run = goesOn ? { ...run, times: run.times + 1 } : { key: event.key, times: 1, since: event.timeStamp };
    if (run.times === wanted[event.key]) leave();
  }, true);

  const place = () => document.body.append(host);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
