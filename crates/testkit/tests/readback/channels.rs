//! Channels that the testkit writes are channels to the field's own libraries.

use crate::installed::records;
use rattler_conda_types::{RepoData, Subdir};
use sidewinder_testkit::{Channel, Package, RunExport, RunExportsIn};

fn exporter() -> Package {
    Package::new("toolx", "3.1").run_export(RunExport::Strong, "libstrong >=1,<2")
}

fn repodata(channel: &std::path::Path, subdir: Subdir) -> RepoData {
    RepoData::from_path(channel.join(subdir.as_str()).join("repodata.json")).unwrap()
}

#[tokio::test]
async fn a_channel_has_an_index_in_every_form_and_can_be_written_from_async_code() {
    let folder = tempfile::tempdir().unwrap();
    let channel = Channel::new().add(exporter()).add(Package::new("doc", "1").noarch_generic());
    let written = channel.write(folder.path()).unwrap();
    for subdir in [Subdir::current().unwrap(), Subdir::NoArch] {
        let folder = written.path().join(subdir.as_str());
        for name in ["repodata.json", "repodata.json.zst", "repodata_shards.msgpack.zst"] {
            assert!(folder.join(name).is_file(), "{subdir}/{name}");
        }
        assert_eq!(repodata(written.path(), subdir).conda_packages.len(), 1);
    }
    assert!(written.url().starts_with("file:///") && written.url().ends_with('/'));
    let twice = tempfile::tempdir().unwrap();
    channel.write_async(twice.path()).await.unwrap();
    let sha256 = |channel| records(channel).into_iter().map(|record| record.package_record.sha256).collect::<Vec<_>>();
    assert_eq!(sha256(twice.path()), sha256(folder.path()));
}

#[test]
fn run_exports_are_where_they_are_asked_for() {
    let subdir = Subdir::current().unwrap();
    for (place, in_repodata, in_file) in [
        (RunExportsIn::Repodata, true, false),
        (RunExportsIn::OwnFile, false, true),
        (RunExportsIn::PackagesOnly, false, false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let channel = Channel::new().add(exporter()).run_exports_in(place).write(folder.path()).unwrap();
        let record = repodata(channel.path(), subdir).conda_packages.into_iter().next().unwrap().1;
        assert_eq!(record.run_exports.is_some(), in_repodata, "{place:?}");
        let file = channel.path().join(subdir.as_str()).join("run_exports.json");
        assert_eq!(file.is_file(), in_file, "{place:?}");
        if in_file {
            let text = fs_err::read_to_string(file).unwrap();
            assert!(text.contains(r#""toolx-3.1-0.conda":{"run_exports":{"strong":["libstrong >=1,<2"]"#), "{text}");
        }
    }
}

#[test]
fn a_channel_without_packages_has_empty_subdirs() {
    let folder = tempfile::tempdir().unwrap();
    let channel = Channel::new().subdir(Subdir::OsxArm64).without_shards().write(folder.path()).unwrap();
    assert!(repodata(channel.path(), Subdir::OsxArm64).conda_packages.is_empty());
    assert!(repodata(channel.path(), Subdir::NoArch).conda_packages.is_empty());
    assert!(!channel.path().join("noarch/repodata_shards.msgpack.zst").exists());
}

#[test]
fn what_is_published_later_is_found_beside_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let channel = Channel::new().add(Package::new("a", "1")).write(folder.path()).unwrap();
    channel.publish([Package::new("b", "1")]).unwrap();
    let mut names: Vec<_> =
        records(channel.path()).into_iter().map(|record| record.package_record.name.as_source().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["a", "b"]);
}
