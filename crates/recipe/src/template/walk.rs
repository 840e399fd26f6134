//! Walks over what a template is after parsing: which names it reads, how deeply it nests.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::program::{Arg, Expr, Node};

/// The parts of a statement: its expressions, then the statements in it.
fn parts(node: &Node) -> (Vec<&Expr>, Vec<&[Node]>) {
    match node {
        Node::Raw(_) | Node::Unavailable(_) => (vec![], vec![]),
        Node::Emit(expr) | Node::Set(_, expr) | Node::Do(expr) | Node::Include(expr, _) => (vec![expr], vec![]),
        Node::For(l) => {
            let exprs = std::iter::once(&l.iterable).chain(&l.condition).collect();
            (exprs, vec![&l.body, &l.otherwise])
        }
        Node::If(test, then, otherwise) => (vec![test], vec![then, otherwise]),
        Node::SetBlock(_, filter, body) => (filter.iter().collect(), vec![body]),
        Node::With(assignments, body) => (assignments.iter().map(|(_, expr)| expr).collect(), vec![body]),
        Node::Filter(expr, body) | Node::AutoEscape(expr, body) => (vec![expr], vec![body]),
        Node::Macro(m) => (m.defaults.iter().collect(), vec![&m.body]),
        Node::CallBlock(m, call) => (std::iter::once(call).chain(&m.defaults).collect(), vec![&m.body]),
    }
}

/// The parts of an expression.
fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Const(_) | Expr::Var(_) | Expr::Captured => vec![],
        Expr::Not(a) | Expr::Negate(a) | Expr::Attribute(a, _) => vec![a],
        Expr::And(a, b) | Expr::ConstantAnd(a, b) | Expr::Or(a, b) | Expr::Binary(_, a, b) | Expr::Item(a, b) => {
            vec![a, b]
        }
        Expr::Compare(first, rest) => std::iter::once(&**first).chain(rest.iter().map(|(_, e)| e)).collect(),
        Expr::If(choice) => [&choice.test, &choice.value].into_iter().chain(&choice.otherwise).collect(),
        Expr::Slice(a, bounds) => std::iter::once(&**a).chain(bounds.iter().flatten()).collect(),
        Expr::Call(_, args) => args.iter().map(argument).collect(),
        Expr::Filter(a, _, args) | Expr::Test(a, _, args) | Expr::Method(a, _, args) | Expr::CallValue(a, args) => {
            std::iter::once(&**a).chain(args.iter().map(argument)).collect()
        }
        Expr::List(items) => items.iter().collect(),
        Expr::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
    }
}

fn argument(argument: &Arg) -> &Expr {
    match argument {
        Arg::Positional(e) | Arg::Named(_, e) | Arg::Splat(e) | Arg::NamedSplat(e) => e,
    }
}

/// Adds the names that statements read.
pub(super) fn names(nodes: &[Node], found: &mut BTreeSet<Arc<str>>) {
    for node in nodes {
        let (exprs, bodies) = parts(node);
        exprs.into_iter().for_each(|expr| names_of(expr, found));
        bodies.into_iter().for_each(|body| names(body, found));
    }
}

/// Adds the names that an expression reads.
pub(super) fn names_of(expr: &Expr, found: &mut BTreeSet<Arc<str>>) {
    match expr {
        Expr::Var(name) => drop(found.insert(name.clone())),
        Expr::Call(name, _) => drop(found.insert(name.clone())),
        _ => {}
    }
    children(expr).into_iter().for_each(|child| names_of(child, found));
}

/// How deeply statements nest, with the expressions in them.
pub(super) fn depth(nodes: &[Node]) -> usize {
    let of_node = |node: &Node| {
        let (exprs, bodies) = parts(node);
        let exprs = exprs.into_iter().map(depth_of).max().unwrap_or(0);
        1 + bodies.into_iter().map(depth).max().unwrap_or(0).max(exprs)
    };
    nodes.iter().map(of_node).max().unwrap_or(0)
}

/// How deeply an expression nests.
pub(super) fn depth_of(expr: &Expr) -> usize {
    1 + children(expr).into_iter().map(depth_of).max().unwrap_or(0)
}
