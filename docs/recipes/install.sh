#!/bin/sh
# May the app and its model be installed here?  For: curl -fsSL https://example.org/install.sh | sh
#
# All is in a function that the last line calls: of a script that broke off on the way, nothing runs.
main() {
    set -eu
    prefix=${PREFIX:-$HOME/.local}
    # The script itself comes through standard input: nothing else may read from there.
    policy=$(mktemp) && trap 'rm -f "$policy"' EXIT
    cat >"$policy" <<'POLICY'
{
  "schema": "weighin/policy/1",
  "name": "notes-app",
  "choices": [
    {"name": "full", "model": "gemma-2b", "format": "Q4_K_M", "conditions": {"min_decode": 5}},
    {"name": "small", "model": "smollm2-135m", "degraded": true}
  ]
}
POLICY
    code=0
    answer=$(weighin gate --policy "$policy" --quiet --json </dev/null) || code=$?
    sentence=$(printf '%s' "$answer" | sed -n 's/.*"sentence":"\([^"\\]*\)".*/\1/p')
    case $code in
    0) ;;
    1) printf '%s\n' "$sentence" >&2 && exit 1 ;;
    2) printf '%s\n' "$sentence" "Installing anyway; it may turn out to be slow." >&2 ;;
    *) printf '%s\n' "the device could not be weighed (exit $code)" >&2 && exit "$code" ;;
    esac
    choice=$(printf '%s' "$answer" | sed -n 's/.*"choice":"\([^"\\]*\)".*/\1/p')
    mkdir -p "$prefix/share/notes-app"
    # Here the app would fetch the model of this choice.
    printf '%s\n' "$choice" >"$prefix/share/notes-app/choice"
    printf 'installed the %s model under %s\n' "$choice" "$prefix"
}
main
