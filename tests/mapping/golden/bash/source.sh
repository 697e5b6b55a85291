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
