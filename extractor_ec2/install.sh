#!/usr/bin/env bash
# Installs the extractor of this folder on its host, as root; run again with any release, it changes what differs.
#
#   install.sh GEM_LAKE_BUCKET=… GEM_SOURCE_SECRET_ID=… AWS_DEFAULT_REGION=… [GEM_…=…] [--changelog-secret ID]
#
# The NAME=VALUE words become /etc/gem/extractor.env. With --changelog-secret, the secret of the login that owns the
# source's tables, the change log is kept as well. Each release has its own folder under /opt/gem/releases, and
# /opt/gem/venv points at one of them: a run that is under way ends with the code with which it began.
# DESTDIR installs below another root and starts nothing (tests, images).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
destination=${DESTDIR:-}
changelog_secret=
settings=()
while [ $# -gt 0 ]; do
  case $1 in
    --changelog-secret) changelog_secret=${2:?the id of a secret}; shift 2 ;;
    *)
      [[ $1 =~ ^(GEM_[A-Z_]+|AWS_DEFAULT_REGION)=[A-Za-z0-9_./:@+=,-]*$ ]] || { echo "not a setting: ${1%%=*}" >&2; exit 2; }
      settings+=("$1"); shift ;;
  esac
done
for name in GEM_LAKE_BUCKET GEM_SOURCE_SECRET_ID AWS_DEFAULT_REGION; do
  [[ " ${settings[*]-}" == *" $name="?* ]] || { echo "$name=… is needed" >&2; exit 2; }
done

(cd "$here" && sha256sum --quiet --strict --check SHA256SUMS)
release=$(sha256sum "$here/SHA256SUMS" | cut -c1-16)
home=$destination/opt/gem
venv=$home/releases/$release

# A venv is complete once this stands in it; what a broken run left is made anew.
if [ ! -e "$venv/.complete" ]; then
  rm -rf "$venv"
  mkdir -p "$home/releases"
  "${PYTHON:-python3.11}" -m venv "$venv"
  index=()
  if [ -d "$here/wheels" ]; then index=(--no-index --find-links "$here/wheels"); fi
  pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check)
  "${pip[@]}" "${index[@]}" --require-hashes --only-binary=:all: -r "$here/requirements.txt"
  "${pip[@]}" --no-index --no-deps "$here"/gem_pipeline-*.whl
  touch "$venv/.complete"
fi

if [ -z "$destination" ] && ! id gem >/dev/null 2>&1; then
  useradd --system --user-group --no-create-home --shell /usr/sbin/nologin gem
fi

mkdir -p "$destination/etc/gem" "$destination/etc/systemd/system" "$destination/usr/local/bin"
write_settings() {  # file, lines: whole or not at all, for root and gem alone
  (umask 027; printf '%s\n' "${@:2}" >"$1.new")
  [ -n "$destination" ] || chgrp gem "$1.new"
  mv "$1.new" "$1"
}
write_settings "$destination/etc/gem/extractor.env" "${settings[@]}"
install -m 644 "$here"/systemd/*.service "$here"/systemd/*.timer "$destination/etc/systemd/system/"
install -m 755 "$here/systemd/gem-extractor" "$destination/usr/local/bin/gem-extractor"
timers=(gem-extractor.timer)
if [ -n "$changelog_secret" ]; then
  owner=()
  for setting in "${settings[@]}"; do
    [[ $setting == GEM_SOURCE_SECRET_ID=* ]] || owner+=("$setting")
  done
  write_settings "$destination/etc/gem/changelog.env" "${owner[@]}" "GEM_SOURCE_SECRET_ID=$changelog_secret"
  timers+=(gem-changelog.timer)
fi

ln -sfn "releases/$release" "$home/venv.new"
mv -T "$home/venv.new" "$home/venv"
if [ -z "$destination" ]; then
  systemctl daemon-reload
  systemctl enable --now "${timers[@]}"
fi
echo "gem: extractor of release $release installed"
