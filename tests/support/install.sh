# SPDX-License-Identifier: ISC
# shellcheck shell=bash
#
# For the scripts that install what they need (Debian): source this.

fail() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "packages are missing: run this as root, or install sudo"
    fi
}

is_installed() {
    case $1 in
    # The name is that of a package which another one may provide.
    pkg-config) command -v pkg-config >/dev/null ;;
    # Others' nodejs brings npm along.
    npm) command -v npm >/dev/null ;;
    *) dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null |
        grep -qx installed ;;
    esac
}

# update_index: once more if it comes short, as a mirror's does now and then.
# An index that stays old may do: installing tells.
update_index() {
    as_root apt-get -q update </dev/null ||
        { sleep 5 && as_root apt-get -q update </dev/null; } ||
        printf '%s: apt-get update failed twice\n' "$0" >&2
}

# install_packages PACKAGE...: those that are missing.
install_packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null; then
        echo "not Debian: these should be there: $*"
        return
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        return
    fi
    echo "to be installed: ${missing[*]}"
    update_index
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
        --no-install-recommends "${missing[@]}" </dev/null ||
        fail "installing failed: ${missing[*]}"
}

# fetch_npm NAME VERSION SHA256 FOLDER: unpack that package of the npm registry
# to FOLDER/NAME, without running anything of it. Where it is not to be had the
# tests that want it say so, and are skipped.
fetch_npm() {
    local name=$1 version=$2 sum=$3 folder=$4 tarball=$4/$1-$2.tgz
    if [ -d "$folder/$name" ]; then
        return
    fi
    mkdir -p "$folder"
    if ! (cd "$folder" && timeout 120 npm pack --silent \
        --fetch-retries=1 --fetch-timeout=30000 "$name@$version" </dev/null) ||
        ! echo "$sum  $tarball" | sha256sum --check --status; then
        echo "not to be had: the npm package $name $version"
        rm -f "$tarball"
        return
    fi
    rm -rf "$folder/package"
    tar -xzf "$tarball" -C "$folder" package
    mv "$folder/package" "$folder/$name"
}
