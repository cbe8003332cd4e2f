# Sourced by the fetch and build scripts: where heavy artefacts are kept, and how they get there.
#
# An entry is a directory $cache/NAME-HASH, HASH being that of everything it is made from. It is made in a
# temporary directory beside it and renamed into place, so an entry that exists is complete, and two builders
# at once cost time but break nothing: the second rename fails and the first one's entry is used.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${KATA_BUILD_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kata-build}
mkdir -p "$cache"
# apt as this user, into directories that its own sandbox user may not enter
apt_options=(-qq -o APT::Sandbox::User="$(id -un)")

# say TEXT...: progress for people, on stderr; stdout belongs to the script's result
say() { echo "$*" >&2; }

# fail TEXT...: one clear line, then the end
fail() { say "$(basename "$0"): $*"; exit 1; }

# pinned KEY.KEY: a value of versions.json
pinned() {
  node -p 'process.argv[2].split(".").reduce((at, key) => at[key], JSON.parse(require("fs").readFileSync(process.argv[1], "utf8")))' \
    "$project/versions.json" "$1"
}

# hash_of [TEXT|@FILE]...: sixteen hex digits over texts and contents of files
hash_of() {
  local part
  for part in "$@"; do
    if [[ $part == @* ]]; then sha256sum <"${part#@}"; else printf '%s\n' "$part"; fi
  done | sha256sum | cut -c 1-16
}

# scratch: prints a new directory beside the entries; it is removed when the script ends
scratch() {
  local directory
  directory=$(mktemp -d "$cache/.new.XXXXXX")
  chmod 755 "$directory"
  echo "$directory"
}

# keep DIRECTORY ENTRY: moves what was made into place, unless somebody was faster
keep() {
  mv -T "$1" "$2" 2>/dev/null || { [ -d "$2" ] || fail "rename $1: cannot become $2"; rm -rf "$1"; }
}

# apt_lists: falls back to package lists of our own when the system has none, or old ones; the system's stay untouched
apt_lists() {
  say "reading Debian's package lists into $cache/apt"
  mkdir -p "$cache/apt/lists/partial" "$cache/apt/cache/archives/partial"
  apt_options+=(-o Dir::State::lists="$cache/apt/lists" -o Dir::Cache="$cache/apt/cache")
  apt-get "${apt_options[@]}" update >&2
}

# apt_candidate PACKAGE: the version that apt would take, empty when it knows none
apt_candidate() {
  apt-cache "${apt_options[@]}" policy "$1" 2>/dev/null | sed -n 's/^  Candidate: *//p' | grep -vx '(none)' || true
}

# apt_fetch PACKAGE VERSION: downloads into the current directory, with fresh lists when the ones at hand are too old
apt_fetch() {
  apt-get "${apt_options[@]}" download "$1=$2" >&2 || { apt_lists && apt-get "${apt_options[@]}" download "$1=$2" >&2; }
}
