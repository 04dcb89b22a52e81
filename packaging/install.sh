#!/bin/sh
# install.sh [--uninstall]
#
# Installs what stands beside it into PREFIX (default /usr/local), or takes it away again. No compiler, no network.
#
#   PREFIX     where the program will run from: PREFIX/bin, PREFIX/share, PREFIX/lib/systemd/system
#   DESTDIR    a folder put in front of it while a package is made
set -eu
cd "$(dirname "$0")"

prefix=${PREFIX:-/usr/local}
case "${1:-}" in
    "" | --uninstall) ;;
    *) sed -n '2,/^set/{/^#/{s/^# \{0,1\}//;p;};}' install.sh; [ "$1" = --help ]; exit ;;
esac
case $prefix in
    /*) ;;
    *) echo "install.sh: PREFIX has to be an absolute path, not '$prefix'" >&2; exit 64 ;;
esac
root=${DESTDIR:-}${prefix%/}

files() { find bin lib share ! -type d; }

if [ "${1:-}" = --uninstall ]; then
    files | while read -r file; do rm -f "$root/$file"; done
    # Only what is ours alone, and only if nobody put anything into it.
    find share/feedspine share/doc/feedspine -depth -type d | while read -r folder; do
        rmdir "$root/$folder" 2>/dev/null || true
    done
    exit
fi

files | while read -r file; do
    mkdir -p "$root/$(dirname "$file")"
    if [ -h "$file" ]; then
        ln -sfn "$(readlink "$file")" "$root/$file"
        continue
    fi
    # In place of the old file, which may be running, not into it.
    new="$root/$file.new"
    case $file in
        *.service) sed "s|/usr/bin/|${prefix%/}/bin/|" "$file" > "$new" ;;
        *) cp "$file" "$new" ;;
    esac
    case $file in
        bin/*) chmod 755 "$new" ;;
        *) chmod 644 "$new" ;;
    esac
    mv -f "$new" "$root/$file"
done
