//! The machine's C compiler, by which what the channel holds is really compiled.

use std::io::{self, Error, ErrorKind};
use std::process::Command;

use fs_err as fs;

/// In the order in which the activation script looks for them.
const NAMES: [&str; 3] = ["cc", "gcc", "clang"];

pub(super) struct Compiler {
    program: &'static str,
    identity: String,
}

impl Compiler {
    pub(super) fn find() -> io::Result<Self> {
        for program in NAMES {
            if let Ok(output) = Command::new(program).arg("--version").output()
                && output.status.success()
            {
                let identity = format!("{program}: {}", String::from_utf8_lossy(&output.stdout));
                return Ok(Self { program, identity });
            }
        }
        Err(Error::new(
            ErrorKind::NotFound,
            "no C compiler on PATH (cc, gcc or clang): the embedded channel has a library that is compiled with it; \
             on Debian or Ubuntu `apt-get install gcc libc6-dev`, on macOS `xcode-select --install`",
        ))
    }

    /// Changes when the compiler does.
    pub(super) fn identity(&self) -> &str {
        &self.identity
    }

    /// Compiles one file of the given texts and returns what came out.
    pub(super) fn compile(&self, files: &[(&str, &str)], source: &str, flags: &[&str]) -> io::Result<Vec<u8>> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        // Run in the folder with plain names, so that no path of it gets into the result.
        let output = Command::new(self.program)
            .current_dir(folder.path())
            .args(["-O1", source, "-o", "result"])
            .args(flags)
            .env("LC_ALL", "C")
            .output()?;
        if !output.status.success() {
            let message = String::from_utf8_lossy(&output.stderr);
            return Err(Error::other(format!("{} could not compile {source}:\n{message}", self.program)));
        }
        fs::read(folder.path().join("result"))
    }
}
