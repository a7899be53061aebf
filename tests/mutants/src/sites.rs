//! Where in a file its mutants go.

use std::collections::HashMap;
use std::ops::Range;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::list::Mutant;
use crate::source::Source;

/// A place, and what can stand there instead.
pub(crate) struct Site {
    pub(crate) place: Range<usize>,
    pub(crate) kind: Kind,
}

/// What is changed, with the id of each mutant.
pub(crate) enum Kind {
    /// Before the first statement of a function: what it can return at once.
    Value(Vec<(usize, String)>),
    /// An expression: what can stand in its place.
    Expression(Vec<(usize, String)>),
    /// After the pattern of an arm without a guard: the arm can be passed over.
    Arm(usize),
}

/// What there is to write into a file.
pub(crate) struct Found {
    /// The outer before the inner.
    pub(crate) sites: Vec<Site>,
    pub(crate) placed: Vec<usize>,
    pub(crate) unplaced: Vec<usize>,
}

pub(crate) fn find(source: &Source, mutants: Vec<Mutant>) -> Result<Found, String> {
    let file = syn::parse_file(&source.text).map_err(|error| error.to_string())?;
    let mut waiting: HashMap<_, Vec<_>> = HashMap::new();
    for mutant in mutants {
        let at = source.offset(mutant.line, mutant.column.saturating_sub(1));
        waiting.entry((at, mutant.genre)).or_default().push((mutant.id, mutant.replacement));
    }
    let mut search = Search { source, waiting, sites: Vec::new(), placed: Vec::new(), unplaced: Vec::new() };
    search.visit_file(&file);
    let Search { waiting, mut sites, mut placed, mut unplaced, .. } = search;
    unplaced.extend(waiting.into_values().flatten().map(|(id, _)| id));
    placed.sort_unstable();
    unplaced.sort_unstable();
    // A statement is put before what begins at the same place, not into it.
    sites.sort_by_key(|site| (site.place.start, !site.place.is_empty(), std::cmp::Reverse(site.place.end)));
    Ok(Found { sites, placed, unplaced })
}

struct Search<'a> {
    source: &'a Source,
    /// By where they begin, and by their genre.
    waiting: HashMap<(usize, String), Vec<(usize, String)>>,
    sites: Vec<Site>,
    placed: Vec<usize>,
    unplaced: Vec<usize>,
}

impl Search<'_> {
    fn take(&mut self, at: usize, genre: &str) -> Vec<(usize, String)> {
        let taken = self.waiting.remove(&(at, genre.to_owned())).unwrap_or_default();
        self.placed.extend(taken.iter().map(|(id, _)| *id));
        taken
    }

    fn refuse(&mut self, at: usize, genre: &str) {
        let refused = self.waiting.remove(&(at, genre.to_owned())).unwrap_or_default();
        self.unplaced.extend(refused.iter().map(|(id, _)| *id));
    }

    fn expression(&mut self, place: Range<usize>, changes: Vec<(usize, String)>) {
        if !changes.is_empty() {
            self.sites.push(Site { place, kind: Kind::Expression(changes) });
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let Some(first) = block.stmts.first() else { return };
        let at = self.source.range(first.span()).start;
        // All that such a function returns has to have one type, which what it returns at once has not.
        if returns_some_type(signature) {
            self.refuse(at, "FnValue");
            return;
        }
        let values = self.take(at, "FnValue");
        if !values.is_empty() {
            self.sites.push(Site { place: at..at, kind: Kind::Value(values) });
        }
    }
}

/// Nothing is looked for where the compiler itself computes: nobody could switch it.
impl<'ast> Visit<'ast> for Search<'_> {
    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}
    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}
    fn visit_trait_item_const(&mut self, _: &'ast syn::TraitItemConst) {}
    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}
    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}
    fn visit_type_array(&mut self, _: &'ast syn::TypeArray) {}
    fn visit_generic_argument(&mut self, _: &'ast syn::GenericArgument) {}
    fn visit_variant(&mut self, _: &'ast syn::Variant) {}

    fn visit_expr_repeat(&mut self, repeat: &'ast syn::ExprRepeat) {
        self.visit_expr(&repeat.expr);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    /// The operators of an expression are taken together: another operator can bind otherwise, and what it
    /// makes of its neighbours has to be what it would make of them in the text.
    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let mut operators = Vec::new();
        if joined_with_let(binary) {
            // `let` can be joined by nothing but `&&`, and by no `if` either.
            conjunctions(binary, &mut operators);
            for operator in operators {
                self.refuse(self.source.range(operator.span()).start, "BinaryOperator");
            }
        } else {
            all_operators(binary, &mut operators);
            let whole = self.source.range(binary.span());
            let mut changes = Vec::new();
            for operator in operators {
                let place = self.source.range(operator.span());
                for (id, other) in self.take(place.start, "BinaryOperator") {
                    let text = &self.source.text;
                    let (before, after) = (&text[whole.start..place.start], &text[place.end..whole.end]);
                    changes.push((id, format!("{before}{other}{after}")));
                }
            }
            self.expression(whole, changes);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let at = self.source.range(unary.op.span()).start;
        let operand = &self.source.text[self.source.range(unary.expr.span())];
        let changes = self.take(at, "UnaryOperator").into_iter().map(|(id, _)| (id, operand.to_owned()));
        self.expression(self.source.range(unary.span()), changes.collect());
        visit::visit_expr_unary(self, unary);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let at = self.source.range(arm.span()).start;
        match &arm.guard {
            None => {
                let end = self.source.range(arm.pat.span()).end;
                for (id, _) in self.take(at, "MatchArm") {
                    self.sites.push(Site { place: end..end, kind: Kind::Arm(id) });
                }
            }
            Some((_, guard)) => {
                let place = self.source.range(guard.span());
                if has_let(guard) {
                    self.refuse(at, "MatchArm");
                    self.refuse(place.start, "MatchArmGuard");
                } else {
                    let mut changes = self.take(place.start, "MatchArmGuard");
                    changes.extend(self.take(at, "MatchArm").into_iter().map(|(id, _)| (id, "false".into())));
                    self.expression(place, changes);
                }
            }
        }
        visit::visit_arm(self, arm);
    }
}

fn all_operators<'ast>(binary: &'ast syn::ExprBinary, operators: &mut Vec<&'ast syn::BinOp>) {
    if let syn::Expr::Binary(left) = &*binary.left {
        all_operators(left, operators);
    }
    operators.push(&binary.op);
    if let syn::Expr::Binary(right) = &*binary.right {
        all_operators(right, operators);
    }
}

fn conjunctions<'ast>(binary: &'ast syn::ExprBinary, operators: &mut Vec<&'ast syn::BinOp>) {
    if !matches!(binary.op, syn::BinOp::And(_)) {
        return;
    }
    if let syn::Expr::Binary(left) = &*binary.left {
        conjunctions(left, operators);
    }
    operators.push(&binary.op);
    if let syn::Expr::Binary(right) = &*binary.right {
        conjunctions(right, operators);
    }
}

fn joined_with_let(binary: &syn::ExprBinary) -> bool {
    matches!(binary.op, syn::BinOp::And(_)) && (has_let(&binary.left) || has_let(&binary.right))
}

fn has_let(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => joined_with_let(binary),
        _ => false,
    }
}

/// Whether `impl Trait` stands in what a function returns.
fn returns_some_type(signature: &syn::Signature) -> bool {
    struct Finds(bool);
    impl<'ast> Visit<'ast> for Finds {
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
            self.0 = true;
        }
    }
    let mut finds = Finds(false);
    finds.visit_return_type(&signature.output);
    finds.0
}
