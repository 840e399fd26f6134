//! Scripts and build files that do not parse.

use super::rule::{Rule, rule};
use crate::finding::FindingKind::{ConfigureFailed, MissingAutotoolsMacro, SyntaxError};

const SHELL: &str = "syntax error in a shell script";
const NO_MACRO: &str = "autotools macro `{s}` was not expanded";

pub(super) const RULES: &[Rule] = &[
    rule(
        SyntaxError,
        "$'\\r': command not found",
        r"^(?P<file>[^:]+): line (?P<line>\d+): (?P<s>\$'\\r'): command not found",
        "the script has Windows line endings",
    ),
    rule(
        SyntaxError,
        "sed: -e expression",
        r"^(?:\S*/)?sed: -e expression #\d+, char \d+: (?P<s>.+)$",
        "syntax error in a sed script: {s}",
    ),
    // A macro that nobody defines stays in `configure` as it is, and the shell takes it for a command.
    rule(
        MissingAutotoolsMacro,
        "not found",
        r"^\S*configure: (?:line )?\d+: (?P<s>_?(?:A[CMXSH]|LT|PKG|GTK|GLIB|GOBJECT|GNOME|XDT|YELP|IT|XORG|AX|GTKDOC|GST|ACX|MY|X)_[A-Z0-9_]+)(?:\([^:]*)?: (?:command )?not found",
        NO_MACRO,
    ),
    rule(
        MissingAutotoolsMacro,
        "configure: line ",
        r"^\S*configure: line (?P<line>\d+): '\s*(?P<s>_?[A-Z][A-Z0-9]*_[A-Z0-9_]+)\(",
        NO_MACRO,
    ),
    rule(
        SyntaxError,
        "syntax error near unexpected token",
        r"^\S*configure: line \d+: syntax error near unexpected token",
        SHELL,
    )
    .medium(),
    rule(SyntaxError, "yntax error", r"^(?P<file>[^:]+): (?:line )?(?P<line>\d+): [Ss]yntax error:? ?(?P<s>.*)", SHELL),
    rule(
        SyntaxError,
        "unexpected EOF while looking for matching|unexpected end of file|conditional binary operator expected|bad substitution|Bad substitution|Bad for loop variable|unexpected operator|unexpected argument ",
        r"^(?P<file>[^:]+): (?:line )?(?P<line>\d+): (?P<s>.*(?:unexpected EOF while looking for matching|unexpected end of file|conditional binary operator expected|[Bb]ad substitution|Bad for loop variable|unexpected argument).*)$",
        SHELL,
    ),
    rule(SyntaxError, "[: missing", r"^(?P<file>[^:]+): line (?P<line>\d+): \[: (?P<s>missing '\]')", SHELL).medium(),
    rule(
        SyntaxError,
        ": [[: not found",
        r"^(?P<file>[^:]+): (?:line )?(?P<line>\d+): (?P<s>\[\[): not found",
        "the script uses `[[`, which only bash knows",
    ),
    // BSD sed takes the script for the suffix of `-i`.
    rule(
        SyntaxError,
        "sed: 1: ",
        r#"^sed: 1: "[^"]*": (?P<s>.*(?:expects|unterminated|extra characters|undefined label|invalid command|bad flag).*)$"#,
        "syntax error in a sed script: {s}",
    ),
    rule(
        SyntaxError,
        "awk: ",
        r"^(?:\S*/)?[gmn]?awk: (?:cmd\. )?line:? ?(?P<line>\d+):? (?P<s>.*syntax error.*)$",
        "syntax error in an awk script: {s}",
    ),
    // make
    rule(
        SyntaxError,
        "missing separator|commences before first target|commence before first target|unterminated |missing 'endif'",
        r"^(?P<file>[^:\s]+):(?P<line>\d+): \*\*\* (?P<s>(?:missing separator|(?:commands|recipe) commences? before first target|unterminated|missing 'endif').*)$",
        "syntax error in `make` file: {s}",
    ),
    rule(
        ConfigureFailed,
        ".  Stop.",
        r"^(?P<file>[^:\s]+):(?P<line>\d+): \*\*\* (?P<s>.+?)\.?\s+Stop\.$",
        "make stopped: {s}",
    )
    .classified(),
    rule(
        SyntaxError,
        "ninja: error: ",
        r"^ninja: error: (?P<file>[^:\s]+):(?P<line>\d+): (?P<s>.+)$",
        "syntax error in a ninja file: {s}",
    ),
    // Python
    rule(
        SyntaxError,
        "SyntaxError: |IndentationError: |TabError: ",
        r"^(?:subprocess: )?(?P<s>(?:SyntaxError|IndentationError|TabError): .+)$",
        "source does not parse: {s}",
    ),
    rule(
        SyntaxError,
        "yntax error at ",
        r"^syntax error at (?P<file>\S+) line (?P<line>\d+), (?P<s>near .*)",
        "Perl source does not parse: {s}",
    ),
    // cmd.exe
    rule(
        SyntaxError,
        " was unexpected at this time",
        r"^(?P<s>\S+) was unexpected at this time",
        "syntax error in a batch file near `{s}`",
    ),
    rule(
        SyntaxError,
        "The syntax of the command is incorrect",
        r"^(?P<s>The syntax of the command is incorrect)",
        "syntax error in a batch file",
    ),
];
