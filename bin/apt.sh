# To be sourced, by root only: installs Debian packages, quietly unless they fail.

# The lists of a fresh machine are empty and those of an old one name files that are gone: then refresh, once.
apt_install() {
    log=$(mktemp)
    if _apt_get install "$@" >"$log" 2>&1 \
        || { _apt_get update && _apt_get install "$@"; } >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
}

_apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}
