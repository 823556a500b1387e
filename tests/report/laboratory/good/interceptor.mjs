// UID2 v1 in the manner of axios interceptors, on node's http with an agent that keeps connections:
// the request interceptor sees that the identity is fresh, the response interceptor decides what a failure means.

import http from "node:http";
import https from "node:https";
import { GaveUp, asked, course, end, mayPass, sleep, text, waitFor } from "./politeness.mjs";

const BASE = process.env.UID2_URL;
const scheme = BASE.startsWith("https:") ? https : http;
const agent = new scheme.Agent({ keepAlive: true, maxSockets: 2 });
const headers = { Authorization: `Bearer ${process.env.UID2_API_KEY}` };
let identity;

function get(path) {
  return new Promise((resolve) => {
    const request = scheme.get(BASE + path, { agent, headers, timeout: 2000 }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", () => resolve(undefined));
      response.on("close", () => resolve(undefined));
      response.on("end", () =>
        resolve(
          response.complete && {
            status: response.statusCode,
            after: response.headers["retry-after"],
            body: Buffer.concat(chunks).toString(),
          },
        ),
      );
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
  });
}

async function persist(path) {
  for (let attempt = 1; ; attempt++) {
    const answer = await get(path);
    if (answer && !mayPass(answer.status)) return answer;
    const wait = waitFor(attempt, asked(answer?.after));
    if (wait === undefined) throw new GaveUp(`${path.split("?")[0]} is not available`);
    await sleep(wait);
  }
}

function understood(answer) {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw new GaveUp(`status ${answer.status} without JSON`);
  }
}

// The identity of an answer; undefined when the person has opted out.
function kept(document) {
  if (document.status === "optout") return undefined;
  const { body } = document;
  const found = { refresh: text(body, "refresh_token"), advertising: text(body, "advertising_token") };
  const moments = [body.refresh_from, body.identity_expires, body.refresh_expires];
  // Moments that had passed on arrival have another unit or come from another clock: they say nothing.
  const told = moments.every((moment) => typeof moment === "number" && moment > Date.now());
  return told ? { ...found, from: moments[0], end: moments[2] } : { ...found, from: Infinity, end: Infinity };
}

async function generated() {
  const query = new URLSearchParams({ email: "user@example.com" });
  const answer = await persist(`/v1/token/generate?${query}`);
  if (answer.status !== 200) throw new GaveUp(`generate: status ${answer.status}`);
  return kept(understood(answer));
}

async function refreshed() {
  if (Date.now() >= identity.end) return generated();
  const answer = await persist(`/v1/token/refresh?${new URLSearchParams({ refresh_token: identity.refresh })}`);
  const document = understood(answer);
  return answer.status === 200 ? kept(document) : generated();
}

await end(async () => {
  const { rounds, pause } = course();
  for (let round = 0; round < rounds; round++) {
    if (!identity) identity = await generated();
    else if (Date.now() >= identity.from) identity = await refreshed();
    if (!identity) return void process.stderr.write("opted out: nothing more is asked for this person\n");
    await sleep(pause);
  }
  agent.destroy();
});
