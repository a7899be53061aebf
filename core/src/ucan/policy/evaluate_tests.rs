//! What policies come to, decision by decision.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use super::super::testing::*;
use super::Truth::{self, False, True, Unknown};
use super::*;
use crate::ucan::policy::{MAX_STEPS, Statement};

fn truth(policy: &str, args: &str) -> Truth {
    let args = cbor(args);
    let policy = Policy::from_json(policy).unwrap();
    let args = View::parse(&args).unwrap();
    let truth = policy.evaluate(args, &mut Budget::new()).unwrap();
    let failure = policy.first_failure(args, &mut Budget::new()).unwrap();
    assert_eq!(failure.is_none(), truth == True, "the explanation agrees: {policy}");
    truth
}

#[track_caller]
fn all_are(expected: Truth, args: &str, statements: &[&str]) {
    for statement in statements {
        assert_eq!(truth(&format!("[{statement}]"), args), expected, "{statement}");
    }
}

#[test]
fn equality_is_of_every_kind_and_of_exact_numbers() {
    let args = r#"{"i":1,"f":1.0,"big":9007199254740993,"s":"1","n":null,"b":true,"l":[1,{"x":2.0}],"z":-0.0,
        "raw":{"/":{"bytes":"aGk"}},"link":{"/":"bafkqabiaaebagba"}}"#;
    all_are(
        True,
        args,
        &[
            r#"["==",".i",1.0]"#,
            r#"["==",".f",1]"#,
            r#"["==",".l",[1.0,{"x":2}]]"#,
            r#"["==",".z",0]"#,
            r#"["==",".n",null]"#,
            r#"["==",".raw",{"/":{"bytes":"aGk"}}]"#,
            r#"["==",".raw[0]",104.0]"#,
            r#"["==",".raw[1:]",{"/":{"bytes":"aQ"}}]"#,
            r#"["==",".link",{"/":"bafkqabiaaebagba"}]"#,
            r#"["==",".l[0:1]",[1]]"#,
            r#"["==",".l[1][]",[2]]"#,
            r#"["!=",".big",9007199254740992.0]"#,
            r#"["!=",".i","1"]"#,
            r#"["!=",".b",1]"#,
            r#"["!=",".n",0]"#,
            r#"["!=",".raw[1:]","i"]"#,
            r#"["!=",".l[0:1]",{"a":1}]"#,
            r#"["!=",".l[0:1]",[1,1]]"#,
        ],
    );
    all_are(
        False,
        args,
        &[
            r#"["!=",".i",1.0]"#,
            r#"["==",".big",9007199254740992.0]"#,
            r#"["==",".i","1"]"#,
            r#"["==",".s",1]"#,
            r#"["==",".b",1]"#,
            r#"["==",".l",[1]]"#,
            r#"["==",".raw","hi"]"#,
            r#"["==",".raw[0]",105]"#,
            r#"["==",".l[0:1]",[2]]"#,
        ],
    );
}

#[test]
fn sizes_compare_only_between_numbers() {
    let args = r#"{"i":2,"f":2.5,"s":"2","max":18446744073709551615,"min":-18446744073709551616,"raw":{"/":{"bytes":"BQ"}}}"#;
    all_are(
        True,
        args,
        &[
            r#"["<",".i",2.1]"#,
            r#"["<=",".i",2.0]"#,
            r#"[">",".f",2]"#,
            r#"[">=",".f",2.5]"#,
            r#"["<",".max",1.8446744073709552e19]"#,
            r#"[">=",".min",-1.8446744073709552e19]"#,
            r#"["<",".min",-18446744073709551615]"#,
            r#"["<",".i",1e300]"#,
            r#"[">",".raw[0]",4]"#,
        ],
    );
    all_are(
        False,
        args,
        &[
            r#"["<",".i",2.0]"#,
            r#"[">",".i",2]"#,
            r#"["<=",".f",2]"#,
            r#"[">=",".i",2.5]"#,
            r#"[">=",".max",1.8446744073709552e19]"#,
        ],
    );
    all_are(
        Unknown,
        args,
        &[
            r#"["<",".s",3]"#,
            r#"["not",["<",".s",3]]"#,
            r#"[">",".raw",3]"#,
            r#"["<",".nope",3]"#,
            r#"["<",".nope?",3]"#,
            r#"["<",".",3]"#,
        ],
    );
}

#[test]
fn like_is_only_of_strings() {
    let args = r#"{"s":"a\nb","n":1,"raw":{"/":{"bytes":"aGk"}},"l":["a"]}"#;
    all_are(True, args, &[r#"["like",".s","a*b"]"#, r#"["like",".s","*"]"#, r#"["not",["like",".s","b*"]]"#]);
    all_are(
        Unknown,
        args,
        &[
            r#"["like",".n","*"]"#,
            r#"["like",".raw","*"]"#,
            r#"["like",".l","*"]"#,
            r#"["like",".x","*"]"#,
            r#"["like",".x?","*"]"#,
            r#"["not",["like",".n","*"]]"#,
        ],
    );
}

#[test]
fn a_missing_field_never_opens_a_door() {
    all_are(
        Unknown,
        r#"{"a":1}"#,
        &[
            r#"["==",".b",1]"#,
            r#"["!=",".b",1]"#,
            r#"["not",["==",".b",1]]"#,
            r#"["not",["not",["==",".b",1]]]"#,
            r#"["not",["!=",".b",1]]"#,
            r#"["==",".b",null]"#,
            r#"["==",".b.c?",null]"#,
            r#"["not",["and",[["==",".a",1],["==",".b",1]]]]"#,
            r#"["not",["or",[["==",".a",2],["==",".b",1]]]]"#,
            r#"["all",".b",["==",".",1]]"#,
            r#"["not",["any",".b",["==",".",1]]]"#,
        ],
    );
    // An optional segment makes an ordinary null: whoever writes it asks for that.
    all_are(True, r#"{"a":1}"#, &[r#"["==",".b?",null]"#, r#"["!=",".b?",1]"#, r#"["==",".b?.c?",null]"#]);
    all_are(False, r#"{"a":1}"#, &[r#"["!=",".b?",null]"#, r#"["==",".b?",0]"#]);
    all_are(True, r#"{"b":null}"#, &[r#"["==",".b",null]"#, r#"["!=",".b",1]"#]);
}

#[test]
fn what_is_decided_outweighs_what_is_unknown() {
    let args = r#"{"a":1}"#;
    all_are(
        False,
        args,
        &[
            r#"["and",[["==",".x",1],["==",".a",2]]]"#,
            r#"["and",[["==",".a",2],["==",".x",1]]]"#,
            r#"["not",["or",[["==",".x",1],["==",".a",1]]]]"#,
        ],
    );
    all_are(
        True,
        args,
        &[r#"["or",[["==",".x",1],["==",".a",1]]]"#, r#"["not",["and",[["==",".x",1],["==",".a",2]]]]"#],
    );
    all_are(
        Unknown,
        args,
        &[r#"["and",[["==",".a",1],["==",".x",1]]]"#, r#"["or",[["==",".a",2],["==",".x",1]]]"#],
    );
    // The top level is an `and`.
    assert_eq!(truth(r#"[["==",".x",1],["==",".a",2]]"#, args), False);
    assert_eq!(truth("[]", args), True);
}

#[test]
fn what_is_empty() {
    let args = r#"{"l":[],"m":{}}"#;
    all_are(
        True,
        args,
        &[
            r#"["and",[]]"#,
            r#"["or",[]]"#,
            r#"["all",".l",["==",".",1]]"#,
            r#"["all",".m",["==",".",1]]"#,
            r#"["all",".l[1:]",["==",".",1]]"#,
        ],
    );
    all_are(False, args, &[r#"["not",["or",[]]]"#, r#"["not",["all",".l",["==",".",1]]]"#]);
    all_are(
        Unknown,
        args,
        &[
            r#"["any",".l",["or",[]]]"#,
            r#"["any",".m",["or",[]]]"#,
            r#"["not",["any",".l",["==",".",1]]]"#,
            r#"["any",".m[]",["==",".",1]]"#,
        ],
    );
}

#[test]
fn quantifiers_extend_and_and_or() {
    let args = r#"{"l":[1,2,3],"m":{"bb":2,"a":1},"mixed":[1,"x",9],"raw":{"/":{"bytes":"AAE"}},"s":"abc","d":[{"v":[1]},{"v":[5,6]}]}"#;
    all_are(
        True,
        args,
        &[
            r#"["all",".l",["<",".",4]]"#,
            r#"["any",".l",[">",".",2]]"#,
            r#"["all",".m",["<",".",3]]"#,
            r#"["any",".m[]",["==",".",2]]"#,
            r#"["all",".l[1:]",[">",".",1]]"#,
            r#"["any",".mixed",[">",".",5]]"#,
            r#"["any",".d",["all",".v",[">",".",4]]]"#,
            r#"["not",["any",".l",["==",".",4]]]"#,
        ],
    );
    all_are(
        False,
        args,
        &[
            r#"["all",".l",["<",".",3]]"#,
            r#"["any",".l",[">",".",3]]"#,
            r#"["all",".mixed",["<",".",9]]"#,
            r#"["not",["any",".mixed",[">",".",5]]]"#,
            r#"["all",".d",["any",".v",[">",".",4]]]"#,
        ],
    );
    all_are(
        Unknown,
        args,
        &[
            r#"["all",".mixed",["<",".",10]]"#,
            r#"["any",".mixed",[">",".",10]]"#,
            r#"["all",".raw",["<",".",10]]"#,
            r#"["any",".s",["==",".","a"]]"#,
            r#"["all",".x?",["==",".",1]]"#,
            r#"["not",["all",".s",["==",".","a"]]]"#,
        ],
    );
}

#[test]
fn a_promise_satisfies_nothing() {
    for key in ["await/ok", "await/error", "await/*"] {
        let args = format!(
            r#"{{"p":{{"{key}":{{"/":"bafkqabiaaebagba"}}}},"in":{{"deep":[{{"x":{{"{key}":1}}}}],"ok":1}},"l":[1,{{"{key}":2}}]}}"#
        );
        all_are(
            Unknown,
            &args,
            &[
                r#"["==",".p",1]"#,
                r#"["!=",".p",1]"#,
                r#"["!=",".p?",1]"#,
                r#"["==",".p.x?",null]"#,
                r#"["!=",".in",1]"#,
                r#"["not",["==",".in.deep",[]]]"#,
                r#"["!=",".in[]",1]"#,
                r#"["!=",".l[1:]",1]"#,
                r#"["!=",".",1]"#,
                r#"["all",".p",["or",[]]]"#,
                r#"["any",".p",["or",[]]]"#,
                r#"["all",".p?",["or",[]]]"#,
                r#"["all",".l",["!=",".",5]]"#,
                r#"["any",".l[1:]",["==",".x?",null]]"#,
                r#"["any",".l",["==",".",2]]"#,
            ],
        );
        // What does not meet it is not touched by it.
        all_are(
            True,
            &args,
            &[
                r#"["==",".in.ok",1]"#,
                r#"["==",".l[0]",1]"#,
                r#"["==",".l[:1]",[1]]"#,
                r#"["any",".l",["==",".",1]]"#,
                r#"["==",".nope?",null]"#,
                r#"["or",[["==",".p",1],["==",".in.ok",1]]]"#,
            ],
        );
        all_are(
            Unknown,
            &format!(r#"{{"{key}":{{"a":1}}}}"#),
            &[
                r#"["==",".a",1]"#,
                r#"["==",".a?",null]"#,
                r#"["!=",".",1]"#,
                r#"["all",".",["or",[]]]"#,
                r#"["==",".[\"await/ok\"]?",null]"#,
            ],
        );
    }
    // In a policy it is a value like any other.
    all_are(False, r#"{"a":1}"#, &[r#"["==",".a",{"await/ok":1}]"#]);
}

/// Kleene's tables, one by one, over random trees of leaves whose truth is known.
#[test]
fn agrees_with_kleenes_tables_on_random_trees() {
    fn tree(random: &mut Random, depth: usize) -> (Statement, Truth) {
        let leaf = [(".a", True), (".b", False), (".x", Unknown)];
        match random.below(if depth == 0 { 1 } else { 4 }) {
            0 => {
                let (selector, truth) = *random.pick(&leaf);
                (Statement::equal(selector, 1).unwrap(), truth)
            }
            1 => {
                let (inner, truth) = tree(random, depth - 1);
                let negated = match truth {
                    True => False,
                    False => True,
                    Unknown => Unknown,
                };
                (Statement::not(inner).unwrap(), negated)
            }
            which => {
                let (inner, truths): (Vec<_>, Vec<_>) =
                    (0..random.below(4)).map(|_| tree(random, depth - 1)).unzip();
                let (strong, weak) = if which == 2 { (False, True) } else { (True, False) };
                let truth = if truths.is_empty() {
                    True
                } else if truths.contains(&strong) {
                    strong
                } else if truths.contains(&Unknown) {
                    Unknown
                } else {
                    weak
                };
                let statement = if which == 2 { Statement::and(inner) } else { Statement::or(inner) };
                (statement.unwrap(), truth)
            }
        }
    }
    let args = cbor(r#"{"a":1,"b":2}"#);
    let args = View::parse(&args).unwrap();
    let mut random = Random::new(3);
    for _ in 0..5_000 {
        let (statement, expected) = tree(&mut random, 5);
        let policy = Policy::from_statements([statement]).unwrap();
        assert_eq!(policy.evaluate(args, &mut Budget::new()), Ok(expected), "{policy}");
        let failure = policy.first_failure(args, &mut Budget::new()).unwrap();
        assert_eq!(failure.map_or(True, |failure| failure.truth()), expected, "{policy}");
    }
}

#[test]
fn a_step_is_one_statement_on_one_value() {
    let steps = |policy: &str, args: &str| {
        let args = cbor(args);
        let mut budget = Budget::new();
        let policy = Policy::from_json(policy).unwrap();
        let _ = policy.evaluate(View::parse(&args).unwrap(), &mut budget).unwrap();
        MAX_STEPS - budget.steps_left()
    };
    assert_eq!(steps("[]", "{}"), 0);
    assert_eq!(steps(r#"[["==",".a.b.c?",1],["and",[]]]"#, "{}"), 2);
    assert_eq!(steps(r#"[["not",["not",["or",[["==",".",1],["==",".",{}]]]]]]"#, "{}"), 5);
    assert_eq!(steps(r#"[["all",".",["or",[]]]]"#, "[1,2,3]"), 4);
    assert_eq!(steps(r#"[["all",".",["all",".",["or",[]]]]]"#, "[[1,2],[3]]"), 1 + 2 + 3);
    assert_eq!(steps(r#"[["any",".",["==",".",2]]]"#, "[1,2,3]"), 3, "it stops at the first that is true");
    assert_eq!(steps(r#"[["all",".",["==",".",2]]]"#, "[2,1,2]"), 3, "it stops at the first that is false");
    assert_eq!(steps(r#"[["==",".",1],["and",[]]]"#, "{}"), 1, "it stops at the first that is false");
    assert_eq!(steps(r#"[["==",".x",1],["and",[]]]"#, "{}"), 2, "what is unknown stops nothing");
}

#[test]
fn a_budget_is_kept_to_the_step_and_shared_by_policies() {
    let args = cbor("{}");
    let args = View::parse(&args).unwrap();
    let policy = |count| {
        Policy::from_statements((0..count).map(|_| Statement::equal(".", 1).and_then(Statement::not)))
    };
    let exactly = policy(MAX_STEPS / 2).unwrap();
    let mut budget = Budget::new();
    assert_eq!(exactly.evaluate(args, &mut budget), Ok(True));
    assert_eq!(policy(1).unwrap().evaluate(args, &mut budget), Err(BudgetExceeded::Steps));
    let one_more = policy(MAX_STEPS / 2 + 1).unwrap();
    assert_eq!(one_more.evaluate(args, &mut Budget::new()), Err(BudgetExceeded::Steps));
    assert_eq!(one_more.first_failure(args, &mut Budget::new()), Err(BudgetExceeded::Steps));
}

#[test]
fn what_need_not_be_read_is_not_paid_for() {
    let args = cbor(r#"{"l":[1,2,3]}"#);
    let args = View::parse(&args).unwrap();
    let cost = |policy: &str| {
        let mut budget = Budget::new();
        Policy::from_json(policy).unwrap().evaluate(args, &mut budget).unwrap();
        crate::ucan::policy::MAX_WORK - budget.work_left()
    };
    // Nothing follows the last statement, and its value is not looked at where nothing is selected.
    let heavy = format!("[{}0]", "0,".repeat(1000));
    assert_eq!(cost(&format!(r#"[["==",".x",{heavy}]]"#)), cost(r#"[["==",".x",0]]"#));
    // An index that is not there is known from the length.
    assert_eq!(cost(r#"[["==",".l[3]",0]]"#), cost(r#"[["==",".l[9]",0]]"#));
}

#[test]
fn a_selector_is_paid_for_by_its_length_before_it_is_followed() {
    let args = cbor("{}");
    let policy = Policy::builder().equal(&format!(".{}?", "a".repeat(98)), 1).build().unwrap();
    for (work, expected) in [(299, Err(BudgetExceeded::Work)), (400, Ok(False))] {
        let truth = policy.evaluate(View::parse(&args).unwrap(), &mut Budget::limited(1, work));
        assert_eq!(truth, expected, "{work}");
    }
}

#[test]
fn work_is_bounded_where_steps_are_few() {
    let keys: Vec<String> = (0..5000).map(|n| format!("\"k{n:04}\":0")).collect();
    let map = cbor(&format!("{{{}}}", keys.join(",")));
    let policy = Policy::from_statements((0..10_000).map(|_| Statement::equal(".k4999", 0))).unwrap();
    let outcome = policy.evaluate(View::parse(&map).unwrap(), &mut Budget::new());
    assert_eq!(outcome, Err(BudgetExceeded::Work));
    // Statements that are passed over count as well.
    let heavy = format!("[\"==\",\".x\",[{}0]]", "0,".repeat(20_000));
    let policy = Policy::from_json(&format!(r#"[["all",".",["and",[{heavy},["==",".","y"]]]]]"#)).unwrap();
    let list = cbor(&format!("[{}\"y\"]", "\"y\",".repeat(4000)));
    let outcome = policy.evaluate(View::parse(&list).unwrap(), &mut Budget::new());
    assert_eq!(outcome, Err(BudgetExceeded::Work));
}
