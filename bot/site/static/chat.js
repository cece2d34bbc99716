// The chat page. All wording stands in the page's templates; what comes from outside is only ever set as textContent.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const log = $("log");
  const notice = $("notice");
  const state = $("state");
  const form = $("composer");
  const input = $("text");
  const send = $("send");
  const count = $("count");
  const live = [$("live-1"), $("live-2")];
  const words = Object.fromEntries([...$("words").content.children].map((e) => [e.dataset.key, e.textContent]));
  const starts = [...$("starts").content.children].map((e) => ({ say: e.textContent, payload: e.dataset.payload }));
  const details = [...$("details").content.children].map((e) => ({
    pattern: new RegExp(e.dataset.pattern, "gi"), check: e.dataset.check, name: e.textContent,
  }));
  const ours = new Set($("details").dataset.ours.split(" "));
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const LIMIT = Number(form.dataset.limit); // characters
  const PATIENCE = 20000; // milliseconds for an answer
  const TYPING_AFTER = 3000;
  const WARN_BEFORE = 300; // seconds

  let session = null;
  let busy = false;
  let pending = null; // AbortController of the request that is under way
  let offered = null; // the group of buttons that may be used now
  let timers = [];
  let turn = 0;

  const fill = (text, value) => text.replace("{}", value);
  const clone = (id) => $(id).content.firstElementChild.cloneNode(true);
  const characters = () => [...input.value].length;

  // ---------------------------------------------------------------- what is on the page

  function paragraph(into, text) {
    let list = null;
    for (const line of text.split("\n")) {
      if (line.startsWith("- ")) {
        if (!list) into.append((list = document.createElement("ul")));
        const item = document.createElement("li");
        item.textContent = line.slice(2);
        list.append(item);
      } else {
        list = null;
        if (into.lastChild?.nodeType === Node.TEXT_NODE) into.append("\n");
        into.append(line);
      }
    }
  }

  function bubble(text, mine, lang) {
    const message = clone(mine ? "t-mine" : "t-message");
    if (lang) Object.assign(message.querySelector(".bubble"), { lang, dir: "auto" });
    paragraph(message.querySelector(".bubble"), text);
    log.append(message);
    return message;
  }

  function fact(card, name, value) {
    const row = card.querySelector(`[data-fact="${name}"]`);
    if (value) row.querySelector("dd").textContent = value;
    row.hidden = !value;
  }

  function link(into, href, label, outside) {
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = label;
    if (outside) {
      anchor.target = "_blank";
      anchor.rel = "noopener noreferrer";
    }
    into.append(anchor);
  }

  function cards(contacts, into) {
    const group = document.createElement("div");
    group.className = "contacts";
    for (const contact of contacts) {
      const card = clone("t-card");
      card.querySelector(".card-name").textContent = contact.name;
      const why = card.querySelector(".card-why");
      why.textContent = contact.why ?? "";
      why.hidden = !contact.why;
      const open = card.querySelector(".card-state");
      const known = contact.open_now !== undefined;
      open.classList.toggle("is-open", contact.open_now === true);
      open.querySelector("b").textContent = known ? words[contact.open_now ? "open" : "closed"] : "";
      open.querySelector("b + span").textContent = contact.hours ? `${known ? " " : ""}${contact.hours}` : "";
      open.hidden = !known && !contact.hours;
      fact(card, "cost", contact.cost);
      fact(card, "anonymous", contact.anonymous);
      const actions = card.querySelector(".card-actions");
      if (contact.phone) link(actions, `tel:${contact.phone.replace(/[^\d+]/g, "")}`, fill(words.call, contact.phone));
      if (/^https:\/\//.test(contact.url ?? "")) link(actions, contact.url, words.website, true);
      if (/^mailto:/.test(contact.url ?? "")) link(actions, contact.url, words.mail);
      const copy = document.createElement("button");
      copy.type = "button";
      copy.textContent = words.copy;
      copy.addEventListener("click", () => copied(contact.phone ?? contact.url.replace(/^mailto:/, ""), copy));
      if (contact.phone || contact.url) actions.append(copy);
      card.querySelector(".card-checked").textContent = fill(words.checked, day(contact.verified_on));
      group.append(card);
    }
    into.append(group);
    return group;
  }

  const day = (iso) => new Date(`${iso}T12:00:00`).toLocaleDateString("nl-NL", { day: "numeric", month: "long", year: "numeric" });

  async function copied(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = words.copied;
      announce(words.copied);
    } catch {
      announce(text);
      button.textContent = text;
    }
  }

  function choices(buttons) {
    const group = clone("t-choices");
    for (const { title, payload } of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "choice";
      button.textContent = title;
      button.addEventListener("click", () => {
        if (busy || group !== offered) return;
        speak({ payload }, title);
      });
      group.append(button);
    }
    log.append(group);
    return group;
  }

  // Two live regions in turn: a screen reader reads each new answer once, also when it is the same text.
  function announce(text) {
    live.reverse();
    live[0].textContent = text;
    live[1].textContent = "";
  }

  function lock(on) {
    busy = on;
    input.readOnly = on;
    log.setAttribute("aria-busy", String(on));
    for (const button of [send, ...(offered?.children ?? [])]) button.setAttribute("aria-disabled", String(on));
  }

  function tell(text, actions = [], contacts = []) {
    notice.replaceChildren();
    const box = clone("t-notice");
    box.querySelector("p").textContent = text;
    const row = box.querySelector(".notice-actions");
    for (const [key, action] of actions) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = row.children.length ? "button" : "button primary";
      button.textContent = words[key];
      button.addEventListener("click", () => {
        if (row.contains(document.activeElement)) log.focus({ preventScroll: true });
        notice.replaceChildren();
        action();
      });
      row.append(button);
    }
    if (contacts.length) cards(contacts, box);
    notice.append(box);
    show(box);
  }

  function show(element, block = "nearest") {
    element.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
  }

  // ---------------------------------------------------------------- one turn

  // Send one message and show its answer; `title` is what the visitor said, shown at once.
  function speak(body, title) {
    notice.replaceChildren();
    const message = title === undefined ? null : bubble(title, true);
    if (message) show(message);
    return attempt(body, message, false);
  }

  async function attempt(body, message, again) {
    const number = ++turn;
    lock(true);
    message?.classList.remove("unsent");
    const typing = setTimeout(() => state.replaceChildren(clone("t-typing")), TYPING_AFTER);
    pending = new AbortController();
    const limit = setTimeout(() => pending?.abort(), PATIENCE);
    let response = null;
    let answer = null;
    try {
      response = await fetch("/chat/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session, ...body }),
        signal: pending.signal,
        cache: "no-store",
        credentials: "omit",
      });
      answer = await response.json();
    } catch {
      answer = null;
    }
    clearTimeout(typing);
    clearTimeout(limit);
    if (number !== turn) return; // erased meanwhile
    pending = null;
    state.replaceChildren();
    lock(false);
    if (answer && response.ok) accept(answer, message);
    else if (answer?.error && again && response.status === 400 && session) speak({}); // the first try had arrived
    else failed(body, message, response, answer);
  }

  function accept(answer, message) {
    const byButton = offered?.contains(document.activeElement);
    if (session && answer.session !== session) log.replaceChildren(); // the server erased the conversation
    session = answer.session;
    const past = offered;
    offered = null;
    let first = null;
    let last = null;
    const heard = [];
    for (const { text, lang, buttons, contacts } of answer.messages) {
      if (text) {
        last = bubble(text, false, lang);
        heard.push(text);
      }
      if (contacts) {
        last = cards(contacts, log);
        heard.push(fill(words.heard_contacts, contacts.map((contact) => contact.name).join(", ")));
      }
      if (buttons) {
        last = offered = choices(buttons);
        heard.push(fill(words.heard_choices, buttons.length));
      }
      first ??= last;
    }
    announce(heard.join(" "));
    last?.setAttribute("tabindex", "-1");
    if (byButton) last?.focus({ preventScroll: true });
    if (past) past.hidden = true;
    // The answer is read from its beginning, with the visitor's own words above it.
    if (message || first !== log.firstElementChild) show(message?.isConnected ? message : first, "start");
    watch(answer.expires_in);
  }

  function failed(body, message, response, answer) {
    const contacts = answer?.contacts ?? [];
    const text = answer?.error?.message ?? words.offline;
    const again = ["retry", () => attempt(body, message, true)];
    const status = response?.status;
    if (status === 404) {
      forget();
      tell(text, [["restart", open]], contacts);
      if (body.text) input.value = body.text;
    } else if ((status === 413 || status === 400) && body.text) {
      input.value = body.text;
      message?.classList.add("unsent");
      tell(text, [], contacts);
    } else {
      message?.classList.add("unsent");
      tell(text, [again], contacts);
    }
    counted();
  }

  const open = () => attempt({}, null, false);

  // ---------------------------------------------------------------- time

  function watch(seconds) {
    timers.forEach(clearTimeout);
    const early = Math.min(WARN_BEFORE, Math.ceil(seconds / 4));
    const minutes = Math.max(1, Math.round(early / 60));
    timers = [
      setTimeout(() => tell(fill(words.expires, minutes), [["stay", () => speak({})]]), (seconds - early) * 1000),
      setTimeout(expired, seconds * 1000),
    ];
  }

  function expired() {
    forget();
    tell(words.expired, [["restart", open]]);
  }

  // Forget the conversation here and on the server.
  function forget() {
    turn += 1;
    pending?.abort();
    pending = null;
    timers.forEach(clearTimeout);
    if (session) {
      fetch("/chat/end", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ session }),
        keepalive: true,
        credentials: "omit",
      }).catch(() => {});
    }
    session = null;
    offered = null;
    log.replaceChildren();
    state.replaceChildren();
    notice.replaceChildren();
    live.forEach((region) => region.replaceChildren());
    form.reset();
    lock(false);
  }

  // ---------------------------------------------------------------- personal details

  // The same checks as bot/privacy/personal_details.py, before anything is sent.
  function normal(value) {
    if (value.includes("@")) return value.toLowerCase();
    return value.replace("(0)", "").replace(/\D/g, "").replace(/^(0031|31)/, "0");
  }
  function eleven(value) {
    const digits = value.replace(/\D/g, "").padStart(9, "0");
    return digits.length === 9 && [9, 8, 7, 6, 5, 4, 3, 2, -1].reduce((sum, by, at) => sum + by * digits[at], 0) % 11 === 0;
  }
  function account(value) {
    const compact = value.replace(/\s/g, "").slice(0, 34).toUpperCase();
    for (let length = compact.length; length >= 15; length -= 1) {
      const moved = compact.slice(4, length) + compact.slice(0, 4);
      if (/^[0-9A-Z]+$/.test(moved) && [...moved].reduce((rest, c) => Number(`${rest}${parseInt(c, 36)}`) % 97, 0) === 1) return true;
    }
    return false;
  }
  const checks = { not_ours: (value) => !ours.has(normal(value)), bsn: eleven, iban: account };

  function personal(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "");
    for (const { pattern, check, name } of details) {
      for (const [match] of plain.matchAll(pattern)) if ((checks[check] ?? Boolean)(match)) return name;
    }
    return null;
  }

  // ---------------------------------------------------------------- typing

  function counted() {
    const left = LIMIT - characters();
    count.textContent = left < 0 ? fill(words.too_long, -left) : left <= 100 ? fill(words.left, left) : "";
    count.classList.toggle("over", left < 0);
  }

  function say(text) {
    form.reset();
    counted();
    speak({ text }, text);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (busy || !text) return;
    counted();
    if (characters() > LIMIT) {
      announce(count.textContent);
      return;
    }
    const found = personal(text);
    if (found) {
      tell(fill(words.personal, found), [
        ["personal_edit", () => input.focus()],
        ["personal_send", () => say(text)],
      ]);
      return;
    }
    say(text);
  });
  input.addEventListener("input", counted);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  $("erase").addEventListener("click", () => {
    tell(words.erase_sure, [
      ["erase_yes", () => {
        forget();
        tell(words.erased, [["restart", open]]);
      }],
      ["erase_no", () => {}],
    ]);
    notice.querySelector("button").focus();
  });

  document.addEventListener("leave", forget);
  window.addEventListener("pagehide", forget);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });

  // ---------------------------------------------------------------- the first step

  // "#2" is the second situation of the campaign page: a number, gone from the address at once, never sent to the server.
  const start = starts[Number(window.location.hash.slice(1)) - 1];
  if (window.location.hash) window.history.replaceState(null, "", window.location.pathname + window.location.search);
  open().then(() => {
    if (!start || !session) return;
    if (start.payload) speak({ payload: start.payload }, start.say);
    else say(start.say);
  });
})();
