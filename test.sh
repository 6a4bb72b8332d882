#!/usr/bin/env bash
# Runs every test suite, or the one named: ./test.sh [unit|app|format|<part of a test's name>]
source "$(dirname "$0")/eng/prepare.sh"

mkdir -p artifacts/tests
passed=0 failed=0
check() { # name, command…
  local name=$1 log="artifacts/tests/$1.log"
  shift
  if "$@" >"$log" 2>&1; then
    echo "ok      $name"
    passed=$((passed + 1))
  else
    echo "FAILED  $name"
    tail -n 60 "$log"
    failed=$((failed + 1))
  fi
}

find_chromium() {
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" >/dev/null && { command -v "$name"; return; }
  done
  return 1
}
install_chromium() {
  find_chromium >/dev/null && return
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  if command -v apt-get >/dev/null && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
    echo "Installing Chromium…"
    $sudo apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq chromium >/dev/null
  else
    echo "The browser tests need Chromium: install it, or set CHROMIUM to its path." >&2
    exit 1
  fi
}

suite() { # project, filter
  local project=$1 log="artifacts/tests/$1.log" line
  dotnet test "tests/$project" -c Release --no-build --nologo ${2:+--filter "$2"} \
    --logger "console;verbosity=minimal" >"$log" 2>&1 || true
  line=$(grep -E '^(Passed!|Failed!)' "$log" | tail -1 || true)
  if [ -z "$line" ]; then
    if [ -n "${2:-}" ] && grep -q 'No test matches' "$log"; then return; fi
    echo "FAILED  $project did not run"
    tail -n 60 "$log"
    failed=$((failed + 1))
    return
  fi
  grep -E '^\s+(Failed |Error Message|Stack Trace|   )' "$log" | head -n 200 || true
  local bad good
  bad=$(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$line")
  good=$(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$line")
  echo "$project: $good passed, $bad failed"
  passed=$((passed + good)) failed=$((failed + bad))
}

what="${1:-all}"
case "$what" in
  all | format)
    dotnet tool restore >/dev/null
    check format dotnet csharpier check src tests bench
    check types npx --no-install tsc --noEmit -p .
    ;;
esac
if [ "$what" != format ]; then
  check build dotnet build NetRoom.slnx -c Release --nologo -v quiet
  if [ "$failed" = 0 ]; then
    case "$what" in
      all) suite NetRoom.Tests; install_chromium; CHROMIUM="$(find_chromium)" suite NetRoom.AppTests ;;
      unit) suite NetRoom.Tests ;;
      app) install_chromium; CHROMIUM="$(find_chromium)" suite NetRoom.AppTests ;;
      *)
        install_chromium
        suite NetRoom.Tests "FullyQualifiedName~$what"
        CHROMIUM="$(find_chromium)" suite NetRoom.AppTests "FullyQualifiedName~$what"
        ;;
    esac
  fi
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
