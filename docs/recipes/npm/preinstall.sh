#!/bin/sh
# May this app's model be installed here?  npm runs it in the package's folder, before anything else.
# NOTES_APP_FORCE=1 npm install …: the user knows better.
[ -z "$NOTES_APP_FORCE" ] || exit 0

# Without weighin the app asks nothing: it is no dependency that npm could fetch.
command -v weighin >/dev/null 2>&1 || exit 0

if ! sentence=$(weighin gate --policy app.policy.json --on-unknown allow --quiet --as sentence); then
    # npm shows what a script says only where it fails.
    printf '%s\n' "${sentence:-weighin could not be asked}" \
        "NOTES_APP_FORCE=1 installs it all the same." >&2
    exit 1
fi
