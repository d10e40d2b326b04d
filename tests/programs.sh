#!/bin/sh
# The programs that some tests start. As root on Debian they are installed; elsewhere the tests that lack
# theirs are skipped, and this says which.
set -eu

packages="nsd chromium chromium-sandbox fonts-noto-cjk libpango-1.0-0 libpangoft2-1.0-0 poppler-utils iproute2 openssl"

missing() {
  command -v "$1" > /dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || return 0
  return 1
}

if ! missing nsd && ! missing chromium && ! missing pdftoppm && ! missing ip && ! missing openssl; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null 2>&1; then
  echo "Installing $packages ..."
  apt-get update -qq > /dev/null
  # The tests start their own servers on loopback: the package's service stays off while it is installed.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086 # a list of words
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages > /dev/null
  exit 0
fi
if missing nsd; then echo "no nsd (package nsd): tests against a real name server are skipped"; fi
if missing chromium; then echo "no chromium (package chromium): tests in a browser are skipped"; fi
if missing pdftoppm; then echo "no pdftoppm (package poppler-utils): the look at the PDF is skipped"; fi
if missing openssl; then echo "no openssl: tests against a time-stamping authority are skipped"; fi
