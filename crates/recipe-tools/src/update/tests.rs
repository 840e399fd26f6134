#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;

fn request(version: &str) -> UpdateRequest {
    UpdateRequest { version: Some(version.to_owned()), ..UpdateRequest::default() }
}

fn digest(c: char) -> String {
    c.to_string().repeat(64)
}

fn updated(text: &str, version: &str, digests: &[String]) -> String {
    let plan = plan(text, &request(version)).unwrap();
    let results: Vec<SourceResult> =
        digests.iter().map(|sha256| SourceResult { sha256: Some(sha256.clone()), ..SourceResult::default() }).collect();
    finish(&plan, &results).unwrap()
}

#[test]
fn the_layout_of_the_recipe_stays() {
    let old = format!(
        "# about\ncontext:\n  name: demo   # the name\n  version: '1.9'\n\npackage:\n  name: ${{{{ name }}}}\n  version: ${{{{ version }}}}\n\n\
         source:\n  url: https://example.org/${{{{ name }}}}-${{{{ version }}}}.tar.gz\n  sha256: {}  # of the archive\n\nbuild:\n  number: 3 # reset\n",
        digest('a')
    );
    let new = updated(&old, "1.10", &[digest('b')]);
    let expected = old.replace("'1.9'", "'1.10'").replace(&digest('a'), &digest('b')).replace("number: 3", "number: 0");
    assert_eq!(new, expected);
}

#[test]
fn every_way_to_write_a_version_is_found() {
    for (old, version, changed) in [
        ("package: {name: a, version: 1.0}\n", "1.1", "version: 1.1}"),
        ("context: {v: '1.0'}\npackage: {name: a, version: '${{ v }}'}\n", "1.1", "{v: '1.1'}"),
        ("context: {x: '1.0', v: '${{ x }}'}\npackage: {name: a, version: '${{ v }}'}\n", "2.0", "x: '2.0'"),
        (
            "context: {major: 1, minor: 2}\npackage: {name: a, version: '${{ major }}.${{ minor }}'}\n",
            "3.4",
            "{major: '3', minor: '4'}",
        ),
        (
            "context:\n  version: 1.2-3\npackage:\n  name: a\n  version: ${{ version | replace('-', '_') }}\n",
            "1.3-0",
            "version: 1.3-0\n",
        ),
        (
            "context: {tag: v1.0}\npackage: {name: a, version: \"${{ tag | replace('v', '') }}\"}\n",
            "1.1",
            "{tag: v1.1}",
        ),
        (
            "recipe: {name: a, version: '1.0'}\noutputs:\n  - package: {name: b}\n  - package: {name: c, version: '1.0'}\n",
            "1.1",
            "name: c, version: '1.1'",
        ),
    ] {
        let plan = plan(old, &request(version)).unwrap();
        assert!(plan.text.contains(changed), "{old} → {}", plan.text);
    }
}

#[test]
fn sources_of_all_platforms_are_planned_once() {
    let (a, b) = (digest('a'), digest('b'));
    let old = format!(
        "context:\n  version: '1.0'\n  sha: ${{{{ '{a}' if win else '{b}' }}}}\npackage: {{name: a, version: '${{{{ version }}}}'}}\n\
         source:\n  url: https://example.org/${{{{ version }}}}/${{{{ 'win' if win else 'unix' }}}}.zip\n  sha256: ${{{{ sha }}}}\n"
    );
    let plan = plan(&old, &request("1.1")).unwrap();
    let urls: Vec<&str> = plan.sources.iter().flat_map(|source| source.urls.iter().map(String::as_str)).collect();
    assert_eq!(urls, ["https://example.org/1.1/unix.zip", "https://example.org/1.1/win.zip"]);
    let new = updated(&old, "1.1", &[digest('c'), digest('d')]);
    assert!(new.contains(&format!("'{}' if win else '{}'", digest('d'), digest('c'))), "{new}");
}

#[test]
fn literal_urls_and_folders_of_a_series_follow_the_version() {
    let a = digest('a');
    let old = format!(
        "package: {{name: a, version: 1.2.3}}\nsource:\n  url: https://example.org/1.2/a-1.2.3.tar.gz\n  sha256: {a}\n"
    );
    let plan = plan(&old, &request("1.4.0")).unwrap();
    assert_eq!(plan.sources[0].urls, ["https://example.org/1.4/a-1.4.0.tar.gz"]);
    assert!(plan.warnings.is_empty());
}

#[test]
fn build_numbers_are_reset_where_they_are_written() {
    for (old, new) in [
        ("build: {number: 4}\n", "build: {number: 0}\n"),
        ("build: {number: '${{ build }}'}\ncontext: {build: 4}\n", "{build: 0}"),
        ("build: {number: '${{ build_number + 100 }}'}\ncontext: {build_number: 4}\n", "{build_number: 0}"),
        ("build: {number: '${{ 1 if win else 2 }}'}\n", "'${{ 1 if win else 2 }}'"),
    ] {
        let text = format!("package: {{name: a, version: '1.0'}}\n{old}");
        assert!(plan(&text, &request("1.1")).unwrap().text.contains(new), "{old}");
    }
}

#[test]
fn git_sources_plan_the_commit_of_the_new_tag() {
    let commit = "0123456789012345678901234567890123456789";
    let old = format!(
        "context: {{version: '1.0'}}\npackage: {{name: a, version: '${{{{ version }}}}'}}\nsource:\n  git: https://example.org/a.git\n  \
         tag: v${{{{ version }}}}\n  expected_commit: {commit}\n"
    );
    let plan = plan(&old, &request("1.1")).unwrap();
    assert_eq!(plan.sources[0].tag.as_deref(), Some("v1.1"));
    let result = SourceResult { commit: Some("f".repeat(40)), ..SourceResult::default() };
    assert!(finish(&plan, &[result]).unwrap().contains(&format!("expected_commit: {}\n", "f".repeat(40))));
}

#[test]
fn failures_say_what_to_do() {
    let fault = |text: &str, version: &str| plan(text, &request(version)).unwrap_err();
    let messages: Vec<String> = [
        fault("package: {nme: a}\n", "1.1"),
        fault("package: {name: a, version: '1.0'}\n", "not a version"),
        fault("package: {name: a, version: '${{ undefined_name }}'}\n", "1.1"),
        fault("package: {name: a, version: '${{ \"1\" ~ \".0\" }}'}\n", "1.1"),
    ]
    .iter()
    .map(|error| format!("{:?}: {} ({})", error.fault, error.message, error.hint.as_deref().unwrap_or_default()))
    .collect();
    insta::assert_snapshot!(messages.join("\n"));
}

fn places(url: &str, version: &str) -> Vec<(UpstreamKind, String, String, String, String)> {
    let text = format!("package: {{name: a, version: '{version}'}}\nsource: {{url: '{url}'}}\n");
    upstream(&text, &Default::default())
        .into_iter()
        .map(|place| {
            (
                place.kind,
                place.name,
                place.origin,
                place.path,
                format!("{}|{}|{}", place.prefix, place.current, place.suffix),
            )
        })
        .collect()
}

#[test]
fn places_are_told_by_the_form_of_urls() {
    for (url, version, kind, name, path, tag) in [
        (
            "https://index.example/packages/source/d/demo/demo-1.0.tar.gz",
            "1.0",
            UpstreamKind::Pypi,
            "demo",
            "pypi/demo/json",
            "|1.0|",
        ),
        (
            "https://index.example/packages/py3/d/demo/demo-1.0-py3-none-any.whl",
            "1.0",
            UpstreamKind::Pypi,
            "demo",
            "pypi/demo/json",
            "|1.0|",
        ),
        (
            "https://github.com/o/demo/archive/v1.0.tar.gz",
            "1.0",
            UpstreamKind::GithubTags,
            "o/demo",
            "repos/o/demo/tags?per_page=100",
            "v|1.0|",
        ),
        (
            "https://github.com/o/demo/archive/refs/tags/rel_1_0.zip",
            "1.0",
            UpstreamKind::GithubTags,
            "o/demo",
            "repos/o/demo/tags?per_page=100",
            "rel_|1_0|",
        ),
        (
            "https://github.com/o/demo/releases/download/v1.0/demo.tgz",
            "1.0",
            UpstreamKind::GithubReleases,
            "o/demo",
            "repos/o/demo/releases?per_page=100",
            "v|1.0|",
        ),
        ("https://registry.example/@s/demo/-/demo-1.0.tgz", "1.0", UpstreamKind::Npm, "@s/demo", "@s%2Fdemo", "|1.0|"),
        (
            "https://static.crates.example/crates/demo/demo-1.0.crate",
            "1.0",
            UpstreamKind::Crates,
            "demo",
            "api/v1/crates/demo",
            "|1.0|",
        ),
        (
            "https://cran.example/src/contrib/demo_1.0-2.tar.gz",
            "1.0_2",
            UpstreamKind::Cran,
            "demo",
            "web/packages/demo/DESCRIPTION",
            "|1.0-2|",
        ),
    ] {
        let found = places(url, version);
        let [(found_kind, found_name, _, found_path, found_tag)] = found.as_slice() else {
            unreachable!("{url}: {found:?}")
        };
        assert_eq!(
            (*found_kind, found_name.as_str(), found_path.as_str(), found_tag.as_str()),
            (kind, name, path, tag),
            "{url}"
        );
    }
    assert!(places("https://example.org/demo-1.0.tar.gz", "1.0").is_empty());
}

#[test]
fn withdrawn_versions_and_prereleases_do_not_count() {
    let place = |kind| Upstream {
        kind,
        name: "a".to_owned(),
        origin: String::new(),
        path: String::new(),
        current: "1.9".to_owned(),
        prefix: "v".to_owned(),
        suffix: String::new(),
    };
    for (kind, answer, version) in [
        (
            UpstreamKind::Pypi,
            r#"{"releases": {"1.9": [{}], "1.10": [{"yanked": false}], "1.11": [{"yanked": true}], "2.0rc1": [{}], "3": []}}"#,
            "1.10",
        ),
        (
            UpstreamKind::Npm,
            r#"{"versions": {"1.9.0": {}, "1.10.0": {}, "2.0.0": {"deprecated": "x"}, "2.0.0-beta.1": {}}}"#,
            "1.10.0",
        ),
        (
            UpstreamKind::Crates,
            r#"{"versions": [{"num": "1.10.0", "yanked": false}, {"num": "2.0.0", "yanked": true}]}"#,
            "1.10.0",
        ),
        (UpstreamKind::Cran, "Package: a\nVersion: 1.10-1\n", "1.10-1"),
        (
            UpstreamKind::GithubReleases,
            r#"[{"tag_name": "v1.10", "prerelease": false}, {"tag_name": "v2", "prerelease": true}]"#,
            "1.10",
        ),
        (
            UpstreamKind::GithubTags,
            r#"[{"name": "v1.10", "commit": {"sha": "ff"}}, {"name": "docs-9"}, {"name": "v1.11.dev0"}]"#,
            "1.10",
        ),
    ] {
        let found = newest(&place(kind), answer, false).unwrap();
        assert_eq!((found.version.as_str(), found.is_newer), (version, true), "{kind:?}");
    }
    assert_eq!(
        newest(&place(UpstreamKind::Pypi), r#"{"releases": {"2.0rc1": [{}]}}"#, true).unwrap().version,
        "2.0rc1"
    );
    assert_eq!(newest(&place(UpstreamKind::Pypi), "<html>", false), None);
}
