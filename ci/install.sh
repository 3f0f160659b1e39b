# Installs keyturn without any install script. $KEYTURN_PACKAGES lists exact versions, which go into a folder of their own; "project"
# installs what the lock file of the project has. No credentials are needed here, and none should be there.
set -eu
if [ "$KEYTURN_PACKAGES" = project ]; then
  npm ci --ignore-scripts --no-audit --no-fund
else
  for package in $KEYTURN_PACKAGES; do
    case $package in
      *[!A-Za-z0-9@/._-]* | -*) echo "keyturn: $package is not a package" >&2; exit 2 ;;
      ?*@[0-9]*.[0-9]*.[0-9]*) ;;
      *) echo "keyturn: $package has no exact version: write NAME@1.2.3" >&2; exit 2 ;;
    esac
  done
  mkdir -p "$KEYTURN_FOLDER"
  echo '{ "name": "keyturn-ci", "version": "0.0.0", "private": true }' >"$KEYTURN_FOLDER/package.json"
  # The settings of npm in the checkout do not count in that folder.
  (cd "$KEYTURN_FOLDER" && npm install --ignore-scripts --no-audit --no-fund --save-exact $KEYTURN_PACKAGES)
fi
