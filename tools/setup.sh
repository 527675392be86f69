#!/bin/sh
# Makes .venv and fills it from a hashed lock: `tools/setup.sh demo` (what runs) or `dev` (and what tests).
# Needs Python 3.11 or newer and nothing else; PYTHON names another interpreter. Done already: silent.
set -eu
cd "$(dirname "$0")/.."
venv=.venv
case "${1:-}" in
demo) lock=requirements.lock ;;
dev) lock=requirements-dev.lock ;;
*) echo "usage: tools/setup.sh demo|dev" >&2 && exit 2 ;;
esac

fail() { echo "error: $*" >&2 && exit 1; }
say() { echo "==> $*"; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
	for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
		if is_new_enough "$python"; then echo "$python" && return; fi
	done
	fail "dursor needs Python 3.11 or newer, and ${PYTHON:-python3} is not. Try: PYTHON=/path/to/python3 make ..."
}

make_venv() {
	python=$(find_python)
	"$python" -c 'import ensurepip, venv' 2>/dev/null ||
		fail "$python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
	say "making $venv with $("$python" --version)"
	"$python" -m venv --clear "$venv"
}

# pip brings uv and the build tools by their hashes; where uv cannot run or reach its index, pip does it all.
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
install() {
	if "$venv/bin/uv" --version >/dev/null 2>&1; then
		UV_SYSTEM_CERTS=1 "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@" && return
		say "uv could not do it, trying pip (about a minute)"
	fi
	pip install "$@"
}

is_new_enough "$venv/bin/python" || make_venv
stamp="$venv/.installed-$1"
state=$(cat "$0" "$lock" requirements-build.lock pyproject.toml | cksum)
[ "$(cat "$stamp" 2>/dev/null)" != "$state" ] || exit 0
say "installing the tools that install (uv, hatchling)"
pip install --require-hashes --only-binary :all: -r requirements-build.lock
say "installing $(grep -c '==' "$lock") packages from $lock"
install --require-hashes -r "$lock"
say "installing dursor itself, editable"
install --no-deps --no-build-isolation --editable .
echo "$state" >"$stamp"
