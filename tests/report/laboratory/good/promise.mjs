// J-Quants with node's fetch: six readers at once share the promise of one renewal.

import { GaveUp, asked, course, end, mayPass, sleep, text, waitFor } from "./politeness.mjs";

const BASE = process.env.JQUANTS_URL;
let refreshToken = "";
let idToken = "";
let renewal;
let over = "";

async function send(path, options = {}) {
  for (let attempt = 1; ; attempt++) {
    let wanted;
    try {
      const signal = AbortSignal.timeout(2000);
      const response = await fetch(BASE + path, { ...options, redirect: "manual", signal });
      const body = await response.text();
      if (!mayPass(response.status)) return { status: response.status, document: parsed(body) };
      wanted = asked(response.headers.get("retry-after"));
    } catch (error) {
      if (!(error instanceof TypeError || error.name === "TimeoutError")) throw error;
    }
    const wait = waitFor(attempt, wanted);
    if (wait === undefined) throw new GaveUp(`${path.split("?")[0]} is not available`);
    await sleep(wait);
  }
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const refresh = () => send(`/token/auth_refresh?${new URLSearchParams({ refreshtoken: refreshToken })}`, { method: "POST" });

async function renewed() {
  if (refreshToken) {
    const answer = await refresh();
    if (answer.status === 200) return text(answer.document, "idToken");
    if (answer.document === undefined) throw new GaveUp(`refresh: status ${answer.status}`);
  }
  const login = { mailaddress: process.env.JQUANTS_MAIL_ADDRESS, password: process.env.JQUANTS_PASSWORD };
  const answer = await send("/token/auth_user", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(login),
  });
  refreshToken = text(answer.document, "refreshToken");
  return text((await refresh()).document, "idToken");
}

// One renewal for all who ask while it is under way, and none for who was refused an older token.
async function renew(refused) {
  if (over) throw new GaveUp(over);
  if (idToken && idToken !== refused) return;
  renewal ??= renewed()
    .then((token) => (idToken = token))
    .catch((error) => {
      over = error.message;
      throw error;
    })
    .finally(() => (renewal = undefined));
  await renewal;
}

async function read(code) {
  if (!idToken) await renew(idToken);
  for (let again = true; ; again = false) {
    const used = idToken;
    const answer = await send(`/listed/info?code=${code}`, { headers: { Authorization: `Bearer ${used}` } });
    if (answer.status === 200 && answer.document) return;
    if (answer.status !== 401 || !again) throw new GaveUp(`data: status ${answer.status}`);
    await renew(used);
  }
}

await end(async () => {
  const { rounds, pause } = course();
  const readers = [86970, 86980, 13010, 13020, 72030, 99840].map(async (code) => {
    for (let round = 0; round < rounds; round++) {
      await read(code);
      await sleep(pause);
    }
  });
  const ends = await Promise.allSettled(readers);
  const failed = ends.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
});
