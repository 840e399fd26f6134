//! `package`, `source`, `requirements`, `tests` and `about` as JSON.

use serde_json::Value as Json;

use super::super::{
    About, Attestation, FileChecks, GitReference, Package, PackageContents, Requirements, Script, ScriptTest, Source,
    SourceKind, Test, TestKind,
};
use super::object::Object;
use super::value::ToJson;

impl ToJson for Package {
    fn to_json(&self) -> Json {
        Object::default()
            .with("name", self.name.to_json())
            .some("version", self.version.as_ref().map(ToJson::to_json))
            .finish()
    }
}

impl ToJson for Source {
    fn to_json(&self) -> Json {
        let object = Object::default();
        let object = match &self.kind {
            SourceKind::Git(git) => {
                let object = object.with("git", git.git.to_json());
                match &git.reference {
                    Some((GitReference::Rev, value)) => object.with("rev", value.to_json()),
                    Some((GitReference::Tag, value)) => object.with("tag", value.to_json()),
                    Some((GitReference::Branch, value)) => object.with("branch", value.to_json()),
                    None => object,
                }
                .some("depth", git.depth.as_ref().map(ToJson::to_json))
            }
            SourceKind::Url(url) => object
                .with("url", url.urls.iter().map(ToJson::to_json).collect())
                .some("sha256", url.sha256.as_ref().map(ToJson::to_json))
                .some("md5", url.md5.as_ref().map(ToJson::to_json))
                .some("file_name", url.file_name.as_ref().map(ToJson::to_json)),
            SourceKind::Path(path) => object
                .with("path", path.path.to_json())
                .some("sha256", path.sha256.as_ref().map(ToJson::to_json))
                .some("md5", path.md5.as_ref().map(ToJson::to_json)),
        };
        let object = object
            .list("patches", &self.patches)
            .some("target_directory", self.target_directory.as_ref().map(ToJson::to_json));
        let object = match &self.kind {
            SourceKind::Git(git) => object
                .some("lfs", git.lfs.as_ref().map(ToJson::to_json))
                .some("submodules", git.submodules.as_ref().map(ToJson::to_json))
                .some("expected_commit", git.expected_commit.as_ref().map(ToJson::to_json)),
            SourceKind::Url(url) => object.some("attestation", url.attestation.as_ref().map(ToJson::to_json)),
            SourceKind::Path(path) => object
                .some("file_name", path.file_name.as_ref().map(ToJson::to_json))
                .some("use_gitignore", (!path.use_gitignore).then_some(Json::Bool(false))),
        };
        object.with("filter", self.filter.to_json()).finish()
    }
}

impl ToJson for Attestation {
    fn to_json(&self) -> Json {
        let publishers: Vec<Json> = self.publishers.iter().map(ToJson::to_json).collect();
        Object::default()
            .some("bundle_url", self.bundle_url.as_ref().map(ToJson::to_json))
            .some("publishers", (!publishers.is_empty()).then_some(Json::Array(publishers)))
            .finish()
    }
}

impl ToJson for Requirements {
    fn to_json(&self) -> Json {
        let exports = &self.run_exports;
        let run_exports = Object::default()
            .list("noarch", &exports.noarch)
            .list("strong", &exports.strong)
            .list("strong_constraints", &exports.strong_constraints)
            .list("weak", &exports.weak)
            .list("weak_constraints", &exports.weak_constraints);
        let ignore_run_exports = Object::default()
            .list("by_name", &self.ignore_run_exports.by_name)
            .list("from_package", &self.ignore_run_exports.from_package);
        Object::default()
            .list("build", &self.build)
            .list("host", &self.host)
            .list("run", &self.run)
            .list("run_constraints", &self.run_constraints)
            .map("extras", self.extras.iter().map(|(name, list)| (name.to_string(), list.to_json())).collect())
            .map("run_exports", run_exports.into_map())
            .map("ignore_run_exports", ignore_run_exports.into_map())
            .finish()
    }
}

impl ToJson for Test {
    fn to_json(&self) -> Json {
        let of = |kind: &str, object: Object| Object::default().with(kind, object.finish()).finish();
        match &self.kind {
            TestKind::Python { imports, pip_check, python_version, many } => {
                let version = match python_version.as_slice() {
                    _ if *many => Some(python_version.to_json()),
                    [version] => Some(version.to_json()),
                    _ => None,
                };
                let object = Object::default()
                    .list("imports", imports)
                    .some("pip_check", pip_check.as_ref().map(ToJson::to_json))
                    .some("python_version", version);
                of("python", object)
            }
            TestKind::Perl(uses) => of("perl", Object::default().list("uses", uses)),
            TestKind::R(libraries) => of("r", Object::default().list("libraries", libraries)),
            TestKind::Ruby(requires) => of("ruby", Object::default().list("requires", requires)),
            TestKind::Script(test) => test.to_json(),
            TestKind::Downstream(name) => Object::default().with("downstream", name.to_json()).finish(),
            TestKind::PackageContents(contents) => {
                Object::default().with("package_contents", contents.to_json()).finish()
            }
        }
    }
}

impl ToJson for ScriptTest {
    fn to_json(&self) -> Json {
        let requirements = Object::default().list("run", &self.run).list("build", &self.build);
        let files =
            Object::default().list("source", &self.source_files.include).list("recipe", &self.recipe_files.include);
        Object::default()
            .some("script", (self.script != Script::Default).then(|| self.script.to_json()))
            .map("requirements", requirements.into_map())
            .map("files", files.into_map())
            .finish()
    }
}

impl ToJson for PackageContents {
    fn to_json(&self) -> Json {
        Object::default()
            .map("files", checks(&self.files))
            .map("site_packages", checks(&self.site_packages))
            .map("bin", checks(&self.bin))
            .map("lib", checks(&self.lib))
            .map("include", checks(&self.include))
            .some("strict", self.strict.then_some(Json::Bool(true)))
            .finish()
    }
}

fn checks(checks: &FileChecks) -> serde_json::Map<String, Json> {
    Object::default().list("exists", &checks.exists).list("not_exists", &checks.not_exists).into_map()
}

impl ToJson for About {
    fn to_json(&self) -> Json {
        Object::default()
            .some("homepage", self.homepage.as_ref().map(ToJson::to_json))
            .some("license", self.license.as_ref().map(ToJson::to_json))
            .some("license_file", self.license_file.as_ref().map(ToJson::to_json))
            .some("license_family", self.license_family.as_ref().map(ToJson::to_json))
            .some("summary", self.summary.as_ref().map(ToJson::to_json))
            .some("description", self.description.as_ref().map(ToJson::to_json))
            .some("documentation", self.documentation.as_ref().map(ToJson::to_json))
            .some("repository", self.repository.as_ref().map(ToJson::to_json))
            .finish()
    }
}
