//! Packages with hardly a file: what solvers and run exports have to deal with.

use crate::package::{Package, RunExport};

pub(super) fn packages() -> Vec<Package> {
    let mut packages = vec![
        Package::new("toolx", "3.1")
            .run_export(RunExport::Strong, "libstrong >=1,<2")
            .run_export(RunExport::Weak, "libweak 1.*")
            .run_export(RunExport::Noarch, "libnoarch")
            .run_export(RunExport::StrongConstrains, "libsc <9")
            .run_export(RunExport::WeakConstrains, "libwk2 <9")
            .script("bin/toolx", "#!/bin/sh\necho toolx 3.1 in @PREFIX@\n"),
        Package::new("libnoarch", "1.5").noarch_generic().file("share/libnoarch.txt", "1.5\n"),
        Package::new("needy", "1.0").depends(["libfoo >=2"]),
        Package::new("app-old", "1.0").depends(["libfoo <2"]),
        Package::new("app-new", "1.0").depends(["libfoo >=2"]),
        Package::new("plink", "1.0")
            .file("share/plink.txt", "linked\n")
            .post_link("echo \"$PKG_NAME $PKG_VERSION\" > \"$PREFIX/share/plink.ran\"\n"),
        // A number that a test can find again.
        Package::new("hangs", "1.0").post_link("trap '' TERM\nsleep 4646.4646 &\nwait\nwait\nwait\nsleep 4646.4646\n"),
    ];
    packages.extend(
        [("libstrong", "1.4"), ("libstrong", "2.0"), ("libweak", "1.2"), ("libsc", "8.0"), ("libwk2", "8.0")]
            .map(|(name, version)| with_a_file(name, version)),
    );
    packages.extend(["1.2.3", "2.0.0"].map(|version| {
        with_a_file("libfoo", version).build("h4616a5c_0").run_export(RunExport::Weak, weak_pin("libfoo", version))
    }));
    packages
}

fn with_a_file(name: &str, version: &str) -> Package {
    Package::new(name, version).file(format!("share/{name}.txt"), format!("{version}\n"))
}

/// From this version up to the next minor one.
fn weak_pin(name: &str, version: &str) -> String {
    let mut parts = version.split('.');
    let major = parts.next().unwrap_or("0");
    let minor: u64 = parts.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    format!("{name} >={version},<{major}.{}.0a0", minor + 1)
}
