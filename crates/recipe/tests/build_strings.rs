//! Hash inputs and build strings, checked against the reference.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod rendering;

use rendering::{builds, linux, on, package, render, used};
use sidewinder_recipe::RenderConfig;

/// One variant: its hash input is this JSON, its build string this text.
fn check(sections: &str, variants: &str, input: &str, build: &str) {
    let recipe = package(sections);
    assert_eq!(used(&recipe, variants)[0].replace("\":", "\": ").replace(",\"", ", \""), input, "{recipe}");
    assert_eq!(builds(&recipe, variants)[0], build, "{recipe}");
}

#[test]
fn nothing_but_the_platform() {
    check("", "", r#"{"target_platform": "linux-64"}"#, "hb0f4dca_0");
    check("build: {noarch: generic, number: 3}", "", r#"{"target_platform": "noarch"}"#, "h4616a5c_3");
    check(
        "requirements:\n  build:\n    - ${{ compiler('cxx') }}",
        "",
        r#"{"target_platform": "linux-64"}"#,
        "hb0f4dca_0",
    );
    check("build: {variant: {ignore_keys: [target_platform]}}", "", "{}", "hbf21a9e_0");
}

#[test]
fn noarch_python_does_not_depend_on_python() {
    let recipe = package("build: {noarch: python}\nrequirements: {host: [python]}");
    assert_eq!(builds(&recipe, "python: ['3.11', '3.12']"), ["pyh4616a5c_0", "pyh4616a5c_0"]);
    check(
        "build: {noarch: python, variant: {use_keys: [python]}}",
        "python: ['3.11']",
        r#"{"python": "3.11", "target_platform": "noarch"}"#,
        "pyh5ed91e1_0",
    );
    check(
        "build: {noarch: generic}\nrequirements: {host: [python]}",
        "python: ['3.11']",
        r#"{"python": "3.11", "target_platform": "noarch"}"#,
        "py311h5ed91e1_0",
    );
    check(
        "build: {noarch: python}\nrequirements:\n  run:\n    - python >=${{ python_min }}",
        "python_min: ['3.10']",
        r#"{"python_min": "3.10", "target_platform": "noarch"}"#,
        "pyh7511447_0",
    );
}

#[test]
fn prefixes_come_from_the_variant() {
    let host = |names: &str| format!("requirements: {{host: [{names}]}}");
    check(
        &host("python"),
        "python: ['3.11.* *_cpython']",
        r#"{"python": "3.11.* *_cpython", "target_platform": "linux-64"}"#,
        "py311h82375c7_0",
    );
    check(
        &host("python"),
        "python: ['3.12']",
        r#"{"python": "3.12", "target_platform": "linux-64"}"#,
        "py312h738df08_0",
    );
    check(
        &host("python, numpy"),
        "python: [3.10]\nnumpy: [2]",
        r#"{"numpy": 2, "python": "3.10", "target_platform": "linux-64"}"#,
        "np2py310hc568aba_0",
    );
    check(
        &host("python, numpy"),
        "python: ['3.10']\nnumpy: ['1.26']\nzip_keys: [[python, numpy]]",
        r#"{"numpy": "1.26", "python": "3.10", "target_platform": "linux-64"}"#,
        "np126py310hf67cf9e_0",
    );
    check(
        &host("r-base, perl, lua"),
        "r-base: ['4.3']\nperl: ['5.32.1']\nlua: ['5.4']",
        r#"{"lua": "5.4", "perl": "5.32.1", "r_base": "4.3", "target_platform": "linux-64"}"#,
        "pl5321lua54r43h928a824_0",
    );
}

#[test]
fn compilers_bring_their_keys() {
    check(
        "requirements:\n  build:\n    - ${{ compiler('c') }}\n    - ${{ stdlib('c') }}",
        "c_compiler: [gcc]\nc_compiler_version: ['13']\nc_stdlib: [sysroot]\nc_stdlib_version: ['2.17']",
        r#"{"c_compiler": "gcc", "c_compiler_version": "13", "c_stdlib": "sysroot", "c_stdlib_version": "2.17", "target_platform": "linux-64"}"#,
        "h3cf1a9b_0",
    );
    check(
        "requirements:\n  build:\n    - ${{ compiler('c') }}",
        "c_compiler: [gcc]\nCONDA_BUILD_SYSROOT: [/opt]",
        r#"{"CONDA_BUILD_SYSROOT": "/opt", "c_compiler": "gcc", "target_platform": "linux-64"}"#,
        "h5fb7e3e_0",
    );
    check(
        "requirements:\n  build:\n    - ${{ compiler('go-cgo') }}",
        "go_cgo_compiler: [go]\ngo_cgo_compiler_version: ['1.20']",
        r#"{"go_cgo_compiler": "go", "go_cgo_compiler_version": "1.20", "target_platform": "linux-64"}"#,
        "hadac54a_0",
    );
    check(
        "requirements:\n  build:\n    - ${{ compiler('c') }}\n    - ${{ stdlib('c') }}\n  host: [python, numpy]",
        "c_compiler: [gcc]\nc_compiler_version: ['14']\nc_stdlib: [sysroot]\nc_stdlib_version: ['2.17']\n\
         channel_targets: [conda-forge main]\nnumpy: ['2']\npython: ['3.11.* *_cpython']",
        r#"{"c_compiler": "gcc", "c_compiler_version": "14", "c_stdlib": "sysroot", "c_stdlib_version": "2.17", "channel_targets": "conda-forge main", "numpy": "2", "python": "3.11.* *_cpython", "target_platform": "linux-64"}"#,
        "np2py311h3fc3bb8_0",
    );
}

#[test]
fn other_platforms() {
    let recipe =
        package("requirements:\n  build:\n    - ${{ compiler('cxx') }}\n    - ${{ stdlib('c') }}\n  host: [zlib]");
    let variants = "MACOSX_DEPLOYMENT_TARGET: ['11.0']\nc_stdlib: [macosx_deployment_target]\nc_stdlib_version: ['11.0']\n\
                    channel_targets: [conda-forge main]\ncxx_compiler: [clangxx]\ncxx_compiler_version: ['19']\nzlib: ['1']";
    assert_eq!(render(&recipe, variants, &on("osx-arm64"))[0].build_string, "h92b42bf_0");
    let none = RenderConfig { build_environment_names: Some(Vec::new()), ..on("osx-arm64") };
    assert!(!render(&recipe, variants, &none)[0].variant.contains_key("MACOSX_DEPLOYMENT_TARGET"));

    let recipe = package("requirements:\n  build:\n    - ${{ compiler('c') }}\n  host: [zlib]");
    let rendered = render(&recipe, "c_compiler: [vs2022]\nzlib: ['1']", &on("win-64"));
    assert_eq!(rendered[0].build_string, "h3f3e940_0");
    assert_eq!((rendered[0].subdir.as_str(), rendered[0].build_platform.as_str()), ("win-64", "linux-64"));
}

#[test]
fn values_keep_their_type() {
    check(
        "build: {variant: {use_keys: [cnt, flag, strflag]}}",
        "cnt: [3]\nflag: [false]\nstrflag: ['yes']",
        r#"{"cnt": 3, "flag": false, "strflag": "yes", "target_platform": "linux-64"}"#,
        "h7175c18_0",
    );
    check(
        "build: {variant: {use_keys: [b, f, i, n, q, u, z]}}",
        "b: [true]\nf: [1.50]\ni: [3]\nn: [~]\nq: ['a\"b\\/']\nu: [é]\nz: ['']",
        r#"{"b": true, "f": "1.50", "i": 3, "n": "~", "q": "a\"b\\/", "target_platform": "linux-64", "u": "é", "z": ""}"#,
        "hc09f238_0",
    );
}

#[test]
fn virtual_packages_of_run_are_hashed_whole() {
    let run = |specs: &str| format!("requirements: {{run: [{specs}]}}");
    check(&run("__glibc >=2.17"), "", r#"{"__glibc": "__glibc >=2.17", "target_platform": "linux-64"}"#, "hcc556be_0");
    check(
        &run("__cuda, '__glibc >=2.17,<3'"),
        "",
        r#"{"__cuda": "__cuda", "__glibc": "__glibc >=2.17,<3", "target_platform": "linux-64"}"#,
        "hebd3144_0",
    );
}

#[test]
fn exact_pins_are_hashed() {
    let recipe = "outputs:
  - package: {name: libfoo, version: '1.0'}
    requirements: {host: [zlib]}
  - package: {name: app, version: '1.0'}
    requirements:
      run:
        - ${{ pin_subpackage('libfoo', exact=True) }}
";
    assert_eq!(builds(recipe, "zlib: ['1.2']"), ["h75cb000_0", "hee3adc3_0"]);
    let recipe = "outputs:
  - package: {name: lib-foo, version: '1.0'}
    requirements: {host: [python]}
  - package: {name: app, version: '1.0'}
    requirements:
      host: [python]
      run:
        - ${{ pin_subpackage('lib-foo', exact=True) }}
";
    assert_eq!(builds(recipe, "python: ['3.10']"), ["py310h8e7c8fa_0", "py310he2a2473_0"]);
    let rendered = render(recipe, "python: ['3.10']", &linux());
    assert_eq!(rendered[1].variant["lib-foo"].printed(), "1.0 py310h8e7c8fa_0");
    assert_eq!(rendered[1].pin_subpackages["lib-foo"].build_string.as_deref(), Some("py310h8e7c8fa_0"));
    assert_eq!(rendered[1].needs, ["lib-foo"]);
    let known: Vec<&String> = rendered[1].subpackages.keys().collect();
    assert_eq!(known, ["app", "lib-foo"]);
    assert!(!rendered[0].subpackages.contains_key("app"), "an output knows those that it pins, and not all");
}

#[test]
fn exact_pins_chain() {
    let recipe = "outputs:
  - package: {name: c, version: '1.0'}
    requirements:
      run:
        - ${{ pin_subpackage('b', exact=True) }}
  - package: {name: b, version: '1.0'}
    requirements:
      run:
        - ${{ pin_subpackage('a', exact=True) }}
  - package: {name: a, version: '2.5'}
";
    assert_eq!(builds(recipe, ""), ["hb0f4dca_0", "h8492b1f_0", "h2b7e4ce_0"]);
    assert_eq!(render(recipe, "", &linux())[2].needs, ["a", "b"]);
}

#[test]
fn own_build_strings_see_hash_number_variant_and_context() {
    let recipe = "context: {v: 1}
package: {name: a, version: '1'}
build:
  string: v${{ v }}_${{ python | version_to_buildstring }}_${{ hash }}_${{ build_number + 1 }}
requirements: {host: [python]}
";
    assert_eq!(builds(recipe, "python: ['3.10']"), ["v1_310_8e7c8fa_1"]);
    let recipe = package("build:\n  string: ${{ 'cuda' if cuda == '12' else 'cpu' }}_${{ hash }}_${{ build_number }}");
    assert_eq!(builds(&recipe, "cuda: ['12', 'None']"), ["cuda_d66dad3_0", "cpu_7076420_0"]);
}

#[test]
fn own_build_strings_see_the_platform_of_the_package() {
    let recipe = package("build:\n  string: ${{ 'w' if win else 'u' }}_${{ target_platform }}_${{ compiler('c') }}");
    assert_eq!(render(&recipe, "", &on("win-64"))[0].build_string, "w_win-64_vs2022_win-64");
}

#[test]
fn callers_may_set_number_and_prefix() {
    let config =
        RenderConfig { build_number_override: Some(5), build_string_prefix: Some("foo".to_owned()), ..linux() };
    let rendered = render(&package("requirements: {host: [python]}"), "python: ['3.9']", &config);
    assert_eq!(rendered[0].build_string, "foo_py39h2e92cda_5");
    assert_eq!((rendered[0].build_number, rendered[0].hash_prefix.as_str()), (5, "foo_py39"));
}
