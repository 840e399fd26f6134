//! Menu descriptions (`Menu/*.json`), which installers turn into shortcuts with menuinst.

use rattler_menuinst::schema::MenuInstSchema;

use crate::content::Entry;
use crate::error::{Error, Result};

const MAX_BYTES: u64 = 16 << 20;

/// Checks the menu descriptions of the package.
///
/// # Errors
/// [`Error::Menu`] naming the description.
pub(crate) fn check(entries: &[Entry]) -> Result<()> {
    let is_menu =
        |path: &str| path.strip_prefix("Menu/").is_some_and(|name| !name.contains('/') && name.ends_with(".json"));
    for entry in entries.iter().filter(|entry| is_menu(&entry.path)) {
        let Some(file) = entry.as_file() else { continue };
        let invalid = |reason: String| Error::Menu { path: entry.path.clone(), reason };
        let content = file.read(MAX_BYTES).map_err(|error| invalid(error.to_string()))?;
        serde_json::from_slice::<MenuInstSchema>(&content).map_err(|error| invalid(error.to_string()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_fields_are_checked() {
        let check = |text: &str| check(&[Entry::made("Menu/m.json", text.as_bytes(), false)]);
        let menu = r#"{"$schema": "https://json-schema.org/x", "menu_name": "M", "menu_items": []}"#;
        assert!(check(menu).is_ok());
        let error = check(r#"{"menu_name": "M", "menu_items": []}"#).map_err(|error| error.to_string());
        assert!(error.is_err_and(|text| text.contains("Menu/m.json") && text.contains("$schema")));
    }
}
