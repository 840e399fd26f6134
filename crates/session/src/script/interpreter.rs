//! What runs a script that is not for the platform's shell.

use std::path::Path;

use super::caller::CallerEnvironment;
use super::program::{FoundProgram, SearchPath, command_processor, find_program};
use super::shell::Shell;
use crate::error::{Error, Result};
use crate::layout::Layout;

/// A program that runs scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Interpreter {
    /// As the recipe spells it.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The interpreters that recipes may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bash,
    Cmd,
    Brush,
    Nushell,
    Python,
    Perl,
    Rscript,
    Ruby,
    Node,
    PowerShell,
}

/// Names that recipes may use, exactly so.
const NAMES: [(&str, Kind); 12] = [
    ("bash", Kind::Bash),
    ("cmd", Kind::Cmd),
    ("brush", Kind::Brush),
    ("nushell", Kind::Nushell),
    ("nu", Kind::Nushell),
    ("python", Kind::Python),
    ("perl", Kind::Perl),
    ("rscript", Kind::Rscript),
    ("ruby", Kind::Ruby),
    ("node", Kind::Node),
    ("nodejs", Kind::Node),
    ("powershell", Kind::PowerShell),
];

impl Interpreter {
    /// The interpreter of a name.
    ///
    /// # Errors
    /// [`Error::Script`] for an unknown name, with the closest known one.
    pub(super) fn named(name: &str) -> Result<Self> {
        if let Some((_, kind)) = NAMES.iter().find(|(known, _)| *known == name) {
            return Ok(Self { name: name.to_owned(), kind: *kind });
        }
        let similar = NAMES
            .iter()
            .map(|(known, _)| (*known, strsim::jaro_winkler(known, &name.to_lowercase())))
            .filter(|(_, similarity)| *similarity >= 0.8)
            .max_by(|(_, left), (_, right)| left.total_cmp(right));
        let meant = similar.map(|(known, _)| format!(". Did you mean `{known}`?")).unwrap_or_default();
        Err(Error::Script { reason: format!("unsupported interpreter '{}'{meant}", name.escape_debug()) })
    }

    /// The interpreter for a file's extension.
    pub(super) fn of_file(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        let name = match ending.as_str() {
            "py" => "python",
            "rb" => "ruby",
            "js" => "nodejs",
            "pl" => "perl",
            "r" => "rscript",
            "sh" | "bash" => "bash",
            "bat" | "cmd" => "cmd",
            "ps1" => "powershell",
            "nu" => "nushell",
            _ => return None,
        };
        Self::named(name).ok()
    }

    /// Whether it is the shell that runs the build script itself.
    pub(super) fn is_native(&self, shell: Shell) -> bool {
        matches!((self.kind, shell), (Kind::Bash, Shell::Bash) | (Kind::Cmd, Shell::Cmd))
    }

    /// Ending of the file that its text is put into.
    pub(super) fn ending(&self) -> &'static str {
        match self.kind {
            Kind::Bash | Kind::Brush => "sh",
            Kind::Cmd => "bat",
            Kind::Nushell => "nu",
            Kind::Python => "py",
            Kind::Perl => "pl",
            Kind::Rscript => "R",
            Kind::Ruby => "rb",
            Kind::Node => "js",
            Kind::PowerShell => "ps1",
        }
    }

    /// Arguments between the program and the file.
    pub(super) fn arguments(&self) -> &'static str {
        match self.kind {
            Kind::Cmd => "/d /c ",
            Kind::Brush => "-euxo pipefail ",
            Kind::PowerShell => "-NoLogo -NoProfile ",
            _ => "",
        }
    }

    /// The text that its file gets.
    pub(super) fn file_text(&self, body: &Lines<'_>) -> String {
        match (self.kind, body) {
            (Kind::PowerShell, _) => format!("{POWERSHELL_PROLOGUE}{}", body.joined()),
            (Kind::Cmd, Lines::Commands(commands)) => cmd_commands(commands),
            _ => body.joined(),
        }
    }

    /// Finds the program in the environments of the build; elsewhere only for interpreters that work from anywhere.
    ///
    /// # Errors
    /// [`Error::Script`] when it is not found.
    pub(super) fn find(&self, layout: &Layout, caller: &CallerEnvironment, shell: Shell) -> Result<FoundProgram> {
        if self.kind == Kind::Cmd && shell == Shell::Cmd {
            return Ok(FoundProgram { path: command_processor(caller), from_caller: true });
        }
        let (names, places): (&[&str], SearchPath) = match (self.kind, shell) {
            (Kind::Cmd, _) => (&["cmd"], SearchPath::BuildOnly),
            (Kind::Brush, _) => (&["brush"], SearchPath::BuildOnly),
            (Kind::Bash, Shell::Cmd) => (&["bash"], SearchPath::BuildOnly),
            (Kind::Bash, Shell::Bash) => (&["bash"], SearchPath::BuildHostPath),
            (Kind::Nushell, _) => (&["nu"], SearchPath::BuildHostPath),
            (Kind::Python, _) => (&["python"], SearchPath::BuildHostPath),
            (Kind::Perl, _) => (&["perl"], SearchPath::BuildHostPath),
            (Kind::Rscript, _) => (&["Rscript"], SearchPath::BuildHostPath),
            (Kind::Ruby, _) => (&["ruby"], SearchPath::BuildHostPath),
            (Kind::Node, _) => (&["node"], SearchPath::BuildHostPath),
            (Kind::PowerShell, Shell::Cmd) => (&["pwsh", "powershell"], SearchPath::BuildHostPath),
            (Kind::PowerShell, Shell::Bash) => (&["pwsh"], SearchPath::BuildOnly),
        };
        for name in names {
            if let Some(found) = find_program(name, places, layout, caller, shell) {
                return Ok(found);
            }
        }
        Err(Error::Script { reason: format!("interpreter '{}' was not found in the build environment", self.name) })
    }
}

/// A rendered script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lines<'a> {
    /// One text.
    Text(&'a str),
    /// Commands.
    Commands(&'a [String]),
}

impl Lines<'_> {
    /// As one text.
    pub(super) fn joined(&self) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Commands(commands) => commands.join("\n"),
        }
    }
}

/// Commands for cmd, which by itself goes on after one that failed.
pub(super) fn cmd_commands(commands: &[String]) -> String {
    commands.iter().map(|command| format!("{command}\nif %errorlevel% neq 0 exit /b %errorlevel%\n")).collect()
}

/// Makes PowerShell stop at the first failure, that of a program included, and shows it the environment as variables.
const POWERSHELL_PROLOGUE: &str = "\
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Get-ChildItem Env: | ForEach-Object { Set-Variable -Name $_.Name -Value $_.Value -ErrorAction SilentlyContinue }
if ($PSVersionTable.PSVersion -lt [version]'7.4') {
    Write-Warning 'PowerShell before 7.4 goes on after a program that failed.'
}
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn message(name: &str) -> String {
        Interpreter::named(name).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_name_says_what_was_probably_meant() {
        insta::assert_snapshot!(message("Python"), @"cannot write the build script: unsupported interpreter 'Python'. Did you mean `python`?");
        insta::assert_snapshot!(message("pearl"), @"cannot write the build script: unsupported interpreter 'pearl'. Did you mean `perl`?");
        insta::assert_snapshot!(message("zzzz"), @"cannot write the build script: unsupported interpreter 'zzzz'");
    }

    #[test]
    fn endings_stand_for_interpreters() {
        let kind = |file: &str| Interpreter::of_file(Path::new(file)).map(|interpreter| interpreter.kind);
        assert_eq!(kind("a.PY"), Some(Kind::Python));
        assert_eq!(kind("a.R"), Some(Kind::Rscript));
        assert_eq!(kind("a.bash"), Some(Kind::Bash));
        assert_eq!(kind("a.txt"), None);
        assert_eq!(kind("Makefile"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_of_the_build_comes_before_one_of_the_caller() {
        let dir = tempfile::tempdir().unwrap();
        let program = |folder: &str| {
            let path = dir.path().join(folder).join("python");
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            super::super::atomic::write(&path, b"", true).unwrap();
            path
        };
        let mut layout = super::super::made::layout("linux-64");
        layout.build_prefix = dir.path().join("build");
        layout.host_prefix = dir.path().join("host");
        let path = std::env::join_paths([dir.path().join("caller")]).unwrap();
        let caller: CallerEnvironment = [("PATH", path)].into_iter().collect();
        let find = |name: &str| Interpreter::named(name).unwrap().find(&layout, &caller, Shell::Bash);

        insta::assert_snapshot!(find("python").unwrap_err(), @"cannot write the build script: interpreter 'python' was not found in the build environment");
        let of_caller = program("caller");
        assert_eq!(find("python").unwrap(), FoundProgram { path: of_caller, from_caller: true });
        let of_host = program("host/bin");
        assert_eq!(find("python").unwrap(), FoundProgram { path: of_host, from_caller: false });
        let of_build = program("build/bin");
        assert_eq!(find("python").unwrap(), FoundProgram { path: of_build, from_caller: false });
        assert!(find("cmd").is_err());
    }
}
