//! Packages that are likely to answer, by the names of the field.

use sidewinder_diagnosis::{FindingKind, packages_for};

use crate::question::SearchKind;

/// Packages that are likely to contain a file, best first. Only a channel knows whether they exist.
#[must_use]
pub fn likely_providers(kind: SearchKind, name: &str) -> Vec<String> {
    let finding = match kind {
        SearchKind::Header => FindingKind::MissingHeader,
        SearchKind::Command => FindingKind::MissingCommand,
        SearchKind::Library => FindingKind::MissingLibrary,
        SearchKind::PkgConfig => FindingKind::MissingPkgConfig,
        SearchKind::Cmake => FindingKind::MissingCmakePackage,
        SearchKind::Python => FindingKind::MissingPythonModule,
        SearchKind::Perl => FindingKind::MissingPerlModule,
        SearchKind::R => FindingKind::MissingRPackage,
        SearchKind::File => FindingKind::MissingFile,
        SearchKind::Package => return likely_packages(name),
    };
    let name = name.trim().trim_matches(['<', '>', '"', '\'', '`']);
    let name = name.strip_prefix("-l").filter(|_| kind == SearchKind::Library).unwrap_or(name);
    let name = name.rsplit('/').next().filter(|_| kind == SearchKind::Command).unwrap_or(name);
    names(finding, name)
}

/// Packages that a name may mean which is not the name of a package in conda: of a Python module, a library or a command.
#[must_use]
pub fn likely_packages(name: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for kind in [FindingKind::MissingPythonModule, FindingKind::MissingLibrary, FindingKind::MissingCommand] {
        for name in names(kind, name) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

fn names(kind: FindingKind, subject: &str) -> Vec<String> {
    packages_for(kind, subject).into_iter().map(|suggestion| suggestion.spec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_other_worlds_lead_to_packages() {
        let has = |names: Vec<String>, name: &str| names.iter().any(|other| other == name);
        assert!(has(likely_providers(SearchKind::Python, "PIL"), "pillow"));
        assert!(has(likely_providers(SearchKind::Header, "<zlib.h>"), "zlib"));
        assert!(has(likely_providers(SearchKind::Library, "-lz"), "zlib"));
        assert!(has(likely_providers(SearchKind::Command, "/usr/bin/protoc"), "libprotobuf"));
        assert!(has(likely_packages("cv2"), "py-opencv"));
        assert!(has(likely_packages("boost"), "libboost-devel"));
    }
}
