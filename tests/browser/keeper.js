// What a page with UID2's 1.x browser SDK does with an identity: it looks every five seconds whether it is time,
// refreshes without a key but with the SDK's version header (which makes the browser ask first, by a preflight),
// and tells the page what became of it.
"use strict";

const LOOK_EVERY_MS = 5000;
const WEEK_MS = 7 * 86400 * 1000; // what it takes for granted where an answer tells no moments
const FOUR_HOURS_MS = 4 * 3600 * 1000;
const VERSION = "uid2-sdk-1.0.1";

class Keeper {
  constructor(baseUrl) {
    this.baseUrl = baseUrl;
    this.identity = null;
    this.told = [];
  }

  look(found) {
    const now = Date.now();
    const identity = { refresh_from: now, refresh_expires: now + WEEK_MS, identity_expires: now + FOUR_HOURS_MS, ...found };
    if (identity.refresh_expires < now) {
      this.lose("REFRESH_EXPIRED");
    } else if (identity.refresh_from <= now) {
      this.refresh(identity);
    } else if (this.identity === null) {
      this.keep(identity, "ESTABLISHED");
    } else {
      this.lookLater();
    }
  }

  async refresh(identity) {
    try {
      const url = `${this.baseUrl}/v1/token/refresh?refresh_token=${encodeURIComponent(identity.refresh_token)}`;
      const response = await fetch(url, { headers: { "X-UID2-Client-Version": VERSION } });
      const answer = await response.json();
      if (answer.status === "optout") {
        this.lose("OPTOUT");
      } else if (answer.status === "expired_token") {
        this.lose("REFRESH_EXPIRED");
      } else if (answer.status === "success" && answer.body.advertising_token && answer.body.refresh_token) {
        this.keep(answer.body, "REFRESHED");
      } else {
        throw new Error(answer.message ?? answer.status);
      }
    } catch (failure) {
      this.fail(identity, failure);
    }
  }

  fail(identity, failure) {
    this.lastFailure = failure.message;
    const expired = identity.identity_expires <= Date.now();
    if (this.identity === null || (expired && this.told.at(-1).status !== "EXPIRED")) {
      this.keep(identity, expired ? "EXPIRED" : "ESTABLISHED");
    } else {
      this.lookLater();
    }
  }

  keep(identity, status) {
    this.identity = identity;
    this.tell(status, status === "EXPIRED" ? undefined : identity.advertising_token);
    this.lookLater();
  }

  lose(status) {
    this.identity = null;
    this.tell(status, undefined);
  }

  lookLater() {
    setTimeout(() => this.look(this.identity), LOOK_EVERY_MS);
  }

  tell(status, token) {
    this.told.push({ status, token, at: Date.now() });
  }
}
