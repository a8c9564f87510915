// The editor of a version works without this script. With it, the check and the picture follow while one writes, and
// leaving the page with unsaved text asks first.
"use strict";
(() => {
  const form = document.getElementById("editor");
  const part = document.getElementById("check-part");
  if (!form || !part) return;
  let timer = 0, changed = false, latest = 0;

  async function check() {
    const turn = ++latest;
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(new FormData(form)),
        redirect: "error",
      });
      const html = await answer.text();
      // An older answer must not replace a newer one; a refusal leaves what is shown.
      if (answer.ok && turn === latest) part.innerHTML = html;
    } catch {
      // Offline or signed out: saving tells so.
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(check, 700);
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
})();
