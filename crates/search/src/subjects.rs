//! The names under which people know files of packages, on Unix and on Windows.

use std::borrow::Cow;

use crate::question::SearchKind;

/// What a file is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject<'p> {
    /// The name.
    pub(crate) name: Cow<'p, str>,
    /// How usual the place of the file is: 0 for the usual one.
    pub(crate) place: usize,
}

fn known<'p>(name: impl Into<Cow<'p, str>>, place: usize) -> Option<Subject<'p>> {
    let name = name.into();
    (!name.is_empty()).then_some(Subject { name, place })
}

/// What a file is known as, if it is of a kind.
pub(crate) fn subject(kind: SearchKind, path: &str) -> Option<Subject<'_>> {
    match kind {
        SearchKind::Header => header(path),
        SearchKind::Command => command(path),
        SearchKind::Library => library(path),
        SearchKind::PkgConfig => pkg_config(path),
        SearchKind::Cmake => cmake(path),
        SearchKind::Python => python(path),
        SearchKind::Perl => perl(path),
        SearchKind::R => r(path),
        SearchKind::File | SearchKind::Package => known(path, 0),
    }
}

/// The forms of a name that [`subject`] may give for what is meant, best first.
pub(crate) fn wanted(kind: SearchKind, name: &str) -> Vec<String> {
    let name = name.trim().trim_matches(['<', '>', '"', '\'', '`']);
    let only = |name: &str| vec![name.to_owned()];
    match kind {
        SearchKind::Header => only(name.trim_start_matches("./").trim_start_matches("../")),
        SearchKind::Command => {
            let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
            let stem = without_endings(base, &[".exe", ".bat", ".cmd"]);
            // Windows does not distinguish upper and lower case.
            if stem.len() < base.len() { vec![stem.to_ascii_lowercase()] } else { only(stem) }
        }
        SearchKind::Library => {
            let base = name.rsplit('/').next().unwrap_or(name);
            let stem = base.strip_prefix("-l").unwrap_or(base);
            let link_name = link_name(stem).unwrap_or(stem);
            let mut names = Vec::new();
            // A file with a version is wanted as it is.
            if link_name != stem {
                names.push(stem.to_owned());
            }
            let bare = link_name.strip_prefix("lib").filter(|rest| !rest.is_empty());
            names.extend([Some(link_name), bare].into_iter().flatten().map(str::to_owned));
            names.push(format!("lib{link_name}"));
            names
        }
        SearchKind::PkgConfig => only(name.strip_suffix(".pc").unwrap_or(name)),
        SearchKind::Cmake => {
            let base = name.rsplit('/').next().unwrap_or(name);
            let stem = base.strip_suffix("Config.cmake").or_else(|| base.strip_suffix("-config.cmake")).unwrap_or(base);
            let lower = stem.to_ascii_lowercase();
            if lower == stem { vec![lower] } else { vec![stem.to_owned(), lower] }
        }
        SearchKind::Python => {
            let mut names = only(name);
            names.push(distribution(name));
            names
        }
        SearchKind::Perl => only(&name.trim_end_matches(".pm").replace('/', "::")),
        SearchKind::R => only(name.strip_prefix("r-").unwrap_or(name)),
        SearchKind::File => only(name.trim_start_matches("./").trim_start_matches('/')),
        SearchKind::Package => only(name),
    }
}

fn without_endings<'n>(name: &'n str, endings: &[&str]) -> &'n str {
    let ending = endings.iter().find(|ending| name.to_ascii_lowercase().ends_with(*ending));
    ending.and_then(|ending| name.get(..name.len() - ending.len())).unwrap_or(name)
}

/// What follows one of the folders.
fn below<'p>(path: &'p str, folders: &[&str]) -> Option<&'p str> {
    folders.iter().find_map(|folder| path.strip_prefix(folder)).filter(|rest| !rest.is_empty())
}

fn header(path: &str) -> Option<Subject<'_>> {
    if let Some(name) = below(path, &["include/", "Library/include/"]) {
        return known(name, usize::from(name.matches('/').count() > 1));
    }
    if let Some((_, name)) = path.split_once("/include/") {
        // Headers of a compiler's system, and of Python packages.
        return known(name, if path.contains("/sysroot/") { 3 } else { 2 });
    }
    let framework = path.split_once(".framework/Headers/")?;
    let name = framework.0.rsplit('/').next()?;
    known(format!("{name}/{}", framework.1), 1)
}

fn command(path: &str) -> Option<Subject<'_>> {
    let unix = below(path, &["bin/", "sbin/"]).map(|name| (name, name));
    let windows = || {
        let name = below(path, &["Library/bin/", "Library/usr/bin/", "Library/mingw-w64/bin/", "Scripts/"])?;
        let stem = without_endings(name, &[".exe", ".bat", ".cmd"]);
        (stem.len() < name.len()).then_some((stem, name))
    };
    let root = || {
        let stem = without_endings(path, &[".exe"]);
        (stem.len() < path.len() && !path.contains('/')).then_some((stem, path))
    };
    let (stem, name) = unix.or_else(windows).or_else(root)?;
    if name.contains('/') {
        return None;
    }
    // Compilers and binutils have the name of their target before their own.
    for triplet in ["-conda-linux-gnu-", "-conda_cos6-linux-gnu-", "-conda_cos7-linux-gnu-", "-w64-mingw32-"] {
        if let Some((_, tool)) = stem.split_once(triplet) {
            return known(tool, 1);
        }
    }
    if let Some((before, tool)) = stem.split_once("-apple-darwin")
        && !before.contains('/')
        && let Some((_, tool)) = tool.split_once('-')
    {
        return known(tool, 1);
    }
    if stem.len() < name.len() { known(stem.to_ascii_lowercase(), 0) } else { known(stem, 0) }
}

fn library(path: &str) -> Option<Subject<'_>> {
    let (folder, file) = path.rsplit_once('/')?;
    let place = match folder {
        "lib" | "Library/lib" => 0,
        "lib64" | "Library/bin" => 1,
        _ if folder.contains("site-packages") || folder.contains("/plugins") => return None,
        _ if folder.contains("/sysroot/") => 4,
        _ if folder.starts_with("lib/") => 2,
        _ => return None,
    };
    let name = link_name(file)?;
    // The file that the linker looks for comes first, then static ones, then those with a version.
    let of_file = match file.strip_prefix(name).unwrap_or_default() {
        ".so" | ".dylib" | ".lib" => 0,
        ".a" => 1,
        _ => 2,
    };
    if of_file == 2 {
        return known(file, place * 3 + of_file);
    }
    known(name.strip_prefix("lib").filter(|rest| !rest.is_empty()).unwrap_or(name), place * 3 + of_file)
}

/// `libz` of `libz.so.1.3`.
pub(crate) fn link_name(file: &str) -> Option<&str> {
    if let Some(at) = file.find(".so") {
        let rest = file.get(at + 3..)?;
        let is_version = rest.chars().all(|c| c.is_ascii_digit() || c == '.');
        return (at > 0 && is_version).then(|| file.get(..at)).flatten();
    }
    if let Some(stem) = file.strip_suffix(".dylib") {
        let end = stem
            .find('.')
            .filter(|at| stem.get(at + 1..).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.')));
        return stem.get(..end.unwrap_or(stem.len()));
    }
    [".a", ".lib", ".dll", ".tbd"].iter().find_map(|end| file.strip_suffix(end)).filter(|stem| !stem.is_empty())
}

fn pkg_config(path: &str) -> Option<Subject<'_>> {
    let (folder, file) = path.rsplit_once('/')?;
    let place = match folder {
        "lib/pkgconfig" | "share/pkgconfig" | "Library/lib/pkgconfig" | "Library/share/pkgconfig" => 0,
        _ if folder.contains("/sysroot/") => 2,
        _ if folder.ends_with("/pkgconfig") => 1,
        _ => return None,
    };
    known(file.strip_suffix(".pc")?, place)
}

fn cmake(path: &str) -> Option<Subject<'_>> {
    let file = path.rsplit('/').next()?;
    if let Some(name) = file.strip_suffix("Config.cmake") {
        return known(name, 0);
    }
    if let Some(name) = file.strip_suffix("-config.cmake") {
        // CMake looks for this name in lower case only.
        return known(name.to_ascii_lowercase(), 0);
    }
    // Find modules of CMake itself find packages, and do not provide them.
    let is_own = path.contains("share/cmake-") || path.contains("share/cmake/Modules");
    known(file.strip_prefix("Find")?.strip_suffix(".cmake").filter(|_| !is_own)?, 1)
}

fn python(path: &str) -> Option<Subject<'_>> {
    let in_packages =
        path.split_once("site-packages/").filter(|(before, _)| before.is_empty() || before.ends_with('/'));
    let (rest, place) = match in_packages {
        Some((_, rest)) => (rest, 0),
        None => (of_standard_library(path)?, 1),
    };
    if let Some((info, file)) = rest.split_once(".dist-info/").or_else(|| rest.split_once(".egg-info/")) {
        let is_metadata = matches!(file, "METADATA" | "PKG-INFO");
        let name = info.split_once('-').map_or(info, |(name, _)| name);
        return if is_metadata && !info.contains('/') { known(distribution(name), 2) } else { None };
    }
    let module = rest.strip_suffix("/__init__.py").or_else(|| rest.strip_suffix(".py")).or_else(|| {
        // `_yaml.cpython-312-x86_64-linux-gnu.so`, `_yaml.abi3.so`, `_yaml.cp312-win_amd64.pyd`.
        let stem = rest.strip_suffix(".so").or_else(|| rest.strip_suffix(".pyd"))?;
        let (folder, file) = stem.rsplit_once('/').map_or(("", stem), |(folder, file)| (folder, file));
        let name = file.split('.').next()?;
        let end = if folder.is_empty() { name.len() } else { folder.len() + 1 + name.len() };
        rest.get(..end)
    })?;
    if module.contains(['-', '.', ' ']) {
        return None;
    }
    known(module.replace('/', "."), place)
}

/// The part of a path of Python's own modules that names them.
fn of_standard_library(path: &str) -> Option<&str> {
    let (_, rest) = path
        .strip_prefix("lib/python")
        .and_then(|rest| rest.split_once('/'))
        .or_else(|| path.strip_prefix("Lib/").map(|rest| ("", rest)))?;
    Some(rest.strip_prefix("lib-dynload/").unwrap_or(rest))
}

/// The normalized name of a distribution, marked so that it is not taken for a module.
fn distribution(name: &str) -> String {
    format!("dist:{}", name.to_ascii_lowercase().replace(['_', '.'], "-"))
}

fn perl(path: &str) -> Option<Subject<'_>> {
    let module = path.strip_suffix(".pm")?;
    let (_, rest) = module.split_once("perl5/")?;
    // Folders of the installation, its version and its platform come before the name, which begins with a capital.
    let mut parts = rest.split('/').skip_while(|part| !part.starts_with(|c: char| c.is_ascii_uppercase()));
    let first = parts.next();
    let name: Vec<&str> = first.into_iter().chain(parts).collect();
    if name.is_empty() { known(rest.rsplit('/').next()?, 1) } else { known(name.join("::"), 0) }
}

fn r(path: &str) -> Option<Subject<'_>> {
    let rest = below(path, &["lib/R/library/", "Lib/R/library/"])?;
    known(rest.strip_suffix("/DESCRIPTION").filter(|name| !name.contains('/'))?, 0)
}
