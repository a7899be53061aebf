//! What becomes of a text with mutants in it.

#![allow(clippy::expect_used, reason = "a test fails where it is surprised")]

use std::collections::HashSet;

use crate::list::Mutant;
use crate::source::Source;
use crate::{sites, written};

/// A genre, the text before which the mutant begins, and the replacement.
type Change = (&'static str, &'static str, &'static str);

/// The text with these mutants, less markers and the path of the switch; and the ids that were not placed.
fn switched_without(text: &str, changes: &[Change], left_out: &[usize]) -> (String, Vec<usize>) {
    let mutants = changes.iter().zip(1..).map(|((genre, before, replacement), id)| {
        let at = text.find(before).expect("it stands in the text");
        let line = text[..at].matches('\n').count() + 1;
        let column = text[..at].chars().rev().take_while(|c| *c != '\n').count() + 1;
        let (genre, replacement) = ((*genre).to_owned(), (*replacement).to_owned());
        Mutant { id, file: String::new(), genre, replacement, line, column }
    });
    let mutants = mutants.collect();
    let source = Source::new(text.to_owned());
    let found = sites::find(&source, mutants).expect("it is Rust");
    let left_out: HashSet<usize> = left_out.iter().copied().collect();
    let written = written::write(&source, &found.sites, &left_out);
    syn::parse_file(&written).expect("what is written is Rust");
    let mut plain = written.replace("crate::switched::on", "on");
    for id in 1..=changes.len() {
        assert_eq!(written.contains(&format!("/*<{id}*/")), written.contains(&format!("/*{id}>*/")));
        assert_eq!(
            written.contains(&format!("/*<{id}*/")),
            found.placed.contains(&id) && !left_out.contains(&id)
        );
        plain = plain.replace(&format!("/*<{id}*/"), "").replace(&format!("/*{id}>*/"), "");
    }
    (plain, found.unplaced)
}

fn switched(text: &str, changes: &[Change]) -> String {
    let (written, unplaced) = switched_without(text, changes, &[]);
    assert_eq!(unplaced, [0; 0]);
    written
}

#[test]
fn an_operator_is_replaced_in_all_of_its_expression() {
    assert_eq!(
        switched("fn f() { a + b * c }", &[("BinaryOperator", "* c", "+"), ("BinaryOperator", "+", "-")]),
        "fn f() { (if on(2) {a - b * c} else if on(1) {a + b + c} else { a + b * c }) }"
    );
    assert_eq!(
        switched("fn f() { a += 1; }", &[("BinaryOperator", "+=", "-=")]),
        "fn f() { (if on(1) {a -= 1} else { a += 1 }); }"
    );
}

#[test]
fn an_operator_is_deleted() {
    assert_eq!(
        switched("fn f() { !a }", &[("UnaryOperator", "!", "")]),
        "fn f() { (if on(1) {a} else { !a }) }"
    );
}

#[test]
fn a_function_returns_something_else_before_it_does_anything() {
    assert_eq!(
        switched("fn f() -> u8 { a + 1 }", &[("FnValue", "a +", "0"), ("BinaryOperator", "+", "-")]),
        "fn f() -> u8 { if on(1) { return 0; } (if on(2) {a - 1} else { a + 1 }) }"
    );
}

#[test]
fn an_arm_is_passed_over() {
    assert_eq!(
        switched("fn f() { match a { Some(b) => b, _ => c } }", &[("MatchArm", "Some", "")]),
        "fn f() { match a { Some(b) if !on(1) => b, _ => c } }"
    );
}

#[test]
fn a_guard_holds_always_or_never_and_its_arm_is_passed_over() {
    let guard = "b > 1";
    assert_eq!(
        switched(
            "fn f() { match a { Some(b) if b > 1 => b, _ => c } }",
            &[
                ("MatchArmGuard", guard, "true"),
                ("MatchArmGuard", guard, "false"),
                ("MatchArm", "Some", ""),
                ("BinaryOperator", "> 1", "<")
            ]
        ),
        "fn f() { match a { Some(b) if (if on(1) {true} else if on(2) {false} else if on(3) {false} else { \
         (if on(4) {b < 1} else { b > 1 }) }) => b, _ => c } }"
    );
}

#[test]
fn what_stands_in_another_is_switched_where_the_other_is_not() {
    assert_eq!(
        switched(
            "fn f() { a || !(b == c) }",
            &[("BinaryOperator", "||", "&&"), ("UnaryOperator", "!", ""), ("BinaryOperator", "==", "!=")]
        ),
        "fn f() { (if on(1) {a && !(b == c)} else { a || \
         (if on(2) {(b == c)} else { !((if on(3) {b != c} else { b == c })) }) }) }"
    );
}

#[test]
fn columns_are_characters() {
    assert_eq!(
        switched("fn f() {\n \"ä\"; a + b }", &[("BinaryOperator", "+", "-")]),
        "fn f() {\n \"ä\"; (if on(1) {a - b} else { a + b }) }"
    );
}

#[test]
fn what_joins_a_let_is_left_to_others_and_what_stands_beside_it_is_not() {
    let text = "fn f() { if a && b == c && let Some(d) = e {} }";
    let changes = [("BinaryOperator", "&& b", "||"), ("BinaryOperator", "&& let", "||")];
    assert_eq!(switched_without(text, &changes, &[]), (text.to_owned(), vec![1, 2]));
    assert_eq!(
        switched(text, &[("BinaryOperator", "==", "!=")]),
        "fn f() { if (if on(1) {a && b != c} else { a && b == c }) && let Some(d) = e {} }"
    );
}

#[test]
fn what_the_compiler_computes_and_what_has_no_name_for_its_type_is_left_to_others() {
    for (text, change) in [
        ("const A: u8 = 1 + 2;", ("BinaryOperator", "+", "-")),
        ("fn f() { [0; 1 + 2] }", ("BinaryOperator", "+", "-")),
        ("fn f() -> Option<impl A> { b }", ("FnValue", "b }", "None")),
        ("fn f() { A { b: c, ..d } }", ("StructField", "b:", "")),
    ] {
        assert_eq!(switched_without(text, &[change], &[]), (text.to_owned(), vec![1]));
    }
}

#[test]
fn what_is_left_out_leaves_the_rest() {
    let text = "fn f() { match a { Some(b) => b + 1, _ => c } }";
    let changes = [("MatchArm", "Some", ""), ("BinaryOperator", "+", "-"), ("BinaryOperator", "+", "*")];
    assert_eq!(
        switched_without(text, &changes, &[1, 2]).0,
        "fn f() { match a { Some(b) => (if on(3) {b * 1} else { b + 1 }), _ => c } }"
    );
    assert_eq!(switched_without(text, &changes, &[1, 2, 3]).0, text);
}
