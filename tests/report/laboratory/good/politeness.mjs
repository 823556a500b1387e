// What the node clients share: arguments, waits, and when a failure may pass.

export const TRIES = 4;
const PATIENCE = 4000;
const PASSING = new Set([408, 425, 429]);

export class GaveUp extends Error {}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function course() {
  const given = { "--rounds": 4, "--pause": 0.05 };
  for (let i = 2; i + 1 < process.argv.length; i += 2) given[process.argv[i]] = Number(process.argv[i + 1]);
  return { rounds: given["--rounds"], pause: given["--pause"] * 1000 };
}

export const mayPass = (status) => status >= 500 || PASSING.has(status);

// Milliseconds that Retry-After asks for, undefined when it does not.
export function asked(value) {
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - Date.now());
}

// Milliseconds before the next try, undefined when it is time to give up.
export function waitFor(attempt, wanted) {
  if (attempt >= TRIES || wanted > PATIENCE) return undefined;
  if (wanted !== undefined) return wanted + Math.random() * 200;
  const whole = 150 * 2 ** attempt;
  return whole / 2 + (Math.random() * whole) / 2;
}

export function text(document, name) {
  const value = document?.[name];
  if (typeof value !== "string" || value === "") throw new GaveUp(`no ${name} in the answer`);
  return value;
}

export async function end(work) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    process.stderr.write(`gave up: ${error.message}\n`);
    process.exitCode = 1;
  }
}
