//! Most dependencies are a name, or a name with plain bounds. Those are in normal form as they are written, so that the
//! general parser, which takes most of the time that a dependency takes, need not read them.

use super::dependency::Dependency;

/// Longer texts are for the general parser, which has the limits.
const MAX_BYTES: usize = 128;

/// The dependency, if the text is one of the simple forms: `name`, `name >=1.2,<2`, `name 1.2.*`.
///
/// Everything else gives `None`, valid or not: upper case, a dot in the name (which may be a file name), more than one
/// blank, zeros before a number.
pub(super) fn dependency(text: &str) -> Option<Dependency> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let (name, versions) = match text.split_once(' ') {
        Some((name, versions)) => (name, Some(versions)),
        None => (text, None),
    };
    let is_simple = is_name(name) && versions.is_none_or(is_bounds);
    is_simple.then(|| Dependency { spec: text.into(), free_name: versions.is_none().then(|| name.into()) })
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// `1.2.*`, one bound, or a lower and an upper one.
fn is_bounds(versions: &str) -> bool {
    if let Some(start) = versions.strip_suffix(".*") {
        return is_version(start);
    }
    let bound = |text: &str, operators: [&str; 2]| {
        operators.iter().any(|operator| text.strip_prefix(operator).is_some_and(is_version))
    };
    match versions.split_once(',') {
        Some((lower, upper)) => bound(lower, [">=", ">"]) && bound(upper, ["<", "<="]),
        None => bound(versions, [">=", ">"]) || bound(versions, ["<", "<="]) || bound(versions, ["==", "=="]),
    }
}

fn is_version(text: &str) -> bool {
    text.split('.').all(|number| {
        let is_number = !number.is_empty() && number.len() < 10 && number.bytes().all(|b| b.is_ascii_digit());
        is_number && (number == "0" || !number.starts_with('0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RepodataRevision;

    #[test]
    fn simple_specs_are_read_as_the_general_parser_reads_them() {
        let names = ["python", "_openmp_mutex", "__glibc", "r-base", "lib7zip", "a", "a_b-c", "pypy3-"];
        let versions = [
            "",
            " 1.*",
            " 3.12.*",
            " 0.*",
            " >=3.8",
            " >0",
            " <4",
            " <=1.2.3",
            " ==2023.10.1",
            " >=3.8,<4",
            " >1,<=2.0",
        ];
        for (name, version) in names.iter().flat_map(|name| versions.map(|version| (name, version))) {
            let text = format!("{name}{version}");
            assert!(dependency(&text).is_some(), "{text}");
            for revision in [RepodataRevision::Legacy, RepodataRevision::V3] {
                assert_eq!(dependency(&text), Dependency::parse_any(&text, revision).ok(), "{text}");
            }
        }
    }

    #[test]
    fn other_specs_are_left_to_the_general_parser() {
        for text in [
            "",
            " ",
            "a ",
            "A",
            "-a",
            "a.conda",
            "a*",
            "a  >1",
            "a >1 b",
            "a >=01",
            "a 1.2",
            "a =1.2",
            "a >=1.0a",
            "a >1,>2",
            "a <2,>1",
            "a >=1|<2",
            "a[build=x]",
            "c::a",
            "a >=1,<2,!=1.5",
            "a >=1234567890",
            "a >=1.",
            "a .*",
            "a >=1.*",
        ] {
            assert_eq!(dependency(text), None, "{text}");
        }
    }
}
