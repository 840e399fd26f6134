//! Setting a session up in a process of its own, whose environment is the test's to choose.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::place::{Outcome, Place, Wanted, set_up};

const DIR: &str = "SIDEWINDER_TEST_DIR";
const WANTED: &str = "wanted.json";
const OUTCOME: &str = "outcome.json";

impl Place {
    /// Sets a session up with only these variables and a home folder of its own.
    pub(crate) fn set_up_elsewhere(&self, wanted: &Wanted, variables: &[(&str, &Path)]) -> Outcome {
        self.set_up_within(&[], wanted, variables)
    }

    /// The same, by a command that ends with running its arguments.
    pub(crate) fn set_up_within(&self, command: &[&str], wanted: &Wanted, variables: &[(&str, &Path)]) -> Outcome {
        fs_err::write(self.path(WANTED), serde_json::to_vec(wanted).unwrap()).unwrap();
        let _ = fs_err::remove_file(self.path(OUTCOME));
        let test = std::env::current_exe().unwrap().display().to_string();
        let whole = [command, &[&test, "--exact", "elsewhere::sets_up_what_another_test_wants", "--ignored"]].concat();
        let output = Command::new(whole[0])
            .args(&whole[1..])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.path("home"))
            .env(DIR, self.dir.path())
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let outcome = fs_err::read(self.path(OUTCOME));
        serde_json::from_slice(&outcome.unwrap_or_else(|_| panic!("{output:?}"))).unwrap()
    }
}

#[test]
#[ignore = "run by other tests, in a process with an environment of its own"]
fn sets_up_what_another_test_wants() {
    let dir = PathBuf::from(std::env::var_os(DIR).unwrap());
    let wanted = serde_json::from_slice(&fs_err::read(dir.join(WANTED)).unwrap()).unwrap();
    let outcome = set_up(&dir, &wanted);
    fs_err::write(dir.join(OUTCOME), serde_json::to_vec(&outcome).unwrap()).unwrap();
}
