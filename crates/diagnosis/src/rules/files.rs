//! Files and folders that do not exist, or must not.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{CorruptFile, FileExists, MissingFile, Permission};

const NO_FILE: &str = "file not found: `{s}`";
const NO_RIGHT: &str = "permission denied: `{s}`";
const EXISTS: &str = "file exists already: `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(FileExists, "Directory not empty", r"'(?P<s>[^']+)': Directory not empty", "directory not empty: `{s}`").medium(),
    rule(MissingFile, "target '", r"^(?:\S*/)?(?:cp|mv|ln|install): target '(?P<s>[^']+)'(?: is not a directory|: No such file or directory|: Not a directory)", "no such directory: `{s}`"),
    rule(MissingFile, "can't copy '", r"error: can't copy '(?P<s>[^']+)': doesn't exist", NO_FILE),
    rule(MissingFile, "(No such file or directory)", r"(?:can't|cannot) open(?: input)? file: (?P<s>\S+) \(No such file or directory\)", NO_FILE),
    rule(CorruptFile, "cannot find zipfile directory", r"cannot find zipfile directory in (?:one of )?(?P<s>\S+)", "not an archive, or a damaged one: {s}"),
    // make and ninja
    rule(MissingFile, "No rule to make target ", r"No rule to make target '(?P<s>[^']+)'", "no rule to make target `{s}`"),
    rule(MissingFile, "no makefile found", r"No targets specified and no makefile found", NO_FILE).about("Makefile"),
    rule(MissingFile, ".  Stop.", r"\*\*\* (?P<s>[^:]+): (?:No such file or directory|Not a directory)\.\s+Stop\.", NO_FILE),
    rule(MissingFile, "No such file or directory", r"^(?:\S*/)?g?make(?:\[\d+\])?: (?P<s>[^\s:]+): No such file or directory$", NO_FILE),
    rule(MissingFile, "No such file or directory", r"^\S*(?:[Mm]akefile|\.mk|\.mak|\.inc)[^:\s]*:\d+: (?P<s>[^:]+): No such file or directory$", NO_FILE),
    rule(MissingFile, "ninja: error: ", r"^ninja: error: (?:loading )?'(?P<s>[^']+)'.*(?:No such file or directory|missing and no known rule)", NO_FILE),
    rule(MissingFile, "ninja: error: unknown target", r"^ninja: error: unknown target '(?P<s>[^']+)'", "unknown target: `{s}`"),
    rule(MissingFile, "ninja: fatal: chdir", r"^ninja: fatal: chdir to '(?P<s>[^']+)' - No such file", NO_FILE),
    // Interpreters and build tools
    rule(MissingFile, "can't open file ", r"can't open file '(?P<s>[^']+)': \[Errno 2\]", NO_FILE),
    rule(MissingFile, "[Errno 2] No such file or directory", r"\[Errno 2\] No such file or directory: '(?P<s>[^']+)'", NO_FILE),
    rule(MissingFile, "No such file or directory (os error 2)", r"(?:^|[ '])(?P<s>[\w./-]*[\w-]\.\w+)'?:? .*No such file or directory \(os error 2\)", NO_FILE).medium(),
    rule(MissingFile, "Can't open perl script ", r#"^Can't open perl script "(?P<s>[^"]+)""#, NO_FILE),
    rule(MissingFile, "such file or directory @ ", r"No such file or directory @ \w+ - (?P<s>\S+)", NO_FILE),
    rule(MissingFile, "cannot open file ", r"cannot open file '(?P<s>[^']+)': No such file or directory", NO_FILE),
    rule(MissingFile, "NoSuchFileException|FileNotFoundException", r"(?:NoSuchFileException|FileNotFoundException): (?P<s>[^\s(]+)", NO_FILE),
    rule(MissingFile, "system cannot find the ", r"^(?:.*: )?(?P<s>The system cannot find the (?:path|file) specified)", "file not found"),
    rule(MissingFile, "no such file or directory: ", r"error: no such file or directory: '(?P<s>[^']+)'", NO_FILE),
    rule(MissingFile, "error: ", r"^(?:\S*/)?(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+|gfortran|cc1|cc1plus|ld|as|nvcc|[\w.-]+-(?:gcc|g\+\+|cc|c\+\+|ld|clang|clang\+\+|gfortran)(?:-\d+)?): (?:fatal )?error: (?P<s>[^:]+): No such file or directory$", NO_FILE),
    rule(MissingFile, "(child): ", r"^tar \(child\): (?P<s>[^:]+): Cannot open: No such file or directory$", NO_FILE),
    rule(MissingFile, "': No such file", r"^(?:\S*/)?(?:[\w.-]+-)?(?:strip|objcopy|objdump|nm|readelf|ar|ranlib): '(?P<s>[^']+)': No such file$", NO_FILE),
    rule(MissingFile, "Project file does not exist", r"MSB1009: (?P<s>Project file) does not exist", "MSBuild: the project file does not exist"),
    rule(MissingFile, "' not found:", r"^lua[\w.]*: .*module '(?P<s>[^']+)' not found:", "Lua module `{s}` not found"),
    // coreutils and others: `cp: cannot stat 'x': No such file or directory`
    rule(MissingFile, "No such file or directory|no such file or directory", r"^(?:\S*/)?(?:rm|rmdir|ls|grep|egrep|fgrep|diff|cmp|find|unlink|stat|du|file|readlink|realpath|chrpath|pgrep|strip): .*?'?(?P<s>[^':\s]+)'?: [Nn]o such file or directory", NO_FILE).low(),
    rule(MissingFile, "No such file or directory", r"^(?:\S*/)?(?P<tool>cp|mv|ln|install|cat|mkdir|touch|chmod|chown|sed|tar|cd|patch|unzip|gzip|bzip2|xz|head|tail|tee|sort|cut|awk|gawk|cpio|rsync|ar|ranlib|dd|source|bash|sh|m4|perl|php|lua|Rscript|sphinx-build|makeinfo|install_name_tool|patchelf): (?:error: )?(?:(?:cannot|can't|failed to|unable to|fatal: cannot) [a-z ]*(?:file )?)?(?:\w+: )?'(?P<s>[^']+)'(?: (?:to|and|->) '[^']*')?(?: for reading)?: (?:Cannot open: )?No such file or directory", NO_FILE).medium(),
    rule(MissingFile, "No such file or directory", r"^(?:\S*/)?[A-Za-z][\w.+-]*: (?:(?:cannot|can't|failed to|unable to) [A-Za-z ]*)?'(?P<s>[^']+)'(?: (?:to|and|->) '[^']*')?: (?:Cannot open: )?No such file or directory$", NO_FILE).medium().program(),
    rule(MissingFile, "No such file or directory", r"^(?:\S*/)?[A-Za-z][\w.+-]*: (?:(?:cannot|can't|failed to|unable to) [a-z]+ )?(?P<s>[^':\s]+): (?:Cannot open: )?No such file or directory$", NO_FILE).medium().program(),
    rule(MissingFile, "cannot find or open ", r"^unzip:\s+cannot find or open (?P<s>[^,]+)", NO_FILE),
    rule(MissingFile, "File not found|file not found", r"(?:^|: )'?(?P<s>[^':\s]*[\w-]\.\w+)'?: [Ff]ile not found\.?$", NO_FILE).medium(),
    rule(MissingFile, "does not exist", r"^(?:[\w.-]+: )?(?:[Ee]rror|ERROR|fatal):? .*?'(?P<s>[^']+)' does not exist\.?$", NO_FILE).medium(),
    // What exists, but must not
    rule(FileExists, "File exists", r"'(?P<s>[^']+)'(?: (?:to|and|->|=>) '[^']*')?: File exists", EXISTS),
    rule(FileExists, "File exists", r"\[Errno 17\] File exists: '(?:[^']+' -> ')?(?P<s>[^']+)'", EXISTS),
    rule(FileExists, "File exists", r"^(?:\S*/)?(?:ln|mkdir|mv|cp): (?P<s>[^:]+): File exists", EXISTS),
    rule(FileExists, "already exists and is not an empty directory", r"destination path '(?P<s>[^']+)' already exists", EXISTS),
    rule(FileExists, "cannot overwrite |are the same file", r"(?:cannot overwrite (?:non-)?directory|:) '(?P<s>[^']+)' (?:with|and) .*", "cannot overwrite `{s}`").medium(),
    rule(MissingFile, "Not a directory", r"'(?P<s>[^']+)': Not a directory$", "`{s}` is not a directory").medium(),
    // Archives
    rule(CorruptFile, "not in gzip format|This does not look like a tar archive|End-of-central-directory signature not found|Unexpected EOF in archive|unexpected end of file|not a bzip2 file|File format not recognized|File is not a zip file|not a gzip file|BadZipFile|BadGzipFile", r"^(?P<s>.*(?:not in gzip format|This does not look like a tar archive|End-of-central-directory signature not found|Unexpected EOF in archive|(?:gzip|xz|bzip2|tar): .*unexpected end of file|not a bzip2 file|(?:xz|lzma|\(stdin\)): .*File format not recognized|File is not a zip file|[Nn]ot a gzip(?:ped)? file|BadGzipFile).*)$", "not an archive, or a damaged one: {s}"),
    rule(CorruptFile, "EINTEGRITY|hecksum mismatch|hash mismatch|HASH mismatch|checksum did NOT match|computed checksum|HASHES DO NOT MATCH|verifying module|checksum for |: FAILED", r"(?P<s>EINTEGRITY|[Cc]hecksum mismatch|(?i-u:hash mismatch)|computed checksum did NOT match|DO NOT MATCH THE HASHES|SECURITY ERROR|verifying module|checksum for '[^']+' changed|sha256sum: WARNING)", "a download does not have the expected checksum"),
    rule(CorruptFile, "checksum did NOT match|checksums did NOT match", r"computed checksums? did NOT match", "a download does not have the expected checksum").warnings(),
    // Permissions
    rule(Permission, "sudo: ", r"^sudo: (?P<s>a password is required|a terminal is required|no tty present|unable to)", "sudo does not work in a build: {s}"),
    rule(Permission, "Permission denied|Operation not permitted|Read-only file system|permission denied", r"'(?P<s>[^']+)': (?:Permission denied|Operation not permitted|Read-only file system)", NO_RIGHT),
    rule(Permission, "[Errno 13]|[Errno 1]|[Errno 30]", r"\[Errno (?:13|1|30)\] [^:]+: '(?P<s>[^']+)'", NO_RIGHT),
    rule(Permission, "EACCES|EPERM|EROFS", r"\b(?:EACCES|EPERM|EROFS): [^,]+, \w+ '(?P<s>[^']+)'", NO_RIGHT),
    rule(Permission, "Permission denied|Operation not permitted|Read-only file system|permission denied", r"(?P<s>[^\s:']+): (?:[Pp]ermission denied|Operation not permitted|Read-only file system)", NO_RIGHT),
    rule(Permission, "Access is denied|PermissionError", r"(?P<s>Access is denied|PermissionError)", "permission denied"),
];
