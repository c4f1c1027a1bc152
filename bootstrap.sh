#!/bin/sh
# Makes this checkout ready: the system's packages, then .venv from requirements.lock. Does nothing if all is there.
set -eu
cd "$(dirname "$0")"

# Libraries and fonts of the PDFs, gettext for the translations.
PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk gettext"

# `bootstrap.sh test` adds what only the tests need.
[ "${1:-}" = test ] && PACKAGES="$PACKAGES poppler-utils" && WITH_BROWSER=yes

# `bootstrap.sh office` adds the program that the returns' template is tried with.
[ "${1:-}" = office ] && PACKAGES="$PACKAGES poppler-utils libreoffice-calc-nogui"

stop() {
    echo "$1" >&2
    exit 2
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

installed() {
    dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^.i'
}

missing_packages() {
    for package in $PACKAGES; do
        installed "$package" || printf '%s ' "$package"
    done
    [ -x .venv/bin/python ] || [ -n "$(find_python)" ] || printf 'python3 python3-venv '
    # Ubuntu's chromium comes from elsewhere than its packages; any browser of that family will do.
    [ -z "${WITH_BROWSER:-}" ] || has_browser || printf 'chromium '
}

has_browser() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

install_packages() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    missing=${missing% }
    line="apt-get install --yes --no-install-recommends $missing"
    echo "To be installed by the system's package manager 将由系统软件包管理器安装: $missing"
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        stop "This needs the administrator. Run, then start again 请管理员执行后重试:  sudo apt-get update && sudo $line"
    fi
    $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive $line -qq ||
        stop "The packages could not be installed. Run 请执行:  sudo apt-get update && sudo $line"
}

check_packages() {
    if command -v dpkg-query >/dev/null; then
        install_packages
    else
        echo "Not Debian or Ubuntu: see that these are installed 请自行安装: $PACKAGES"
    fi
}

# What was installed last stands in the stamp; a lock or an interpreter that changed is installed anew.
install_requirements() {
    stamp=.venv/installed.sha256
    wanted=$(sha256sum requirements.lock)
    if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
        return
    fi
    python=$(find_python)
    [ -n "$python" ] || stop "Python 3.11 or newer with venv is needed. Run 请执行:  sudo apt-get install --yes python3 python3-venv"
    if ! .venv/bin/python -c '' 2>/dev/null; then
        echo "Making .venv with $python 正在创建虚拟环境"
        "$python" -m venv --clear .venv
    fi
    echo "Installing the locked requirements 正在安装依赖"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock ||
        stop "The requirements could not be installed; see above. Check the network or pip's configuration. 依赖安装失败，请检查网络或 pip 配置。"
    echo "$wanted" >"$stamp"
}

compile_translations() {
    for source in locale/*/LC_MESSAGES/*.po locale/packages/*/LC_MESSAGES/*.po; do
        compiled=${source%.po}.mo
        if [ -f "$source" ] && [ -z "$(find "$compiled" -newer "$source" 2>/dev/null)" ]; then
            msgfmt --output-file="$compiled" "$source"
        fi
    done
}

check_packages
install_requirements
compile_translations
