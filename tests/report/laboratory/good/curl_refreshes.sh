#!/usr/bin/env bash
# J-Quants as somebody tries it on the command line: one login, and then a refresh now and again, each by its own curl.
set -u
rounds=4 pause=0.05
while [ $# -gt 1 ]; do
  case $1 in --rounds) rounds=$2 ;; --pause) pause=$2 ;; esac
  shift 2
done

gave_up() { echo "gave up: $1" >&2; exit 1; }

account=$(jq -n --arg mail "$JQUANTS_MAIL_ADDRESS" --arg word "$JQUANTS_PASSWORD" '{mailaddress: $mail, password: $word}')
answer=$(curl -sSf --max-time 2 -H 'Content-Type: application/json' -d "$account" "$JQUANTS_URL/token/auth_user" 2>&1) ||
  gave_up "login: ${answer##*: }"
token=$(jq -er .refreshToken <<<"$answer" 2>/dev/null) || gave_up "login: no refreshToken"
for ((round = 0; round < rounds; round++)); do
  answer=$(curl -sSf --max-time 2 -X POST "$JQUANTS_URL/token/auth_refresh?refreshtoken=$(jq -rn --arg t "$token" '$t | @uri')" 2>&1) ||
    gave_up "refresh: ${answer##*: }"
  jq -e .idToken <<<"$answer" >/dev/null 2>&1 || gave_up "refresh: no idToken"
  sleep "$pause"
done
