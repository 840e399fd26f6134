//! A noarch python package, and a minimal stand-in for Python so that it can be installed.

use crate::package::Package;

pub(super) const STAND_IN: &str = include_str!("../../channel-sources/python-stand-in.sh");

const MODULE: &str = r#"import sys


def main():
    print("Hello from greet-py, in " + __file__)
    return len(sys.argv) - 1
"#;

pub(super) fn packages() -> Vec<Package> {
    vec![
        // Installers take the version of `python` for the path of site-packages, so it has to have that name. The
        // build string says what it is.
        Package::new("python", "3.12.0")
            .build("stand_in_0")
            .about("summary", "Not Python: hands over to the machine's own python3")
            .script("bin/python3.12", STAND_IN)
            .link("bin/python", "python3.12")
            .empty_site_packages(),
        Package::new("greet-py", "0.3.0")
            .build("pyh0_0")
            .noarch_python()
            .depends(["python >=3.9"])
            .site_package("greet_py/__init__.py", MODULE)
            .site_package(
                "greet_py-0.3.0.dist-info/METADATA",
                "Metadata-Version: 2.1\nName: greet-py\nVersion: 0.3.0\n",
            )
            .site_package("greet_py-0.3.0.dist-info/INSTALLER", "conda")
            .entry_point("greet-py = greet_py:main"),
    ]
}

impl Package {
    /// A file in site-packages, so that the folder is there.
    fn empty_site_packages(self) -> Self {
        self.file("lib/python3.12/site-packages/README.txt", "Packages for the machine's python3.\n")
    }
}
