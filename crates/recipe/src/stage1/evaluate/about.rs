//! Evaluates `about`.

use super::fields::Evaluation;
use crate::stage0::{self, literal};
use crate::stage1::About;

/// Variables that license files may use before they have a value.
const LATE: &[&str] = &["SRC_DIR", "RECIPE_DIR", "BUILD_DIR", "PREFIX", "BUILD_PREFIX"];

impl Evaluation<'_> {
    /// All of the section.
    pub(super) fn about(&mut self, about: &stage0::About) -> About {
        About {
            homepage: about.homepage.as_ref().and_then(|url| self.checked(url, literal::absolute_url)),
            repository: about.repository.as_ref().and_then(|url| self.checked(url, literal::absolute_url)),
            documentation: about.documentation.as_ref().and_then(|url| self.checked(url, literal::absolute_url)),
            license: about.license.as_ref().and_then(|license| self.checked(license, literal::license)),
            license_file: about.license_file.as_ref().map(|files| {
                self.list(files, |this, value| {
                    let text = this.late_text(value, LATE).filter(|text| !text.is_empty())?;
                    (text.contains("${{") || this.check_glob(&text, value.span)).then_some(text)
                })
            }),
            license_family: about.license_family.as_ref().and_then(|family| self.trimmed(family)),
            summary: about.summary.as_ref().and_then(|summary| self.trimmed(summary)),
            description: about.description.as_ref().and_then(|description| self.trimmed(description)),
        }
    }
}
