# The step of the GitHub Action: masks the credentials, runs keyturn, and reports what came of it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for name in PLANETSCALE_SERVICE_TOKEN GITHUB_TOKEN GITLAB_TOKEN CIRCLECI_TOKEN KEYTURN_LEDGER_KEY \
  PLANETSCALE_SERVICE_TOKEN_ID KEYTURN_STATE; do
  eval "value=\${$name-}"
  # An input that was not given is empty, and an empty credential is none.
  if [ -z "$value" ]; then
    unset "$name"
    continue
  fi
  case $name in *_ID | KEYTURN_STATE) continue ;; esac
  # GitHub masks what comes from its secrets, and nothing that a step fetched from elsewhere.
  printf '%s\n' "$value" | while IFS= read -r line; do
    [ -z "$line" ] || printf '::add-mask::%s\n' "$line"
  done
done
unset value
report=${RUNNER_TEMP:-${TMPDIR:-/tmp}}/keyturn-report.json
code=0
sh "$here/run.sh" --json >"$report" || code=$?
node "$here/report.mjs" "$report" "$code"
exit "$code"
