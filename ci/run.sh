# Runs one command of keyturn, as it was installed by install.sh. It needs the credentials of the adapters in its environment.
set -eu
case $KEYTURN_COMMAND in
  rotate | plan | status | audit | doctor | history) ;;
  *) echo "keyturn: $KEYTURN_COMMAND is not a command for CI: use rotate, plan, status, audit, doctor or history" >&2; exit 2 ;;
esac
# Names of rotations and options are words: * is none of the files here.
set -f
if [ "$KEYTURN_PACKAGES" = project ]; then
  set -- node_modules/.bin/keyturn "$KEYTURN_COMMAND" ${KEYTURN_ARGUMENTS-} "$@"
else
  set -- "$KEYTURN_FOLDER/node_modules/.bin/keyturn" "$KEYTURN_COMMAND" ${KEYTURN_ARGUMENTS-} "$@"
fi
"$@"
