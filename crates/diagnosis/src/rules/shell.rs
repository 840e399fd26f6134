//! Shells, and programs that run other programs.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingCommand, MissingFile, Permission, UnboundVariable};

const NO_COMMAND: &str = "command not found: `{s}`";
const NO_FILE: &str = "file not found: `{s}`";
const NO_RIGHT: &str = "permission denied: `{s}`";

pub(super) const RULES: &[Rule] = &[
    // bash: `FILE: line 6: x: command not found`; dash: `FILE: 14: x: not found`; zsh: `FILE:6: command not found: x`.
    rule(MissingCommand, "not found", r"^(?P<file>[^:]+): (?:line )?(?P<line>\d+): (?:\S*/missing: )?(?:exec: )?(?P<s>[^:]+): (?:command )?not found$", NO_COMMAND).program(),
    rule(MissingCommand, "command not found: ", r"command not found: (?P<s>\S+)$", NO_COMMAND).program(),
    rule(MissingCommand, "not found", r"^-?(?:\S*/)?(?:sh|bash|dash|ksh|zsh|ash|fish|\S+\.(?:sh|bash)): (?:(?:line )?\d+: )?(?P<s>[^:\s]+): (?:command )?not found$", NO_COMMAND).program(),
    rule(MissingCommand, "Unknown command", r"^fish: Unknown command:? '?(?P<s>[^'\s]+)", NO_COMMAND).program(),
    rule(MissingCommand, "env: ", r"^(?:\S*/)?env: '?(?P<s>[^'/:\s]+)'?: No such file or directory$", NO_COMMAND).program(),
    rule(MissingCommand, "make", r"^(?:\S*/)?g?make(?:\[\d+\])?: (?P<s>[^\s:/]+): No such file or directory$", NO_COMMAND).program(),
    rule(MissingCommand, "ot found", r"^(?:\S*/)?g?make(?:\[\d+\])?: (?P<s>[^\s:]+): (?:Command )?[Nn]ot found$", NO_COMMAND).program(),
    rule(MissingCommand, "No such file or directory", r"^(?:\S*/)?(?:xargs|nohup|timeout|nice|time|strace|stdbuf|setsid|sudo|chroot|ionice|taskset|flock|watch|catchsegv|valgrind): (?:failed to (?:run|execute) command:? ?|cannot (?:run|execute) (?:command )?|exec: |failed to execute )?'?(?P<s>[^\s:'/]+)'?: No such file or directory$", NO_COMMAND).program(),
    rule(MissingCommand, "ccache: ", r#"^s?ccache: (?:error|fatal): (?:[Cc]ould not|[Cc]annot) find (?:compiler )?["']?(?P<s>[^"'\s]+)"#, NO_COMMAND),
    rule(MissingCommand, ": Cannot exec: No such file", r"(?:^|: )(?P<s>[^\s:/]+): Cannot exec: No such file or directory", NO_COMMAND),
    rule(MissingCommand, "Can't exec ", r#"^Can't exec "(?P<s>[^"]+)": No such file"#, NO_COMMAND).program(),
    rule(MissingCommand, " is missing on your system|needed", r"^WARNING: '(?P<s>[^']+)' is (?:missing on your system|needed)", NO_COMMAND).warnings().program(),
    rule(MissingCommand, "is not recognized as ", r"(?:^|The term )'(?P<s>[^']+)' is not recognized as (?:an internal or external command|the name of a cmdlet)", NO_COMMAND),
    rule(MissingCommand, "contains no program ", r"package contains no program (?P<s>\S+)", NO_COMMAND),
    rule(MissingCommand, "failed: No such file or directory|': No such file or directory", r"(?:unable to execute|error: command) '(?P<s>[^']+)'(?: failed)?: No such file or directory", NO_COMMAND),
    rule(MissingCommand, "[Errno 2] No such file or directory: |[WinError 2]", r"^subprocess: (?:\w+\.)*(?:FileNotFoundError|OSError|IOError): \[(?:Errno|WinError) 2\][^']*: '(?P<s>[^']+)'", NO_COMMAND),
    rule(MissingCommand, "[Errno 2] No such file or directory: ", r"(?:FileNotFoundError|OSError|error): \[Errno 2\] No such file or directory: '(?P<s>(?:[\w.]+-)*(?:cmake|ninja|make|git|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|meson|swig|cython|cargo|rustc|go|npm|node|yarn|perl|ruby|java|javac|bison|flex|pkg-config|patchelf|protoc|nvcc|autoreconf|ld|ar|[\w]+-config))'", NO_COMMAND),
    rule(MissingCommand, "cannot find command |Cannot find command ", r"[Cc]annot find command '(?P<s>[^']+)'", NO_COMMAND),
    rule(MissingCommand, "ENOENT", r"\bspawn (?P<s>\S+) ENOENT", NO_COMMAND),
    rule(MissingCommand, "Cannot run program ", r#"Cannot run program "(?P<s>[^"]+)""#, NO_COMMAND),
    rule(MissingCommand, "(Errno::ENOENT)", r"No such file or directory - (?P<s>[^\s/(]+) \(Errno::ENOENT\)", NO_COMMAND),
    rule(MissingCommand, "executable file not found in ", r#"exec: "(?P<s>[^"]+)": executable file not found in "#, NO_COMMAND),
    rule(MissingCommand, "C compiler ", r#"C compiler "(?P<s>[^"]+)" not found"#, NO_COMMAND),
    rule(MissingCommand, "error: cannot spawn |fatal: cannot exec |error: cannot run ", r"^(?:error|fatal): cannot (?:spawn|exec|run) '?(?P<s>[^':\s]+)'?: No such file", NO_COMMAND),
    rule(MissingCommand, "is not a git command", r"^git: '(?P<s>[^']+)' is not a git command", "git command not found: `{s}`"),
    rule(MissingCommand, "which: no ", r"^(?:\S*/)?which: no (?P<s>\S+) in \(", NO_COMMAND).low(),
    rule(MissingCommand, "ommand not found", r"(?:^|: )(?P<s>[^:\s]+): [Cc]ommand not found\.?$", NO_COMMAND).program(),
    // The interpreter of a script.
    rule(MissingFile, "bad interpreter: No such file", r": (?P<s>[^:]+): bad interpreter: No such file", "interpreter not found: `{s}`"),
    rule(MissingFile, "cannot execute: required file not found", r"^(?P<file>[^:]*): line (?P<line>\d+): (?P<s>[^:]+): cannot execute: required file not found", "interpreter or loader of `{s}` not found"),
    rule(Permission, "bad interpreter: ", r": (?P<s>[^:]+): bad interpreter: (?:Permission denied|Operation not permitted)", NO_RIGHT),
    // What the script itself does.
    rule(UnboundVariable, "unbound variable", r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?P<s>[^:]+): unbound variable", "variable `{s}` is not set"),
    rule(UnboundVariable, "parameter not set|parameter null or not set", r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?P<s>[^:]+): parameter (?:null or )?not set", "variable `{s}` is not set"),
    rule(MissingFile, "No such file or directory", r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?:(?:cd|source|\.|pushd|exec|popd): )?(?P<s>[^:]+): No such file or directory$", NO_FILE).medium(),
    rule(MissingFile, "not found", r"^(?P<file>[^:]*): line (?P<line>\d+): (?:\.|source): (?P<s>[^:]+): file not found$", NO_FILE),
    rule(MissingFile, "cannot open|can't cd to |Can't open", r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?:cd: can't cd to|cannot open|\.: cannot open|\.: Can't open) (?P<s>[^:]+?)(?:: No such file(?: or directory)?)?$", NO_FILE).medium(),
    rule(MissingFile, "Not a directory", r"^(?P<file>[^:]*): line (?P<line>\d+): (?:cd: )?(?P<s>[^:]+): Not a directory$", "`{s}` is not a directory").medium(),
    rule(Permission, "Permission denied|Operation not permitted|Read-only file system|Is a directory", r"^(?P<file>[^:]*): (?:line )?(?P<line>\d+): (?:cannot create )?(?P<s>[^:]+): (?:Permission denied|Operation not permitted|Read-only file system|Is a directory)$", NO_RIGHT),
];
