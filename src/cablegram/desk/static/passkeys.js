// Passkeys of the desk: asks one to log in, or makes one. Orders are signed elsewhere.
const said = document.getElementById("said");

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (data) =>
  btoa(String.fromCharCode(...new Uint8Array(data)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? "{}" : JSON.stringify(body),
  });
  const value = await answer.json();
  if (!answer.ok) {
    const { message, hint, kept } = value.error;
    throw new Refused(`${message}. ${hint} ${kept}`);
  }
  return value;
}

class Refused extends Error {}

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

// What a passkey answers, as the server reads it. Extension results stay here.
function answered(credential) {
  const response = {};
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  for (const field of [...fields, "userHandle"]) {
    if (credential.response[field]) response[field] = text(credential.response[field]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response,
  };
}

async function make(button) {
  const asked = await post(button.dataset.ask);
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  };
  const label = button.dataset.label ? document.getElementById(button.dataset.label).value : "";
  const made = await navigator.credentials.create({ publicKey });
  const to = button.dataset.to + (label ? `?label=${encodeURIComponent(label)}` : "");
  return post(to, answered(made));
}

async function touch(button) {
  const asked = await post(button.dataset.ask);
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: named(asked.allowCredentials),
  };
  const found = await navigator.credentials.get({ publicKey });
  return post(button.dataset.to, answered(found));
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    said.textContent = "";
    try {
      const work = button.dataset.passkey === "get" ? touch : make;
      const came = await work(button);
      location.assign(button.dataset.then ?? came.next);
    } catch (error) {
      said.textContent = error instanceof Refused ? error.message : said.dataset.failed;
      button.disabled = false;
      button.focus();
    }
  });
}
