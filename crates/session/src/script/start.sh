# Sourced by bash before the script (BASH_ENV), so that the activation happens in the script's own shell, under `set -e`,
# as in a build: options, functions and plain variables reach the script, and a command that fails ends it.
unset BASH_ENV __SIDEWINDER_START
cd -- "$__SIDEWINDER_WORK_DIR" || exit 1
unset OLDPWD
if [ -n "${__SIDEWINDER_BASH_ENV+x}" ]; then
    export BASH_ENV="$__SIDEWINDER_BASH_ENV"
    if [ -r "$BASH_ENV" ]; then . "$BASH_ENV"; fi
fi
__sidewinder_state=$__SIDEWINDER_STATE
__sidewinder_overrides=$__SIDEWINDER_OVERRIDES
__sidewinder_mode=$__SIDEWINDER_MODE
__sidewinder_trace=$__SIDEWINDER_TRACE
unset __SIDEWINDER_WORK_DIR __SIDEWINDER_BASH_ENV __SIDEWINDER_STATE __SIDEWINDER_OVERRIDES __SIDEWINDER_MODE __SIDEWINDER_TRACE
# Where an activation script ends this shell: `exit` and errexit leave no other trace. A debug trap reaches sourced files
# with functrace (-T) only, and not what runs in a subshell; for `(exit 3)` the error trap's own command is seen. The exit
# trap's is seen too, so the commands before it matter. What traps print under `set -x` is not for the user.
trap 'printf "%s\0" "$?" "$__sidewinder_last" "$__sidewinder_before" 2> /dev/null >| "$__sidewinder_state"' EXIT
trap '{ : __sidewinder_error; } 2> /dev/null' ERR
set -eT
# On one line, as the trap's own lines would count.
trap '{ __sidewinder_before=$__sidewinder_last __sidewinder_last=$__sidewinder_at __sidewinder_at=${BASH_SOURCE[0]}:$LINENO; } 2> /dev/null' DEBUG
source "$PWD/build_env.sh"
{
    # Traps that an activation script set stay. Without a subshell, as starting one takes longer than all the rest.
    trap -p EXIT ERR DEBUG >| "$__sidewinder_state"
    while IFS= read -r __sidewinder_trap; do
        case $__sidewinder_trap in
        *__sidewinder_state*) trap - EXIT ;;
        *__sidewinder_error*)
            trap - ERR
            # Says which line of the script failed. `$_` is as it was after it; functions do not inherit it.
            if [ "$__sidewinder_mode" != command ]; then
                printf -v __sidewinder_trap %q "$__sidewinder_state"
                trap "{ printf 'failed\\0%s\\0%s\\0%s%.0s' \"\$?\" \"\${BASH_SOURCE[0]}\" \"\$LINENO\" \"\$_\" >| $__sidewinder_trap; } 2> /dev/null" ERR
            fi
            ;;
        *__sidewinder_before*) trap - DEBUG ;;
        esac
    done < "$__sidewinder_state"
    set +T
    printf activated >| "$__sidewinder_state"
    while [ -n "$__sidewinder_overrides" ]; do
        __sidewinder_name=${__sidewinder_overrides%%:*}
        __sidewinder_overrides=${__sidewinder_overrides#*:}
        # One that an activation script made read-only stays as it is.
        eval "export $__sidewinder_name=\"\$__SIDEWINDER_ENV_$__sidewinder_name\"" || :
        unset "__SIDEWINDER_ENV_$__sidewinder_name"
    done
    # The script begins with `set -e` and an unquoted test, which a build runs before the activation. What the activation
    # changed comes back with the first command of the recipe's own.
    __sidewinder_errexit=$-
    __sidewinder_ifs=${IFS-unset}
    __sidewinder_before=0
    case $__sidewinder_mode in
    command) set +e && __sidewinder_before=-1 ;;
    build) __sidewinder_before=2 ;;
    esac
    if [[ $__sidewinder_errexit$__sidewinder_ifs == *e*$' \t\n' ]]; then __sidewinder_before=-1; fi
    unset __sidewinder_state __sidewinder_overrides __sidewinder_mode __sidewinder_name __sidewinder_trap
    unset __sidewinder_at __sidewinder_last
    if [ -n "$__sidewinder_trace" ]; then
        unset __sidewinder_trace
        set -x
    else
        unset __sidewinder_trace
    fi
    if [ "$__sidewinder_before" = -1 ]; then
        unset __sidewinder_errexit __sidewinder_ifs __sidewinder_before
    else
        unset IFS
        set -T
        trap '{
            if [ "$__sidewinder_before" -gt 0 ]; then
                __sidewinder_before=$((__sidewinder_before - 1))
            else
                trap - DEBUG
                set +T
                [[ $__sidewinder_errexit == *e* ]] || set +e
                [ "$__sidewinder_ifs" = unset ] || IFS=$__sidewinder_ifs
                unset __sidewinder_errexit __sidewinder_ifs __sidewinder_before
            fi
        } 2> /dev/null' DEBUG
    fi
} 2> /dev/null
