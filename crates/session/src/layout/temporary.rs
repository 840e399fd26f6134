//! The folder for temporary files.

use std::path::PathBuf;

/// The folder for temporary files, as the environment names it. A variable that is empty counts as not set, which the
/// standard library does not do.
pub(crate) fn temporary_folder() -> PathBuf {
    or_default(std::env::temp_dir())
}

fn or_default(named: PathBuf) -> PathBuf {
    if named.as_os_str().is_empty() { PathBuf::from("/tmp") } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_name_is_not_one() {
        assert_eq!(or_default(PathBuf::new()), PathBuf::from("/tmp"));
        assert_eq!(or_default(PathBuf::from("named")), PathBuf::from("named"));
    }
}
