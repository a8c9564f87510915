// The editor of a version works without this script. With it, the check, the picture and the preview follow while one
// writes, what is typed is kept on the server before it is saved, and buttons write Markdown.
"use strict";
(() => {
  const form = document.getElementById("editor");
  const kept = document.getElementById("kept");
  if (!form || !kept) return;
  // How long after the last key the check follows and the typing is kept; it is kept no oftener than so.
  const CHECK_AFTER = 700, KEEP_AFTER = 3000, KEEP_APART = 10000;
  let checkTimer = 0, keepTimer = 0, latest = 0, keptAt = 0, changed = false;

  // Each sending by this script is a request of its own; the form's key is for the one that saves.
  const ownKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const said = () => {
    const fields = new FormData(form);
    fields.set("key", ownKey());
    return new URLSearchParams(fields);
  };
  const send = (address, more) => fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: said(),
    redirect: "error",
    ...more,
  });

  async function check() {
    const turn = ++latest;
    try {
      const answer = await send(form.dataset.check);
      const parts = document.createElement("template");
      parts.innerHTML = await answer.text();
      // An older answer must not replace a newer one; a refusal leaves what is shown.
      if (!answer.ok || turn !== latest) return;
      for (const part of parts.content.querySelectorAll("[data-part]")) {
        document.getElementById(part.dataset.part)?.replaceChildren(...part.childNodes);
      }
    } catch {
      // Offline or signed out: keeping and saving tell so.
    }
  }

  async function keep(more) {
    clearTimeout(keepTimer);
    keptAt = Date.now();
    changed = false;
    try {
      const answer = await send(form.dataset.typing, more);
      if (!answer.ok) throw new Error("refused");
      kept.textContent = await answer.text();
    } catch {
      changed = true;
      kept.textContent = form.dataset.lost;
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(checkTimer);
    checkTimer = setTimeout(check, CHECK_AFTER);
    clearTimeout(keepTimer);
    keepTimer = setTimeout(keep, Math.max(KEEP_AFTER, keptAt + KEEP_APART - Date.now()));
  });
  form.addEventListener("submit", () => { changed = false; clearTimeout(keepTimer); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed) keep({ keepalive: true });
  });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });

  // What each button does with the chosen text: signs around it, or at the beginning of its lines.
  const AROUND = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"] };
  const LINES = { heading: () => "## ", list: () => "- ", numbers: (at) => `${at + 1}. `, quote: () => "> " };
  const TABLE = "\n| | |\n|---|---|\n| | |\n";

  for (const bar of document.querySelectorAll(".md-bar")) {
    const area = document.getElementById(bar.dataset.for);
    if (!area) continue;
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const tool = event.target.closest("[data-md]")?.dataset.md;
      if (!tool) return;
      const { selectionStart: start, selectionEnd: end, value } = area;
      if (AROUND[tool]) {
        const [before, after] = AROUND[tool];
        area.setRangeText(before + value.slice(start, end) + after, start, end, "select");
        area.setSelectionRange(start + before.length, end + before.length);
      } else if (LINES[tool]) {
        const first = value.lastIndexOf("\n", start - 1) + 1;
        const lines = value.slice(first, end).split("\n").map((line, at) => LINES[tool](at) + line);
        area.setRangeText(lines.join("\n"), first, end, "end");
      } else {
        area.setRangeText(TABLE, end, end, "end");
      }
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
})();
