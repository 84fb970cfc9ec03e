// Asks the device for a passkey and puts its answer in the form. It must never send anything by itself: the form does.

const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

/** The bytes of a text in URL-safe base64. */
function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** Bytes as URL-safe base64, without padding. */
function toText(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** What the server asks, with bytes where browsers want bytes. */
function readOptions(json) {
  const options = JSON.parse(json);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const key of list ?? []) key.id = toBytes(key.id);
  }
  return options;
}

/** What the device answers, as the server reads it. */
function writeAnswer(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) answer[part] = toText(response[part]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-asks]");
  const says = form.querySelector("[data-says]");
  if (!supported) continue; // the sentence that says so stays
  form.querySelector("[data-missing]").hidden = true;
  button.hidden = false;
  const ask = async () => {
    says.hidden = true;
    button.disabled = true;
    try {
      const publicKey = readOptions(form.dataset.options);
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = writeAnswer(credential);
      form.submit();
    } catch {
      says.textContent = form.dataset.refused;
      says.hidden = false;
      button.disabled = false;
    }
  };
  button.addEventListener("click", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in the field of a name asks the device first
    ask();
  });
}
