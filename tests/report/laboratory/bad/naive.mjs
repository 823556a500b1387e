// Naive programs in node, one habit each: node naive.mjs HABIT [--rounds N] [--pause SECONDS]

import http from "node:http";
import { course, sleep } from "../good/politeness.mjs";

const [, , habit, ...rest] = process.argv;
process.argv = [process.argv[0], process.argv[1], ...rest];
const { rounds, pause } = course();
const J = process.env.JQUANTS_URL;
const U = process.env.UID2_URL;
const key = { Authorization: `Bearer ${process.env.UID2_API_KEY}` };

async function json(url, options) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000), ...options });
  if (!response.ok) throw Object.assign(new Error(`status ${response.status}`), { status: response.status });
  return response.json();
}

async function logIn() {
  const body = JSON.stringify({ mailaddress: process.env.JQUANTS_MAIL_ADDRESS, password: process.env.JQUANTS_PASSWORD });
  return (await json(`${J}/token/auth_user`, { method: "POST", body })).refreshToken;
}

const refresh = (token) => json(`${J}/token/auth_refresh?refreshtoken=${encodeURIComponent(token)}`, { method: "POST" });
const data = (token, more) => json(`${J}/listed/info?code=86970`, { headers: { Authorization: `Bearer ${token}`, ...more } });

async function session() {
  const refreshToken = await logIn();
  return { refreshToken, ...(await refresh(refreshToken)) };
}

async function repeat(work) {
  for (let round = 0; round < rounds; round++) {
    await work(round);
    await sleep(pause);
  }
}

const identity = async (path) => (await json(U + path, { headers: key })).body;

const HABITS = {
  // An error that nothing catches ends the process.
  "node-dies-of-any-failure": async () => {
    const { idToken } = await session();
    await repeat(() => data(idToken));
  },
  // The answer's field is idToken.
  "node-wrong-field": async () => {
    const { idtoken } = await session();
    await repeat(() => data(idtoken).catch(() => undefined));
  },
  // An interceptor that marks no call as repeated.
  "node-interceptor-without-a-mark": async () => {
    let { refreshToken, idToken } = await session();
    for (let left = 12; left; left--) {
      try {
        return await data(idToken);
      } catch (error) {
        if (error.status !== 401) throw error;
        ({ idToken } = await refresh(refreshToken));
      }
    }
  },
  // Each of six readers refreshes for itself.
  "node-refreshes-in-parallel": async () => {
    const refreshToken = await logIn();
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const { idToken } = await refresh(refreshToken);
        await repeat(() => data(idToken));
      }),
    );
  },
  "node-template-string": async () => {
    let { refresh_token: token } = await identity("/v1/token/generate?email=user%40example.com");
    await repeat(async () => {
      ({ refresh_token: token } = await identity(`/v1/token/refresh?refresh_token=${token}`));
    });
  },
  "node-no-time-out": async () => {
    const { idToken } = await session();
    await repeat(() => fetch(`${J}/listed/info?code=86970`, { headers: { Authorization: `Bearer ${idToken}` } }).then((r) => r.text()));
  },
  "node-logs-in-for-each-read": () => repeat(async () => data((await session()).idToken)),
  "node-new-agent-each-call": async () => {
    const { idToken } = await session();
    await repeat(
      () =>
        new Promise((resolve, reject) => {
          const options = { agent: new http.Agent(), headers: { Authorization: `Bearer ${idToken}` } };
          http.get(`${J}/listed/info?code=86970`, options, (response) => response.resume().on("end", resolve)).on("error", reject);
        }),
    );
  },
  // The page's address, with the token in it, goes along as the referrer of each read.
  "node-referrer": async () => {
    const { refreshToken, idToken } = await session();
    await repeat(() => data(idToken, { "X-Requested-From": `https://desk.example/?rt=${encodeURIComponent(refreshToken)}` }));
  },
  // Waits for a constant time and asks again, whatever the failure is.
  "node-insists": async () => {
    for (let left = 5; left; left--) {
      try {
        return await logIn();
      } catch {
        await sleep(100);
      }
    }
  },
  // A failure of any kind ends the session: the tokens are forgotten.
  "node-logs-out-on-failure": async () => {
    let held = await session();
    await repeat(async () => {
      try {
        await data(held.idToken);
      } catch (error) {
        if (error.status !== 401) throw error;
        try {
          held = { ...held, ...(await refresh(held.refreshToken)) };
        } catch {
          held = await session().catch(session);
        }
      }
    });
  },
  // Keeps the refresh token of the first answer in a constant.
  "node-constant-refresh-token": async () => {
    const { refresh_token: token } = await identity("/v1/token/generate?email=user%40example.com");
    await repeat(() => identity(`/v1/token/refresh?refresh_token=${encodeURIComponent(token)}`));
  },
};

await HABITS[habit]();
