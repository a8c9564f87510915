// Passkeys: hands the site's question to the browser and sends back what the device signed. Everything that this script
// does can be done without it, by the code of an app or a recovery code.
"use strict";
(() => {
  const own = document.currentScript;
  if (!own || !window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  // Each sending by this script is a request of its own; the form's key is for the one that counts.
  const ownKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // What the browser made or proved, as the site reads it.
  const answer = (made) => {
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[name]) response[name] = text(made.response[name]);
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response, extensions: {} });
  };
  const make = async (options) => {
    const asked = options.publicKey;
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = named(asked.excludeCredentials);
    return answer(await navigator.credentials.create({ publicKey: asked }));
  };
  const prove = async (options) => {
    const asked = options.publicKey;
    asked.challenge = bytes(asked.challenge);
    asked.allowCredentials = named(asked.allowCredentials);
    return answer(await navigator.credentials.get({ publicKey: asked }));
  };

  const send = (address, fields) => fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  const ask = async (address, form, fields) => {
    const given = await send(address, { ...fields, csrf: form.elements.csrf.value, key: ownKey() });
    const said = await given.json();
    if (!given.ok) throw new Error(said.problem || own.dataset.failed);
    return said;
  };
  const tell = (form, cause) => {
    const place = form.querySelector("[data-passkey-problem]");
    // What the browser says of itself is in no language of ours.
    place.textContent = cause instanceof DOMException || cause instanceof TypeError ? own.dataset.failed : cause.message;
    place.hidden = false;
  };

  const whole = (form, work) => {
    const button = form.querySelector("button");
    form.hidden = false;
    button.disabled = false;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      form.querySelector("[data-passkey-problem]").hidden = true;
      button.disabled = true;
      try {
        form.elements.passkey.value = await work();
        form.submit();
      } catch (cause) {
        tell(form, cause);
        button.disabled = false;
      }
    });
  };

  // The statement that is to be signed is laid down first; the question is its hash. A refusal is shown as a page.
  const layDown = async (form, button) => {
    const fields = new FormData(form, button);
    fields.set("passkey", "sign");
    fields.set("key", ownKey());
    const given = await send(form.getAttribute("action") || location.href, fields);
    try {
      return await ask(own.dataset.ask, form, { for: "statement" });
    } catch {
      const page = new DOMParser().parseFromString(await given.text(), "text/html").querySelector("main");
      if (!page) throw new Error(own.dataset.failed);
      document.querySelector("main").replaceWith(page);
      wire(page);
      page.focus();
      return null;
    }
  };

  const second = (field) => {
    const form = field.closest("form");
    const code = field.querySelector("input");
    const label = document.createElement("label");
    const use = document.createElement("input");
    const problem = document.createElement("p");
    const given = document.createElement("input");
    label.className = "choice by-passkey";
    use.type = "checkbox";
    use.checked = true;
    label.append(use, " ", own.dataset.use);
    problem.className = "notice bad";
    problem.dataset.passkeyProblem = "";
    problem.setAttribute("role", "alert");
    problem.hidden = true;
    given.type = "hidden";
    given.name = "passkey";
    field.before(label, problem, given);
    const turn = () => {
      field.hidden = use.checked;
      code.required = !use.checked;
      given.value = "";
    };
    use.addEventListener("change", turn);
    turn();
    let isDone = false;
    form.addEventListener("submit", async (event) => {
      if (!use.checked || isDone) return;
      event.preventDefault();
      const button = event.submitter;
      problem.hidden = true;
      try {
        const signs = form.elements.shown && !("passkeySession" in form.dataset);
        const options = signs ? await layDown(form, button) : await ask(own.dataset.ask, form, {});
        if (!options) return;
        given.value = await prove(options);
        isDone = true;
        form.requestSubmit(button);
      } catch (cause) {
        tell(form, cause);
      }
    });
  };

  const wire = (part) => {
    const making = part.querySelector("form[data-passkey-make]");
    if (making) whole(making, () => make(JSON.parse(making.dataset.passkeyMake)));
    const entering = part.querySelector("form[data-passkey-enter]");
    if (entering) whole(entering, async () => prove(await ask(own.dataset.ask, entering, {})));
    if (!entering) part.querySelectorAll("[data-second-factor]").forEach(second);
  };
  wire(document);
})();
