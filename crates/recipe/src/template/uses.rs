//! Which variables a template uses, found from its syntax tree alone.
//!
//! This decides which variant keys multiply a recipe, and so which packages come out: the rules, their gaps included,
//! are those of the reference. `compiler('c')` stands for the variant keys it reads; values of map literals, conditions
//! of loops, bodies of `{% set %}` blocks and of macros are not looked into.

use std::collections::BTreeSet;

use minijinja::machinery::ast;

/// Names that a template uses.
pub(super) fn of_template(stmt: &ast::Stmt<'_>, names: &mut BTreeSet<String>) {
    match stmt {
        ast::Stmt::Template(t) => of_body(&t.children, names),
        ast::Stmt::EmitExpr(e) => of_expr(&e.expr, names),
        ast::Stmt::ForLoop(l) => {
            of_expr(&l.iter, names);
            of_body(&l.body, names);
            of_body(&l.else_body, names);
        }
        ast::Stmt::IfCond(c) => {
            of_expr(&c.expr, names);
            of_body(&c.true_body, names);
            of_body(&c.false_body, names);
        }
        ast::Stmt::WithBlock(w) => {
            w.assignments.iter().for_each(|(_, e)| of_expr(e, names));
            of_body(&w.body, names);
        }
        ast::Stmt::Set(s) => of_expr(&s.expr, names),
        ast::Stmt::FilterBlock(f) => {
            of_expr(&f.filter, names);
            of_body(&f.body, names);
        }
        ast::Stmt::Do(d) => of_call(&d.call, names),
        ast::Stmt::AutoEscape(a) => {
            of_expr(&a.enabled, names);
            of_body(&a.body, names);
        }
        ast::Stmt::Block(b) => of_body(&b.body, names),
        _ => {}
    }
}

fn of_body(stmts: &[ast::Stmt<'_>], names: &mut BTreeSet<String>) {
    stmts.iter().for_each(|stmt| of_template(stmt, names));
}

fn of_optional(expr: Option<&ast::Expr<'_>>, names: &mut BTreeSet<String>) {
    if let Some(expr) = expr {
        of_expr(expr, names);
    }
}

/// Names that an expression uses.
pub(super) fn of_expr(expr: &ast::Expr<'_>, names: &mut BTreeSet<String>) {
    match expr {
        ast::Expr::Var(var) => {
            names.insert(var.id.to_owned());
        }
        ast::Expr::Const(_) => {}
        ast::Expr::Slice(s) => {
            of_expr(&s.expr, names);
            of_optional(s.start.as_ref(), names);
            of_optional(s.stop.as_ref(), names);
            of_optional(s.step.as_ref(), names);
        }
        ast::Expr::UnaryOp(op) => of_expr(&op.expr, names),
        ast::Expr::BinOp(op) => {
            of_expr(&op.left, names);
            of_expr(&op.right, names);
        }
        ast::Expr::Compare(c) => {
            of_expr(&c.expr, names);
            c.ops.iter().for_each(|op| of_expr(&op.expr, names));
        }
        ast::Expr::IfExpr(i) => {
            of_expr(&i.test_expr, names);
            of_expr(&i.true_expr, names);
            of_optional(i.false_expr.as_ref(), names);
        }
        ast::Expr::Filter(f) => {
            of_optional(f.expr.as_ref(), names);
            of_args(&f.args, names);
        }
        ast::Expr::Test(t) => {
            of_expr(&t.expr, names);
            of_args(&t.args, names);
        }
        ast::Expr::GetAttr(g) => of_expr(&g.expr, names),
        ast::Expr::GetItem(g) => {
            of_expr(&g.expr, names);
            of_expr(&g.subscript_expr, names);
        }
        ast::Expr::Call(call) => of_call(call, names),
        ast::Expr::List(list) => list.items.iter().for_each(|item| of_expr(item, names)),
        ast::Expr::Map(map) => map.keys.iter().for_each(|key| of_expr(key, names)),
    }
}

fn of_call(call: &ast::Call<'_>, names: &mut BTreeSet<String>) {
    if let ast::Expr::Var(function) = &call.expr {
        match function.id {
            kind @ ("compiler" | "stdlib") => {
                match call.args.first() {
                    Some(ast::CallArg::Pos(ast::Expr::Const(language))) => {
                        if let Some(language) = language.value.as_str() {
                            names.insert(format!("{language}_{kind}"));
                            names.insert(format!("{language}_{kind}_version"));
                            names.insert("CONDA_BUILD_SYSROOT".to_owned());
                        }
                    }
                    _ => of_args(&call.args, names),
                }
                return;
            }
            "pin_subpackage" | "pin_compatible" | "match" => return of_args(&call.args, names),
            "cdt" => {
                names.insert("cdt_name".to_owned());
                return;
            }
            _ => {}
        }
    }
    of_expr(&call.expr, names);
    of_args(&call.args, names);
}

fn of_args(args: &[ast::CallArg<'_>], names: &mut BTreeSet<String>) {
    for arg in args {
        match arg {
            ast::CallArg::Pos(e)
            | ast::CallArg::Kwarg(_, e)
            | ast::CallArg::PosSplat(e)
            | ast::CallArg::KwargSplat(e) => of_expr(e, names),
        }
    }
}
