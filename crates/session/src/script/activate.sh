# Sets up the build's environment, then becomes the command it was given.
# Arguments: the work folder, a file to leave behind when the set-up fails, names of variables to set after it, a command.
cd -- "$1" || exit 1
unset OLDPWD
shift
# Put aside, as scripts of packages would see the arguments as their own.
__sidewinder=("$@")
set --
__sidewinder_failed() {
    printf '%s\n' "$1" > "${__sidewinder[0]}"
    printf 'sidewinder: build_env.sh failed with status %s; the environment is not set up and nothing was run\n' "$1" >&2
    if [ "$1" -eq 0 ]; then exit 1; fi
    exit "$1"
}
# A script of a package may end this shell.
trap '__sidewinder_failed "$?"' EXIT
source ./build_env.sh || exit "$?"
trap - EXIT
IFS=$' \t\n'
for __sidewinder_name in ${__sidewinder[1]}; do
    __sidewinder_value="__SIDEWINDER_ENV_$__sidewinder_name"
    export "$__sidewinder_name=${!__sidewinder_value}"
    unset "$__sidewinder_value"
done
set -- "${__sidewinder[@]:2}"
if [ "$1" = bash ] && ! type -P bash > /dev/null; then set -- "$BASH" "${@:2}"; fi
if type -P -- "$1" > /dev/null; then exec -- "$@"; fi
"$@"
