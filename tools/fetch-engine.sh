#!/bin/bash
# fetch-engine.sh: prints the directory of the JavaScript engine's sources, fetched on first use.
# Debian's upstream tarball, pinned by version and checksum; from the mirror that this machine's apt uses, else from
# the one that versions.json names. The system's apt configuration is used (proxies, credentials) and not changed.
source "$(dirname "$0")/cache.sh"

version=$(pinned engine.version)
sha256=$(pinned engine.sha256)
entry=$cache/quickjs-$version-${sha256:0:16}
if [ ! -d "$entry" ]; then
  file=$(pinned engine.file)
  new=$(scratch)
  trap 'rm -rf "$new"' EXIT
  mirrors=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
    grep -v '^ *#' | grep -oE 'https?://[^ ]*/debian/?( |$)' | sed 's#/* *$##' | sort -u || true)
  for mirror in $mirrors $(pinned engine.fallback); do
    say "fetching the engine: $mirror/$file"
    /usr/lib/apt/apt-helper "${apt_options[@]}" download-file "$mirror/$file" "$new/engine.tar.xz" "SHA256:$sha256" >&2 && break
  done
  echo "$sha256  $new/engine.tar.xz" | sha256sum --check --quiet >&2 || fail "fetch $file: no mirror gave the file with checksum $sha256"
  mkdir "$new/sources"
  tar -C "$new/sources" --strip-components 1 -xf "$new/engine.tar.xz"
  keep "$new/sources" "$entry"
fi
echo "$entry"
