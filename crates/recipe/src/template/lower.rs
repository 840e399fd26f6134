//! Turns the parser's tree, which borrows from the text, into a [`Program`](super::program) of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use minijinja::machinery::ast;

use super::delimiters::ESCAPED_BRACE;
use super::program::{Arg, Comparison, Expr, ForLoop, IfExpr, Macro, Node, Operator, Target};
use super::walk;

/// The pieces of a parsed template.
pub(super) fn template(stmt: &ast::Stmt<'_>) -> Vec<Node> {
    match stmt {
        ast::Stmt::Template(template) => nodes(&template.children),
        other => vec![node(other)],
    }
}

fn nodes(stmts: &[ast::Stmt<'_>]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(stmts.len());
    // Escaped braces and comments split a text.
    let mut text = String::new();
    for stmt in stmts {
        match node(stmt) {
            Node::Raw(part) => text.push_str(&part),
            other => {
                if !text.is_empty() {
                    nodes.push(Node::Raw(std::mem::take(&mut text).into()));
                }
                nodes.push(other);
            }
        }
    }
    if !text.is_empty() {
        nodes.push(Node::Raw(text.into()));
    }
    nodes
}

fn node(stmt: &ast::Stmt<'_>) -> Node {
    match stmt {
        ast::Stmt::Template(t) => Node::If(Expr::Const(true.into()), nodes(&t.children), Vec::new()),
        ast::Stmt::EmitExpr(e) if is_escaped_brace(&e.expr) => Node::Raw("{".into()),
        ast::Stmt::EmitExpr(e) => Node::Emit(expr(&e.expr)),
        ast::Stmt::EmitRaw(raw) => Node::Raw(raw.raw.into()),
        ast::Stmt::ForLoop(l) => for_loop(l),
        ast::Stmt::IfCond(c) => Node::If(expr(&c.expr), nodes(&c.true_body), nodes(&c.false_body)),
        ast::Stmt::WithBlock(w) => {
            Node::With(w.assignments.iter().map(|(t, e)| (target(t), expr(e))).collect(), nodes(&w.body))
        }
        ast::Stmt::Set(s) => Node::Set(target(&s.target), expr(&s.expr)),
        ast::Stmt::SetBlock(s) => Node::SetBlock(target(&s.target), s.filter.as_ref().map(expr), nodes(&s.body)),
        ast::Stmt::FilterBlock(f) => Node::Filter(expr(&f.filter), nodes(&f.body)),
        ast::Stmt::AutoEscape(a) => Node::AutoEscape(expr(&a.enabled), nodes(&a.body)),
        // Nothing can extend a recipe's text, so a block is what it holds.
        ast::Stmt::Block(b) => Node::With(Vec::new(), nodes(&b.body)),
        ast::Stmt::Import(_) | ast::Stmt::FromImport(_) => Node::Unavailable("import"),
        ast::Stmt::Extends(_) => Node::Unavailable("extends"),
        ast::Stmt::Include(i) => Node::Include(expr(&i.name), i.ignore_missing),
        ast::Stmt::Macro(m) => Node::Macro(macro_of(m)),
        ast::Stmt::CallBlock(c) => Node::CallBlock(macro_of(&c.macro_decl), call(&c.call)),
        ast::Stmt::Do(d) => Node::Do(call(&d.call)),
    }
}

/// Whether an expression is text that only looked like a delimiter.
fn is_escaped_brace(e: &ast::Expr<'_>) -> bool {
    matches!(e, ast::Expr::Const(constant) if constant.value.as_str() == Some(ESCAPED_BRACE))
}

fn for_loop(l: &ast::ForLoop<'_>) -> Node {
    let (body, otherwise) = (nodes(&l.body), nodes(&l.else_body));
    Node::For(Arc::new(ForLoop {
        target: target(&l.target),
        iterable: expr(&l.iter),
        condition: l.filter_expr.as_ref().map(expr),
        depth: if l.recursive { walk::depth(&body).max(walk::depth(&otherwise)) } else { 0 },
        body,
        otherwise,
        recursive: l.recursive,
    }))
}

fn macro_of(m: &ast::Macro<'_>) -> Arc<Macro> {
    let (parameters, defaults): (Vec<_>, Vec<_>) =
        (m.args.iter().map(target).collect(), m.defaults.iter().map(expr).collect());
    let body = nodes(&m.body);
    let mut names = BTreeSet::new();
    walk::names(&body, &mut names);
    defaults.iter().for_each(|default| walk::names_of(default, &mut names));
    for parameter in &parameters {
        if let Target::Name(name) = parameter {
            names.remove(name);
        }
    }
    Arc::new(Macro {
        name: m.name.into(),
        free: names.into_iter().collect(),
        depth: walk::depth(&body).max(defaults.iter().map(walk::depth_of).max().unwrap_or(0)),
        parameters,
        defaults,
        body,
    })
}

fn target(e: &ast::Expr<'_>) -> Target {
    match e {
        ast::Expr::Var(var) => Target::Name(var.id.into()),
        ast::Expr::List(list) => Target::List(list.items.iter().map(target).collect()),
        _ => Target::Invalid,
    }
}

fn boxed(e: &ast::Expr<'_>) -> Box<Expr> {
    Box::new(expr(e))
}

/// A parsed expression.
pub(super) fn expr(e: &ast::Expr<'_>) -> Expr {
    match e {
        ast::Expr::Var(var) => Expr::Var(var.id.into()),
        ast::Expr::Const(constant) => Expr::Const(constant.value.clone()),
        ast::Expr::Slice(s) => Expr::Slice(
            boxed(&s.expr),
            Box::new([s.start.as_ref().map(expr), s.stop.as_ref().map(expr), s.step.as_ref().map(expr)]),
        ),
        ast::Expr::UnaryOp(op) => match op.op {
            ast::UnaryOpKind::Not => Expr::Not(boxed(&op.expr)),
            ast::UnaryOpKind::Neg => Expr::Negate(boxed(&op.expr)),
        },
        ast::Expr::BinOp(op) => binary(op),
        ast::Expr::Compare(c) => {
            Expr::Compare(boxed(&c.expr), c.ops.iter().map(|op| (comparison(op.op), expr(&op.expr))).collect())
        }
        ast::Expr::IfExpr(i) => Expr::If(Box::new(IfExpr {
            test: expr(&i.test_expr),
            value: expr(&i.true_expr),
            otherwise: i.false_expr.as_ref().map(expr),
        })),
        ast::Expr::Filter(f) => Expr::Filter(
            f.expr.as_ref().map_or_else(|| Box::new(Expr::Captured), boxed),
            without_blanks(f.name),
            args(&f.args),
        ),
        ast::Expr::Test(t) => Expr::Test(boxed(&t.expr), without_blanks(t.name), args(&t.args)),
        ast::Expr::GetAttr(g) => Expr::Attribute(boxed(&g.expr), g.name.into()),
        ast::Expr::GetItem(g) => Expr::Item(boxed(&g.expr), boxed(&g.subscript_expr)),
        ast::Expr::Call(c) => call(c),
        ast::Expr::List(list) => Expr::List(list.items.iter().map(expr).collect()),
        ast::Expr::Map(map) => {
            Expr::Map(map.keys.iter().zip(&map.values).map(|(key, value)| (expr(key), expr(value))).collect())
        }
    }
}

fn call(call: &ast::Call<'_>) -> Expr {
    match &call.expr {
        ast::Expr::Var(var) => Expr::Call(var.id.into(), args(&call.args)),
        ast::Expr::GetAttr(g) => Expr::Method(boxed(&g.expr), g.name.into(), args(&call.args)),
        other => Expr::CallValue(boxed(other), args(&call.args)),
    }
}

fn binary(op: &ast::BinOp<'_>) -> Expr {
    let operator = match op.op {
        ast::BinOpKind::ScAnd if is_constant(&op.left) && is_constant(&op.right) => {
            return Expr::ConstantAnd(boxed(&op.left), boxed(&op.right));
        }
        ast::BinOpKind::ScAnd => return Expr::And(boxed(&op.left), boxed(&op.right)),
        ast::BinOpKind::ScOr => return Expr::Or(boxed(&op.left), boxed(&op.right)),
        ast::BinOpKind::Add => Operator::Add,
        ast::BinOpKind::Sub => Operator::Subtract,
        ast::BinOpKind::Mul => Operator::Multiply,
        ast::BinOpKind::Div => Operator::Divide,
        ast::BinOpKind::FloorDiv => Operator::FloorDivide,
        ast::BinOpKind::Rem => Operator::Remainder,
        ast::BinOpKind::Pow => Operator::Power,
        ast::BinOpKind::Concat => Operator::Concatenate,
        ast::BinOpKind::Eq => return one_comparison(Comparison::Equal, op),
        ast::BinOpKind::Ne => return one_comparison(Comparison::NotEqual, op),
        ast::BinOpKind::Lt => return one_comparison(Comparison::Less, op),
        ast::BinOpKind::Lte => return one_comparison(Comparison::LessOrEqual, op),
        ast::BinOpKind::Gt => return one_comparison(Comparison::Greater, op),
        ast::BinOpKind::Gte => return one_comparison(Comparison::GreaterOrEqual, op),
        ast::BinOpKind::In => return one_comparison(Comparison::In, op),
    };
    Expr::Binary(operator, boxed(&op.left), boxed(&op.right))
}

/// Whether minijinja calculates an expression when it compiles it: literals, and operators on them.
fn is_constant(e: &ast::Expr<'_>) -> bool {
    let literal = |e: &ast::Expr<'_>| matches!(e, ast::Expr::Const(_));
    match e {
        ast::Expr::Const(_) => true,
        ast::Expr::List(list) => list.items.iter().all(literal),
        ast::Expr::Map(map) => map.keys.iter().chain(&map.values).all(literal),
        ast::Expr::UnaryOp(op) => is_constant(&op.expr),
        ast::Expr::BinOp(op) => is_constant(&op.left) && is_constant(&op.right),
        ast::Expr::Compare(c) => is_constant(&c.expr) && c.ops.iter().all(|op| is_constant(&op.expr)),
        _ => false,
    }
}

fn one_comparison(comparison: Comparison, op: &ast::BinOp<'_>) -> Expr {
    Expr::Compare(boxed(&op.left), vec![(comparison, expr(&op.right))])
}

fn comparison(op: ast::CompareOpKind) -> Comparison {
    match op {
        ast::CompareOpKind::Eq => Comparison::Equal,
        ast::CompareOpKind::Ne => Comparison::NotEqual,
        ast::CompareOpKind::Lt => Comparison::Less,
        ast::CompareOpKind::Lte => Comparison::LessOrEqual,
        ast::CompareOpKind::Gt => Comparison::Greater,
        ast::CompareOpKind::Gte => Comparison::GreaterOrEqual,
        ast::CompareOpKind::In => Comparison::In,
        ast::CompareOpKind::NotIn => Comparison::NotIn,
    }
}

fn args(args: &[ast::CallArg<'_>]) -> Vec<Arg> {
    args.iter()
        .map(|arg| match arg {
            ast::CallArg::Pos(e) => Arg::Positional(expr(e)),
            ast::CallArg::Kwarg(name, e) => Arg::Named((*name).into(), expr(e)),
            ast::CallArg::PosSplat(e) => Arg::Splat(expr(e)),
            ast::CallArg::KwargSplat(e) => Arg::NamedSplat(expr(e)),
        })
        .collect()
}

/// Filter and test names may be dotted, with blanks around the dots.
fn without_blanks(name: &str) -> Box<str> {
    name.split_ascii_whitespace().collect::<String>().into()
}
