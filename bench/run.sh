#!/usr/bin/env bash
# Publishes NetRoom, the sandbox and the bench, and runs a command of the bench: bench/run.sh stream --seconds 12
source "$(dirname "$0")/../eng/prepare.sh"
if [ "${BENCH_BUILD:-on}" != off ]; then
  [ "${1:-}" != mutate ] || dotnet build tests/NetRoom.Tests -c Release --nologo -v quiet
  dotnet publish src/NetRoom.Web -c Release -o artifacts/bench/app --nologo -v quiet
  dotnet publish src/NetRoom.Sandbox -c Release -o artifacts/bench/sandbox --nologo -v quiet
  dotnet publish bench/NetRoom.Bench -c Release -o artifacts/bench/tool --nologo -v quiet
fi
exec dotnet artifacts/bench/tool/NetRoom.Bench.dll "$@"
