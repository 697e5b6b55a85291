#!/bin/bash
source ./lib/log.sh
. "clone.sh"
. "$HERE/computed.sh"

LIMIT=10
readonly NAME=graticule
export DATA_DIR=/var/lib

clone_repo() {
  local url="$1"
  log_info "$url" "$LIMIT"
  git clone "$url"
}

function main {
  clone_repo "$@"
}

main

# Options and their defaults.
set -euo pipefail
declare -A COLORS=([red]=1 [green]=2)
declare -r MOST=9 LEAST=1
typeset -i count=0
readonly ROOT="$(cd "$(dirname "$0")" && pwd)"
PATHS=("$HOME/bin" "${ROOT}/bin")
PATHS+=("/usr/local/bin")
DEBUG=${DEBUG:-0} VERBOSE=1
: "${TIMEOUT:=10}"
source "${ROOT}/lib/computed.sh"
source lib/colors.sh
alias ll='ls -l'

usage() {
  cat <<EOF
usage: $0 [options]
not_a_function() { :; }
EOF
}

function log::info() {
  printf '%s\n' "$*" >&2
}

function with-dashes {
  local -r first="$1" second
  first_inner() { echo "$first"; }
  first_inner | while read -r line; do
    log::info "$line"
  done
}

on_exit() (
  rm -rf "$DATA_DIR"
)

retry() {
  local tries=0
  until "$@"; do
    ((tries++ >= MOST)) && return 1
    sleep "$LEAST"
  done
}

if [[ "${DEBUG}" == 1 ]]; then
  trace() { log::info "$@"; }
  LEVEL=debug
else
  trace() { :; }
fi

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  *) retry clone_repo "${PATHS[0]}" && trace done ;;
esac

trap on_exit EXIT
result=$(with-dashes "$count")
[ -n "$result" ] || { usage; exit 1; }
