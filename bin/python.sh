# To be sourced: which Python makes the environment. It must never install one.

# Prints the first Python of 3.11 or later: $PYTHON when given, else what the PATH holds.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "Il faut Python 3.11 ou plus récent. Sur Debian 12 : sudo apt-get install -y python3" >&2
    return 1
}

# Debian ships Python without the module that makes environments: installs it as root, else says how.
require_venv() {
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return 0; fi
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        echo "J’installe python3-venv…"
        . bin/apt.sh
        apt_install python3-venv
        if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return 0; fi
    fi
    echo "Il manque à Python de quoi créer un environnement. Lancez, puis recommencez :" >&2
    echo "  sudo apt-get install -y python3-venv" >&2
    return 1
}
