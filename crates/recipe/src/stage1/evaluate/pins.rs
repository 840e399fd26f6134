//! Evaluates pins, and warns of those that cannot mean what they say.

use std::str::FromStr;

use rattler_conda_types::{ParseStrictness, Version, VersionSpec};

use super::EvaluatedOutput;
use super::fields::Evaluation;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::{Pin, apply_pin};
use crate::stage0::{self, Value};
use crate::stage1::Dependency;

impl Evaluation<'_> {
    /// A dependency that is a pin: the JSON text that `pin_subpackage` and `pin_compatible` give.
    pub(super) fn pin(&mut self, text: &str, value: &Value<stage0::Dependency>) -> Option<Dependency> {
        let dependency = match serde_json::from_str(text) {
            Ok(dependency @ (Dependency::PinSubpackage(_) | Dependency::PinCompatible(_))) => dependency,
            _ => {
                self.error(
                    Diagnostic::error(Code::InvalidMatchSpec, format!("`{text}` is not a pin"), value.span)
                        .with_help("write `${{ pin_subpackage(…) }}` or `${{ pin_compatible(…) }}` as the whole item"),
                );
                return None;
            }
        };
        match &dependency {
            Dependency::PinSubpackage(pin) => {
                self.warn_of_lost_bounds(&pin.pin_subpackage, value);
                self.pins.push((pin.pin_subpackage.clone(), value.span));
            }
            Dependency::PinCompatible(pin) => self.warn_of_lost_bounds(&pin.pin_compatible, value),
            Dependency::Spec(_) => {}
        }
        Some(dependency)
    }

    fn warn_of_lost_bounds(&mut self, pin: &Pin, value: &Value<stage0::Dependency>) {
        let unbound = !pin.exact && pin.lower_bound.is_none() && pin.upper_bound.is_none() && pin.build.is_none();
        let stage0::ValueKind::Template(template) = &value.kind else { return };
        if unbound && template.text.contains("exact") {
            let message = format!("the pin on `{}` constrains nothing: `exact` takes its bounds away", pin.name);
            self.warnings
                .push(Diagnostic::warning(Code::PinWithoutBounds, message, value.span).with_help("leave `exact` out"));
        }
    }

    /// Warns of pins on outputs whose own versions do not fit them: the upper bound of `1.2rc1` is `<1.2a2`.
    pub(super) fn warn_of_excluding_pins(&mut self, outputs: &[EvaluatedOutput]) {
        for (pin, span) in std::mem::take(&mut self.pins) {
            let pinned = outputs.iter().map(|output| &output.recipe.package).find(|package| package.name == pin.name);
            if let Some(warning) = pinned.and_then(|package| excludes(&pin, &package.version, span)) {
                self.warnings.push(warning);
            }
        }
    }
}

fn excludes(pin: &Pin, version: &str, span: Span) -> Option<Diagnostic> {
    // Only letters, as in `1.2rc1`, make a bound fall below its version; all others need no second look.
    if pin.exact || !version.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let spec = apply_pin(pin, version, "").ok()?;
    let versions = spec.strip_prefix(pin.name.as_str())?.split_whitespace().next()?;
    let fits =
        VersionSpec::from_str(versions, ParseStrictness::Lenient).ok()?.matches(&Version::from_str(version).ok()?);
    (!fits).then(|| {
        Diagnostic::warning(
            Code::PinExcludesVersion,
            format!("the pin means `{spec}`, which version {version} itself does not fit"),
            span,
        )
        .with_help("pin on fewer or more segments, or give `upper_bound` as a version")
    })
}
