//! Checks a text's tokens before it is parsed, so that no text can overflow the stack or hit a panic of the parser.
//!
//! The parser recurses for brackets, unary operators and conditional expressions, and builds trees as deep as a chain of
//! operators is long; its lexer panics when text follows the end of a bare expression. A trap cannot be caught in
//! WebAssembly, so all of that is refused here, long before it hurts and far beyond what recipes need.

use minijinja::machinery::{Token, Tokenizer, WhitespaceConfig};

use super::error::TemplateError;

/// Longest text of a template, in bytes.
const MAX_TEXT: usize = 1 << 20;
/// Most brackets that may be open at one place.
const MAX_DEPTH: usize = 32;
/// Most operators in one `${{ }}`, `{% %}` or bare expression.
const MAX_OPERATORS: usize = 128;
/// Most `{% %}` tags in one text.
const MAX_TAGS: usize = 512;

/// Refuses a text that the parser cannot take safely.
pub(super) fn check(text: &str, bare_expression: bool) -> Result<(), TemplateError> {
    if text.len() > MAX_TEXT {
        return Err(TemplateError::limit(format!("too long for a template (limit {} MiB)", MAX_TEXT >> 20)));
    }
    let mut tokens = Tokenizer::new(text, "<string>", bare_expression, Default::default(), WhitespaceConfig::default());
    let (mut depth, mut operators, mut tags) = (0_usize, 0_usize, 0_usize);
    loop {
        let token = match tokens.next_token() {
            Ok(Some((token, _))) => token,
            Ok(None) => return Ok(()),
            Err(error) => return Err(TemplateError::syntax(&error)),
        };
        match token {
            Token::VariableEnd if bare_expression => {
                // Another call would panic: the lexer has no state left.
                return Err(TemplateError::syntax_message("unexpected `}}`".to_owned()));
            }
            Token::VariableStart | Token::VariableEnd | Token::BlockEnd => (depth, operators) = (0, 0),
            Token::BlockStart => {
                (depth, operators) = (0, 0);
                tags += 1;
            }
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                depth += 1;
                operators += 1;
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => depth = depth.saturating_sub(1),
            Token::Ident("and" | "or" | "not" | "if" | "else" | "is" | "in") => operators += 1,
            Token::Ident(_)
            | Token::TemplateData(_)
            | Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_)
            | Token::Comma
            | Token::Colon
            | Token::Assign => {}
            _ => operators += 1,
        }
        if depth > MAX_DEPTH {
            return Err(TemplateError::limit(format!("brackets are nested too deeply (limit {MAX_DEPTH} levels)")));
        }
        if operators > MAX_OPERATORS {
            return Err(TemplateError::limit(format!("too many operators in an expression (limit {MAX_OPERATORS})")));
        }
        if tags > MAX_TAGS {
            return Err(TemplateError::limit(format!("too many `{{% %}}` tags (limit {MAX_TAGS})")));
        }
    }
}
