#!/usr/bin/env bash
# J-Quants with curl, one process a call: log in, refresh, read. Failures that may pass are tried again, later each time.
set -u
rounds=4 pause=0.05
while [ $# -gt 1 ]; do
  case $1 in --rounds) rounds=$2 ;; --pause) pause=$2 ;; esac
  shift 2
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

gave_up() { echo "gave up: $1" >&2; exit 1; }

# Seconds to wait before try number $1 + 1: what Retry-After asks for, or else a doubling wait, half of it by chance.
wait_before() {
  local asked moment
  asked=$(sed -n 's/^[Rr]etry-[Aa]fter: *\(.*[^\r]\)\r*$/\1/p' "$work/head" | head -1)
  if [[ $asked =~ ^[0-9]+$ ]]; then
    echo "$asked"
  elif [ -n "$asked" ] && moment=$(date -d "$asked" +%s 2>/dev/null); then
    asked=$((moment - $(date +%s) + 1))
    echo $((asked > 0 ? asked : 0))
  else
    awk -v n="$1" -v r="$RANDOM" 'BEGIN { w = 0.15 * 2 ^ n; printf "%.3f", w / 2 + w / 2 * r / 32768 }'
  fi
}

# send ARGUMENTS…: the status in $status, the body in $work/body. A lost answer has the status 000.
send() {
  local try wait
  for try in 1 2 3 4; do
    : >"$work/head"
    status=$(curl -sS --max-time 2 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" 2>/dev/null)
    case $? in 0) ;; *) status=000 ;; esac
    case $status in 000 | 408 | 425 | 429 | 5??) ;; *) return ;; esac
    wait=$(wait_before "$try")
    awk -v w="$wait" 'BEGIN { exit !(w > 4) }' && break
    [ "$try" = 4 ] || sleep "$wait"
  done
  gave_up "status $status"
}

field() { jq -er --arg name "$1" '.[$name] | select(type == "string" and . != "")' "$work/body" 2>/dev/null; }

log_in() {
  local account
  account=$(jq -n --arg mail "$JQUANTS_MAIL_ADDRESS" --arg word "$JQUANTS_PASSWORD" '{mailaddress: $mail, password: $word}')
  send -X POST -H 'Content-Type: application/json' -d "$account" "$JQUANTS_URL/token/auth_user"
  refresh_token=$(field refreshToken) || gave_up "login: status $status"
}

refresh() {
  local query
  query=$(jq -rn --arg token "$refresh_token" '$token | @uri')
  send -X POST "$JQUANTS_URL/token/auth_refresh?refreshtoken=$query"
}

renew() {
  if [ -n "$refresh_token" ]; then
    refresh
    id_token=$(field idToken) && [ "$status" = 200 ] && return
    case $status in 400 | 401 | 403) jq -e . "$work/body" >/dev/null 2>&1 || gave_up "refresh: status $status" ;; *) gave_up "refresh: status $status" ;; esac
  fi
  log_in
  refresh
  id_token=$(field idToken) || gave_up "refresh: status $status"
}

read_data() { send -H "Authorization: Bearer $id_token" "$JQUANTS_URL/listed/info?code=86970"; }

refresh_token='' id_token=''
renew
for ((round = 0; round < rounds; round++)); do
  read_data
  if [ "$status" = 401 ]; then
    renew
    read_data
  fi
  [ "$status" = 200 ] && jq -e . "$work/body" >/dev/null 2>&1 || gave_up "data: status $status"
  sleep "$pause"
done
