#!/usr/bin/env bash
# UID2 v1 with curl: generate for one person, keep the identity in a file, refresh it when it is due. One process a call.
set -u
rounds=4 pause=0.05
while [ $# -gt 1 ]; do
  case $1 in --rounds) rounds=$2 ;; --pause) pause=$2 ;; esac
  shift 2
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gave_up() { echo "gave up: $1" >&2; exit 1; }

# ask PATH NAME VALUE: the status in $status, the body in $work/body.
ask() {
  local try asked wait
  for try in 1 2 3 4; do
    : >"$work/head"
    status=$(curl -sS -G --max-time 2 -D "$work/head" -o "$work/body" -w '%{http_code}' \
      -H "Authorization: Bearer $UID2_API_KEY" --data-urlencode "$2=$3" "$UID2_URL$1" 2>/dev/null) || status=000
    case $status in 000 | 408 | 425 | 429 | 5??) ;; *) return ;; esac
    asked=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\).*$/\1/p' "$work/head" | head -1)
    wait=${asked:-$(awk -v n="$try" -v r="$RANDOM" 'BEGIN { w = 0.15 * 2 ^ n; printf "%.3f", w / 2 + w / 2 * r / 32768 }')}
    # A date is not read here: such an answer is not tried again at all.
    grep -qi '^retry-after: *[a-z]' "$work/head" && break
    awk -v w="$wait" 'BEGIN { exit !(w > 4) }' && break
    [ "$try" = 4 ] || sleep "$wait"
  done
  gave_up "$1: status $status"
}

# Keep the identity of the answer; ends the program when the person has opted out.
keep() {
  case $(jq -r '.status? // ""' "$work/body" 2>/dev/null) in
    optout) echo "opted out: nothing more is asked for this person" >&2; exit 0 ;;
  esac
  jq -e '.body | select((.refresh_token | type == "string" and . != "") and (.advertising_token | type == "string" and . != ""))' \
    "$work/body" >"$work/identity" 2>/dev/null || gave_up "no identity in the answer: status $status"
}

# Moments of an answer that had passed on arrival say nothing.
due() {
  jq -e '(now * 1000) as $now | .refresh_from != null and .told and $now >= .refresh_from' "$work/identity" >/dev/null
}

mark() {
  jq '(now * 1000) as $now | .told = ([.refresh_from, .identity_expires, .refresh_expires] | all(. != null and . > $now))' \
    "$work/identity" >"$work/marked" && mv "$work/marked" "$work/identity"
}

generate() { ask /v1/token/generate email user@example.com; [ "$status" = 200 ] || gave_up "generate: status $status"; keep; mark; }

generate
for ((round = 1; round < rounds; round++)); do
  sleep "$pause"
  due || continue
  if jq -e '(now * 1000) >= .refresh_expires' "$work/identity" >/dev/null; then
    generate
    continue
  fi
  ask /v1/token/refresh refresh_token "$(jq -r .refresh_token "$work/identity")"
  if [ "$status" = 200 ]; then
    keep
    mark
  else
    jq -e . "$work/body" >/dev/null 2>&1 || gave_up "refresh: status $status"
    generate
  fi
done
