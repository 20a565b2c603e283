#!/bin/sh
# Runs `hookline mcp` for Claude Code: of the hookline whose folder this plugin stands in (a clone, a package of npm), else
# the one on the PATH. The plugin brings no hookline along, and starts no daemon: its tools say how that is done.

here=$(cd "$(dirname "$0")" && pwd -P) || exit 1
beside=${here%/*}

# What else has a folder dist/cli is none of ours.
if grep -qs '"name": *"hookline"' "$beside/package.json"; then
  if [ -f "$beside/dist/cli/main.js" ]; then exec node "$beside/dist/cli/main.js" mcp "$@"; fi
  built="is not built in $beside (npm ci there builds it), and "
fi
if command -v hookline >/dev/null; then exec hookline mcp "$@"; fi

echo "hookline ${built-}is not on the PATH of Claude Code; put it there (npm link in a clone of hookline), and start the session again" >&2
exit 127
