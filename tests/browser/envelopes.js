// v2 from a page, with nothing but the browser's own WebCrypto.
"use strict";

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

async function open(sealed, key) {
  const bytes = bytesOf(sealed);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, 12) }, key, bytes.slice(12));
  return JSON.parse(new TextDecoder().decode(plain));
}

// POST /v2/token/refresh as the 2.x and later SDKs do: the token alone, the answer under the token's own key.
async function refreshV2(baseUrl, identity) {
  const response = await fetch(`${baseUrl}/v2/token/refresh`, {
    method: "POST",
    headers: { "X-UID2-Client-Version": "uid2-sdk-3.0.0" },
    body: identity.refresh_token,
  });
  const key = await crypto.subtle.importKey("raw", bytesOf(identity.refresh_response_key), "AES-GCM", false, ["decrypt"]);
  return open(await response.text(), key);
}

// POST /v2/token/client-generate: a key pair for this call, ECDH with the subscription's, the shared secret as it is.
async function generateClientSide(baseUrl, publicKey, subscriptionId, inner) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const spki = bytesOf(publicKey.slice("UID2-X-L-".length));
  const theirs = await crypto.subtle.importKey("spki", spki, curve, false, []);
  const mine = await crypto.subtle.generateKey(curve, false, ["deriveKey"]);
  const shared = await crypto.subtle.deriveKey(
    { name: "ECDH", public: theirs }, mine.privateKey, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const timestamp = Date.now();
  const bound = new TextEncoder().encode(JSON.stringify([timestamp]));
  const plain = new TextEncoder().encode(JSON.stringify(inner));
  const payload = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, shared, plain);
  const response = await fetch(`${baseUrl}/v2/token/client-generate`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-UID2-Client-Version": "uid2-sdk-3.0.0" },
    body: JSON.stringify({
      payload: textOf(payload),
      iv: textOf(iv),
      public_key: textOf(await crypto.subtle.exportKey("spki", mine.publicKey)),
      timestamp,
      subscription_id: subscriptionId,
    }),
  });
  return open(await response.text(), shared);
}
