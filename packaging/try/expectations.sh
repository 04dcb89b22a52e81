# shellcheck shell=bash
# How the trials of a package say what they expect; read by those that stand beside it.


: "${work:?a folder for what commands print}"
said() { printf '  %-60s ' "$1"; }
passed() { echo yes; }
failed() {
    echo NO
    echo "try-package: $1" >&2
    [[ ! -s "$work/output" ]] || tail -15 "$work/output" >&2
    exit 1
}

# expects STATUS COMMAND…: that a command ends with this status. What it printed stands in $work/output.
expects() {
    local status=0
    "${@:2}" >"$work/output" 2>&1 </dev/null || status=$?
    [[ $status -eq $1 ]] || failed "'${*:2}' ended with $status, not $1"
}
