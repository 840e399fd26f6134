//! Git, other version control systems, and patches.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{MissingFile, Network, PatchFailed, Vcs};

const PATCH: &str = "a patch does not apply to `{s}`";

pub(super) const RULES: &[Rule] = &[
    rule(Vcs, "error obtaining VCS status", r"(?P<s>error obtaining VCS status)", "Go cannot read the version from git; `-buildvcs=false` skips that"),
    rule(Vcs, "fatal: not in a git directory|Author identity unknown", r"(?P<s>not in a git directory|Author identity unknown)", "git: {s}"),
    rule(Network, "Could not read from remote repository|Host key verification failed|unable to connect to ", r"Could not read from remote repository|Host key verification failed|fatal: unable to connect to (?P<s>\S+?):?$", "cannot access the git repository").medium(),
    rule(PatchFailed, "No such file or directory", r"^error: (?P<s>[\w./+-]+): No such file or directory$", PATCH).medium(),
    rule(PatchFailed, "The next patch would|cannot apply binary patch|patch fragment without header", r"(?:The next patch would \w+ the file|cannot apply binary patch to) '?(?P<s>[^\s',]+)|patch fragment without header", "a patch does not apply"),
    rule(Vcs, "ot a git repository", r"[Nn]ot a git repository(?: \(or any of the parent directories\))?(?::? (?P<s>\.git))?", "not a git repository").about(".git").program(),
    rule(Vcs, "dubious ownership|unsafe repository", r"(?:dubious ownership in|unsafe) repository (?:at )?\(?'?(?P<s>[^'\s)]+)", "git refuses to use `{s}`: another user owns it"),
    rule(Vcs, "cannot describe anything|No tags can describe", r"(?P<s>No names found, cannot describe anything|No tags can describe)", "the repository has no tags").program(),
    rule(Vcs, "no submodule mapping found", r"no submodule mapping found in \.gitmodules for path '(?P<s>[^']+)'", "git submodule `{s}` has no entry in `.gitmodules`"),
    rule(Vcs, "No url found for submodule path", r"No url found for submodule path '(?P<s>[^']+)'", "git submodule `{s}` has no URL"),
    rule(Vcs, "reference is not a tree|unadvertised object|bad revision|unknown revision|did not match any file", r"(?:reference is not a tree: |bad revision '|ambiguous argument '|pathspec '|unadvertised object )(?P<s>[^'\s:]+)", "git revision `{s}` not found"),
    rule(Vcs, "not found in upstream", r"[Rr]emote branch (?P<s>\S+) not found in upstream", "git branch `{s}` not found"),
    rule(Vcs, "couldn't find remote ref", r"couldn't find remote ref (?P<s>\S+)", "git reference `{s}` not found"),
    rule(Vcs, "Please tell me who you are|unable to auto-detect email", r"(?P<s>Please tell me who you are|unable to auto-detect email)", "git has no user name and email"),
    rule(Vcs, "would be overwritten by|not a working copy|no repository found|E155007|does not have any commits yet", r"(?P<s>would be overwritten by \w+|not a working copy|no repository found|does not have any commits yet)", "version control: {s}").program(),
    rule(Network, "repository '|could not read Username|Permission denied (publickey)|not found", r"(?:fatal: )?(?:repository '(?P<s>[^']+)' not found|could not read Username for '[^']+'|Permission denied \(publickey\))", "cannot access the git repository").about("git repository"),
    rule(PatchFailed, " FAILED| ignored", r"^\d+ out of \d+ hunks? (?:FAILED|ignored)(?: -- saving rejects to (?:file )?'?(?P<s>.+?)\.rej'?)?", PATCH).about("patch"),
    rule(PatchFailed, "error: patch failed: ", r"^error: patch failed: (?P<s>(?P<file>.+):(?P<line>\d+))$", PATCH),
    rule(PatchFailed, ": patch does not apply", r"^error: (?P<s>.+): patch does not apply", PATCH),
    rule(PatchFailed, "does not exist in index|already exists in ", r"^error: (?P<s>.+): (?:does not exist in index|already exists in (?:index|working directory))", PATCH),
    rule(MissingFile, "open patch file ", r"^patch: \*\*\*\* Can't open patch file (?P<s>.+?) : No such file", "file not found: `{s}`"),
    rule(PatchFailed, "patch: **** ", r"^patch: \*\*\*\* (?P<s>.+)$", "a patch cannot be used: {s}"),
    rule(PatchFailed, "can't find file to patch", r"^can't find file to patch at input line \d+", "a patch names a file that does not exist").about("patch"),
    rule(PatchFailed, "corrupt patch at|No valid patches in input|unrecognized input|Only garbage was found|Patch failed at|does not match index", r"(?P<s>corrupt patch at (?:line )?\S+|No valid patches in input|unrecognized input|Only garbage was found in the patch input|Patch failed at \S+)", "a patch cannot be used: {s}"),
    rule(PatchFailed, "Reversed (or previously applied) patch detected", r"Reversed \(or previously applied\) patch detected", "a patch is applied already").about("patch"),
    rule(PatchFailed, "Hunk #", r"^Hunk #\d+ FAILED at (?P<s>\d+)", "a hunk of a patch does not apply at line {s}").low(),
];
