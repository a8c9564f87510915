// Passkeys: hands what the page was given to the browser, and sends what the browser answers with the form.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = list => (list || []).map(one => ({ ...one, id: bytes(one.id) }));
  const failed = () => { form.querySelector("[data-passkey-failed]").hidden = false; };
  const answer = made => {
    const given = made.response, response = { clientDataJSON: text(given.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (given[name]) response[name] = text(given[name]);
    }
    return { id: made.id, rawId: text(made.rawId), type: made.type, response, extensions: {} };
  };
  const run = async () => {
    const options = JSON.parse(form.dataset.passkey).publicKey;
    options.challenge = bytes(options.challenge);
    let made;
    if (options.user) {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = named(options.excludeCredentials);
      made = await navigator.credentials.create({ publicKey: options });
    } else {
      options.allowCredentials = named(options.allowCredentials);
      made = await navigator.credentials.get({ publicKey: options });
    }
    form.elements.credential.value = JSON.stringify(answer(made));
    form.submit();
  };
  const button = form.querySelector("button");
  button.disabled = false;
  button.addEventListener("click", event => {
    event.preventDefault();
    if (window.PublicKeyCredential) run().catch(failed); else failed();
  });
})();
