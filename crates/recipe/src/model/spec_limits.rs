//! Limits of match specs.

/// Longest match spec that is read, in bytes.
const MAX_BYTES: usize = 1024;

/// Deepest nesting of brackets in a match spec.
const MAX_NESTING: usize = 32;

/// What is wrong with a match spec or version spec that only an attacker writes: the library reads brackets by recursion,
/// and deep ones would overflow the stack.
pub(crate) fn spec_over_limit(text: &str) -> Option<String> {
    let too_large = |what: &str| {
        let start: String = text.chars().take(40).collect();
        Some(format!("match spec `{start}…` {what}"))
    };
    if text.len() > MAX_BYTES {
        return too_large(&format!("is too long (limit {MAX_BYTES} bytes)"));
    }
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            return too_large(&format!("has brackets nested too deeply (limit {MAX_NESTING} levels)"));
        }
    }
    None
}
