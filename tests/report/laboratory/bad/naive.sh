#!/usr/bin/env bash
# Naive programs in the shell, one habit each: bash naive.sh HABIT [--rounds N] [--pause SECONDS]
habit=$1
rounds=4 pause=0.05
shift
while [ $# -gt 1 ]; do
  case $1 in --rounds) rounds=$2 ;; --pause) pause=$2 ;; esac
  shift 2
done

account="{\"mailaddress\": \"$JQUANTS_MAIL_ADDRESS\", \"password\": \"$JQUANTS_PASSWORD\"}"
log_in() { curl -s --max-time 2 "$@" -d "$account" "$JQUANTS_URL/token/auth_user" | jq -r .refreshToken; }
refresh() { curl -s --max-time 2 "$@" -X POST "$JQUANTS_URL/token/auth_refresh?refreshtoken=$refresh_token" | jq -r .idToken; }
read_data() { curl -s --max-time 2 "$@" -H "Authorization: Bearer $id_token" "$JQUANTS_URL/listed/info?code=86970"; }

case $habit in
  # What jq prints for a missing field is taken for a token.
  shell-null-token)
    refresh_token=$(log_in)
    id_token=$(refresh)
    for ((i = 0; i < rounds; i++)); do read_data >/dev/null; sleep "$pause"; done
    ;;
  # The first failure of a command ends the script, without a word.
  shell-exits-on-error)
    set -eo pipefail
    refresh_token=$(log_in -f)
    id_token=$(refresh -f)
    for ((i = 0; i < rounds; i++)); do read_data -f >/dev/null; sleep "$pause"; done
    ;;
  shell-until-it-works)
    refresh_token=$(log_in)
    for ((i = 0; i < 12; i++)); do
      id_token=$(refresh -f) && [ -n "$id_token" ] && break
    done
    read_data >/dev/null
    ;;
  # Credentials go wherever a redirect leads.
  shell-location-trusted)
    refresh_token=$(log_in)
    id_token=$(refresh)
    for ((i = 0; i < rounds; i++)); do read_data -L --location-trusted >/dev/null; sleep "$pause"; done
    ;;
  shell-logs-in-each-time)
    for ((i = 0; i < rounds; i++)); do
      refresh_token=$(log_in)
      id_token=$(refresh)
      read_data >/dev/null
      sleep "$pause"
    done
    ;;
  # Sleeps one second whatever Retry-After says.
  shell-sleeps-a-second)
    refresh_token=$(log_in)
    for ((i = 0; i < 6; i++)); do
      id_token=$(refresh -f)
      [ -n "$id_token" ] && break
      sleep 1
    done
    read_data >/dev/null
    ;;
esac
