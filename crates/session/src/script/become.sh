if type -P -- "$1" > /dev/null; then exec -- "$@"; fi
if [ "$1" = bash ]; then exec -- "$BASH" "${@:2}"; fi
"$@"
