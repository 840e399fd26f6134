//! Template and expression texts, checked for syntax where they are read, evaluated later.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::machinery::{WhitespaceConfig, parse, parse_expr};

use super::error::TemplateError;
use super::program::{Expr, Node};
use super::{advice, cache, delimiters, guard, lower, plain, uses};
use crate::diagnostic::{Code, Diagnostic, Span};

/// A scalar whose text contains `${{` and `}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The whole text of the scalar.
    pub text: Arc<str>,
    /// Place of the scalar.
    pub span: Span,
    /// Names that the template uses, found without evaluating it (specification 3.7), sorted.
    pub uses: Arc<[String]>,
    program: Arc<[Node]>,
}

/// A bare expression, without delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// The text.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
    /// Names that it uses, sorted.
    pub uses: Arc<[String]>,
    program: Arc<Expr>,
}

impl Template {
    /// Whether a scalar's text is a template: it contains `${{` and `}}`.
    #[must_use]
    pub fn is_template(text: &str) -> bool {
        text.contains("${{") && text.contains("}}")
    }

    /// Checks the syntax of a template and finds the names it uses.
    ///
    /// Any text may be given: one without delimiters is a template that renders to itself.
    ///
    /// # Errors
    /// `template-syntax` or `limit-exceeded` at the scalar.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        if let Some((names, nodes)) = plain::template(text) {
            return Ok(Self { text: text.into(), span, uses: names, program: nodes.into() });
        }
        let cache::Parsed { text, uses, program } = cache::parsed(&cache::TEMPLATES, text, || {
            let at = |error: TemplateError| with_advice(error, text).at(span, |m| format!("invalid template: {m}"));
            let mut names = BTreeSet::new();
            let nodes = parse_template(&delimiters::to_jinja(text), &mut names).map_err(at)?;
            if has_plain_braces(text) {
                // The reference finds the names with the ordinary delimiters, so `{{ x }}` counts too, and has to parse.
                parse_template(text, &mut names).map_err(|error| {
                    at(error.with_help(
                        "in a text with `${{ }}`, `{{ }}` are delimiters too; write a literal `{{` as `${{ '{{' }}`",
                    ))
                })?;
            }
            Ok((names.into_iter().collect(), nodes.into()))
        })?;
        Ok(Self { text, span, uses, program })
    }

    /// The pieces of the template.
    pub(super) fn program(&self) -> &[Node] {
        &self.program
    }

    /// Whether the text looks as if it were one `${{ }}`: the reference then takes all in between for an expression,
    /// even `a }}.{{ b`.
    pub(super) fn looks_simple(&self) -> bool {
        let text = self.text.trim();
        text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).is_some_and(|inner| !inner.contains("${{"))
    }

    /// The expression, where the template is nothing but one `${{ }}`: context values keep its type.
    pub(super) fn simple(&self) -> Option<&Expr> {
        let mut simple = None;
        for node in &*self.program {
            match node {
                Node::Raw(blank) if blank.trim().is_empty() => {}
                Node::Emit(expr) if simple.is_none() => simple = Some(expr),
                _ => return None,
            }
        }
        simple
    }
}

impl Expression {
    /// Checks the syntax of an expression and finds the names it uses.
    ///
    /// # Errors
    /// `template-syntax` or `limit-exceeded` at the scalar.
    pub fn parse(text: &str, span: Span) -> Result<Self, Diagnostic> {
        Self::parse_text(text, span)
            .map_err(|error| with_advice(error, text).at(span, |m| format!("invalid expression: {m}")))
    }

    pub(super) fn parse_text(text: &str, span: Span) -> Result<Self, TemplateError> {
        if let Some(name) = plain::name(text) {
            let program = Arc::new(Expr::Var(name.into()));
            return Ok(Self { text: text.into(), span, uses: Arc::from([name.to_owned()]), program });
        }
        let cache::Parsed { text, uses, program } = cache::parsed(&cache::EXPRESSIONS, text, || {
            guard::check(text, true)?;
            let parsed = parse_expr(text).map_err(|e| TemplateError::syntax(&e))?;
            let mut names = BTreeSet::new();
            uses::of_expr(&parsed, &mut names);
            Ok::<_, TemplateError>((names.into_iter().collect(), Arc::new(lower::expr(&parsed))))
        })?;
        Ok(Self { text, span, uses, program })
    }

    /// The same expression at another place.
    #[must_use]
    pub(crate) fn at(&self, span: Span) -> Self {
        Self { span, ..self.clone() }
    }

    /// The parsed expression.
    pub(super) fn program(&self) -> &Expr {
        &self.program
    }
}

fn with_advice(error: TemplateError, text: &str) -> TemplateError {
    match advice::syntax(text) {
        Some(help) if error.code == Code::TemplateSyntax && error.help.is_none() => error.with_help(help),
        _ => error,
    }
}

fn parse_template(text: &str, names: &mut BTreeSet<String>) -> Result<Vec<Node>, TemplateError> {
    guard::check(text, false)?;
    let parsed = parse(text, "<string>", Default::default(), WhitespaceConfig::default())
        .map_err(|e| TemplateError::syntax(&e))?;
    uses::of_template(&parsed, names);
    Ok(lower::template(&parsed))
}

/// Whether the text contains `{{` without `$` before it.
fn has_plain_braces(text: &str) -> bool {
    text.match_indices("{{").any(|(at, _)| !text[..at].ends_with('$'))
}
