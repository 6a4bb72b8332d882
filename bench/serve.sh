#!/usr/bin/env bash
# A Release build of NetRoom on a throw-away database, in front of an OpenAI-compatible upstream:
#   bench/serve.sh http://127.0.0.1:9000/v1 8080 [--no-charging]
# Prints API_KEY=… when it is ready; the model is mock-model.
if [ $# -lt 2 ]; then
  echo "usage: bench/serve.sh UPSTREAM_BASE_URL PORT [--no-charging]" >&2
  exit 2
fi
source "$(dirname "$0")/../eng/prepare.sh"
if [ "${BENCH_BUILD:-on}" != off ]; then
  dotnet publish src/NetRoom.Web -c Release -o artifacts/bench/app --nologo -v quiet
  dotnet publish bench/NetRoom.Bench -c Release -o artifacts/bench/tool --nologo -v quiet
fi
exec dotnet artifacts/bench/tool/NetRoom.Bench.dll serve --upstream "$1" --port "$2" "${@:3}"
