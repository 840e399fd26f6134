//! Rules of names.

/// Names of packages, separated by spaces.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The packages of a table's row, if it has one for the name.
pub(super) fn looked_up(table: &[(&str, &str)], name: &str) -> Vec<String> {
    let find = |is_same: &dyn Fn(&str) -> bool| table.iter().find(|(keys, _)| keys.split(' ').any(is_same));
    // Solvers write names in lower case.
    let row = find(&|key| key == name).or_else(|| find(&|key| key.eq_ignore_ascii_case(name)));
    row.map(|(_, packages)| words(packages)).unwrap_or_default()
}

/// A name with and without `lib`, and what conda-forge adds to packages of headers.
pub(super) fn library_names(name: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    let stem = name.strip_prefix("lib").unwrap_or(&name);
    let mut names = vec![
        name.clone(),
        format!("lib{stem}"),
        stem.to_owned(),
        format!("{name}-devel"),
        format!("lib{stem}-devel"),
        format!("{name}-dev"),
        format!("{stem}-cpp"),
    ];
    if name.contains('_') {
        names.push(name.replace('_', "-"));
    }
    names
}

/// A name from the output of a program must not become more than a name.
pub(super) fn is_package_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
}
